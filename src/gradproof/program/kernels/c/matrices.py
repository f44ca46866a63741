"""Factorisations and what they give, in C.

A factor of elimination has a row more than its matrix, in which the pivots lie as numbers.
"""

TEXT = """\
/* A = L L' with L below its diagonal; NAN where A is not positive definite. */
static void cholesky_factor(const double *restrict A, double *restrict L, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; ++i) {
        for (ptrdiff_t j = 0; j <= i; ++j) {
            double rest = A[i * n + j];
            for (ptrdiff_t k = 0; k < j; ++k) {
                rest -= L[i * n + k] * L[j * n + k];
            }
            if (i == j) {
                L[i * n + i] = rest > 0.0 ? sqrt(rest) : NAN;
            } else {
                L[i * n + j] = rest / L[j * n + j];
            }
        }
    }
}

/* A X = B for A = L L', n by n, and B with k columns. */
static void cholesky_solve(const double *restrict L, const double *restrict B,
                           double *restrict X, ptrdiff_t n, ptrdiff_t k)
{
    for (ptrdiff_t i = 0; i < n * k; ++i) {
        X[i] = B[i];
    }
    for (ptrdiff_t i = 0; i < n; ++i) {
        for (ptrdiff_t l = 0; l < i; ++l) {
            for (ptrdiff_t j = 0; j < k; ++j) {
                X[i * k + j] -= L[i * n + l] * X[l * k + j];
            }
        }
        for (ptrdiff_t j = 0; j < k; ++j) {
            X[i * k + j] /= L[i * n + i];
        }
    }
    for (ptrdiff_t i = n - 1; i >= 0; --i) {
        for (ptrdiff_t j = 0; j < k; ++j) {
            X[i * k + j] /= L[i * n + i];
        }
        for (ptrdiff_t l = 0; l < i; ++l) {
            for (ptrdiff_t j = 0; j < k; ++j) {
                X[l * k + j] -= L[i * n + l] * X[i * k + j];
            }
        }
    }
}

/* The inverse of A = L L'. */
static void cholesky_inverse(const double *restrict L, double *restrict X, ptrdiff_t n)
{
    for (ptrdiff_t j = 0; j < n; ++j) {
        for (ptrdiff_t i = j; i < n; ++i) {
            double rest = i == j ? 1.0 : 0.0;
            for (ptrdiff_t l = j; l < i; ++l) {
                rest -= L[i * n + l] * X[l * n + j];
            }
            X[i * n + j] = rest / L[i * n + i];
        }
    }
    for (ptrdiff_t j = 0; j < n; ++j) {
        for (ptrdiff_t i = n - 1; i >= j; --i) {
            double rest = X[i * n + j];
            for (ptrdiff_t l = i + 1; l < n; ++l) {
                rest -= L[l * n + i] * X[l * n + j];
            }
            X[i * n + j] = rest / L[i * n + i];
        }
        for (ptrdiff_t i = j; i < n; ++i) {
            X[j * n + i] = X[i * n + j];
        }
    }
}

/* log det A for A = L L'. */
static double cholesky_logdet(const double *L, ptrdiff_t n)
{
    double sum = 0.0;
    for (ptrdiff_t i = 0; i < n; ++i) {
        sum += log(L[i * n + i]);
    }
    return 2.0 * sum;
}

/* Exchange two rows of k numbers. */
static void exchange(double *X, ptrdiff_t i, ptrdiff_t j, ptrdiff_t k)
{
    for (ptrdiff_t l = 0; l < k; ++l) {
        const double kept = X[i * k + l];
        X[i * k + l] = X[j * k + l];
        X[j * k + l] = kept;
    }
}

/* P A = L U by elimination; row n of F holds the row that each row was exchanged with.
   A pivot is 0 where A is singular. */
static void eliminate(const double *restrict A, double *restrict F, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n * n; ++i) {
        F[i] = A[i];
    }
    for (ptrdiff_t j = 0; j < n; ++j) {
        ptrdiff_t pivot = j;
        for (ptrdiff_t i = j; i < n; ++i) {
            if (isnan(F[i * n + j]) || fabs(F[i * n + j]) > fabs(F[pivot * n + j])) {
                pivot = i;
            }
        }
        exchange(F, j, pivot, n);
        F[n * n + j] = (double)pivot;
        for (ptrdiff_t i = j + 1; i < n && F[j * n + j] != 0.0; ++i) {
            F[i * n + j] /= F[j * n + j];
            for (ptrdiff_t k = j + 1; k < n; ++k) {
                F[i * n + k] -= F[i * n + j] * F[j * n + k];
            }
        }
    }
}

/* P A = L U; NAN where A is singular. */
static void regular_factor(const double *restrict A, double *restrict F, ptrdiff_t n)
{
    eliminate(A, F, n);
    for (ptrdiff_t i = 0; i < n; ++i) {
        F[i * n + i] = F[i * n + i] == 0.0 ? NAN : F[i * n + i];
    }
}

/* X = A^-1 X for P A = L U, n by n, and X with k columns. */
static void divide_by_factors(const double *restrict F, double *restrict X, ptrdiff_t n,
                              ptrdiff_t k)
{
    for (ptrdiff_t i = 0; i < n; ++i) {
        exchange(X, i, (ptrdiff_t)F[n * n + i], k);
    }
    for (ptrdiff_t i = 0; i < n; ++i) {
        for (ptrdiff_t l = 0; l < i; ++l) {
            for (ptrdiff_t j = 0; j < k; ++j) {
                X[i * k + j] -= F[i * n + l] * X[l * k + j];
            }
        }
    }
    for (ptrdiff_t i = n - 1; i >= 0; --i) {
        for (ptrdiff_t l = i + 1; l < n; ++l) {
            for (ptrdiff_t j = 0; j < k; ++j) {
                X[i * k + j] -= F[i * n + l] * X[l * k + j];
            }
        }
        for (ptrdiff_t j = 0; j < k; ++j) {
            X[i * k + j] /= F[i * n + i];
        }
    }
}

/* A X = B for P A = L U, n by n, and B with k columns. */
static void factor_solve(const double *restrict F, const double *restrict B,
                         double *restrict X, ptrdiff_t n, ptrdiff_t k)
{
    for (ptrdiff_t i = 0; i < n * k; ++i) {
        X[i] = B[i];
    }
    divide_by_factors(F, X, n, k);
}

/* A' X = B for P A = L U, n by n, and B with k columns. */
static void factor_solve_transposed(const double *restrict F, const double *restrict B,
                                    double *restrict X, ptrdiff_t n, ptrdiff_t k)
{
    for (ptrdiff_t i = 0; i < n * k; ++i) {
        X[i] = B[i];
    }
    for (ptrdiff_t i = 0; i < n; ++i) {
        for (ptrdiff_t l = 0; l < i; ++l) {
            for (ptrdiff_t j = 0; j < k; ++j) {
                X[i * k + j] -= F[l * n + i] * X[l * k + j];
            }
        }
        for (ptrdiff_t j = 0; j < k; ++j) {
            X[i * k + j] /= F[i * n + i];
        }
    }
    for (ptrdiff_t i = n - 1; i >= 0; --i) {
        for (ptrdiff_t l = i + 1; l < n; ++l) {
            for (ptrdiff_t j = 0; j < k; ++j) {
                X[i * k + j] -= F[l * n + i] * X[l * k + j];
            }
        }
    }
    for (ptrdiff_t i = n - 1; i >= 0; --i) {
        exchange(X, i, (ptrdiff_t)F[n * n + i], k);
    }
}

/* X = A^-1 for P A = L U. */
static void factor_inverse(const double *restrict F, double *restrict X, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; ++i) {
        for (ptrdiff_t j = 0; j < n; ++j) {
            X[i * n + j] = i == j ? 1.0 : 0.0;
        }
    }
    divide_by_factors(F, X, n, n);
}

/* det A for P A = L U: each exchange of rows turns the sign. */
static double factor_det(const double *F, ptrdiff_t n)
{
    double result = 1.0;
    for (ptrdiff_t i = 0; i < n; ++i) {
        result *= F[n * n + i] == (double)i ? F[i * n + i] : -F[i * n + i];
    }
    return result;
}

/* log |det A| for P A = L U. */
static double factor_logdet(const double *F, ptrdiff_t n)
{
    double sum = 0.0;
    for (ptrdiff_t i = 0; i < n; ++i) {
        sum += log(fabs(F[i * n + i]));
    }
    return sum;
}

/* X = A^-1, n by n; NAN where A is singular.  F holds (n + 1) n numbers. */
static void inverse(const double *restrict A, double *restrict X, double *restrict F,
                    ptrdiff_t n)
{
    regular_factor(A, F, n);
    factor_inverse(F, X, n);
}

/* A X = B, n by n, for B with k columns; NAN where A is singular. */
static void solve(const double *restrict A, const double *restrict B,
                  double *restrict X, double *restrict F, ptrdiff_t n, ptrdiff_t k)
{
    regular_factor(A, F, n);
    factor_solve(F, B, X, n, k);
}

/* det A, n by n. */
static double det(const double *restrict A, double *restrict F, ptrdiff_t n)
{
    eliminate(A, F, n);
    return factor_det(F, n);
}

/* log |det A|, n by n. */
static double logdet(const double *restrict A, double *restrict F, ptrdiff_t n)
{
    eliminate(A, F, n);
    return factor_logdet(F, n);
}
"""
