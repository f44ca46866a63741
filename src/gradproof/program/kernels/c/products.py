"""Products of arrays, in C: the inner loops walk rows, which lie in one piece."""

TEXT = """\
/* y = A x for A with m rows and n columns. */
static void matvec(const double *restrict A, const double *restrict x,
                   double *restrict y, ptrdiff_t m, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < m; ++i) {
        double sum = 0.0;
        for (ptrdiff_t j = 0; j < n; ++j) {
            sum += A[i * n + j] * x[j];
        }
        y[i] = sum;
    }
}

/* y = A' x for A with m rows and n columns. */
static void matvec_transposed(const double *restrict A, const double *restrict x,
                              double *restrict y, ptrdiff_t n, ptrdiff_t m)
{
    for (ptrdiff_t j = 0; j < n; ++j) {
        y[j] = 0.0;
    }
    for (ptrdiff_t i = 0; i < m; ++i) {
        for (ptrdiff_t j = 0; j < n; ++j) {
            y[j] += A[i * n + j] * x[i];
        }
    }
}

/* C = A B, m by n, summed over k. */
static void matmul(const double *restrict A, const double *restrict B,
                   double *restrict C, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k)
{
    for (ptrdiff_t i = 0; i < m; ++i) {
        double *restrict row = C + i * n;
        for (ptrdiff_t j = 0; j < n; ++j) {
            row[j] = 0.0;
        }
        for (ptrdiff_t l = 0; l < k; ++l) {
            const double a = A[i * k + l];
            for (ptrdiff_t j = 0; j < n; ++j) {
                row[j] += a * B[l * n + j];
            }
        }
    }
}

/* C = A' B, m by n, summed over k. */
static void matmul_tn(const double *restrict A, const double *restrict B,
                      double *restrict C, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k)
{
    for (ptrdiff_t i = 0; i < m * n; ++i) {
        C[i] = 0.0;
    }
    for (ptrdiff_t l = 0; l < k; ++l) {
        for (ptrdiff_t i = 0; i < m; ++i) {
            const double a = A[l * m + i];
            for (ptrdiff_t j = 0; j < n; ++j) {
                C[i * n + j] += a * B[l * n + j];
            }
        }
    }
}

/* C = A B', m by n, summed over k. */
static void matmul_nt(const double *restrict A, const double *restrict B,
                      double *restrict C, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k)
{
    for (ptrdiff_t i = 0; i < m; ++i) {
        for (ptrdiff_t j = 0; j < n; ++j) {
            double sum = 0.0;
            for (ptrdiff_t l = 0; l < k; ++l) {
                sum += A[i * k + l] * B[j * k + l];
            }
            C[i * n + j] = sum;
        }
    }
}

/* C = A' B', m by n, summed over k. */
static void matmul_tt(const double *restrict A, const double *restrict B,
                      double *restrict C, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k)
{
    for (ptrdiff_t i = 0; i < m; ++i) {
        for (ptrdiff_t j = 0; j < n; ++j) {
            double sum = 0.0;
            for (ptrdiff_t l = 0; l < k; ++l) {
                sum += A[l * m + i] * B[j * k + l];
            }
            C[i * n + j] = sum;
        }
    }
}

/* C = X' X, n by n, summed over the m rows of X. */
static void gram(const double *restrict X, double *restrict C, ptrdiff_t n, ptrdiff_t m)
{
    for (ptrdiff_t i = 0; i < n * n; ++i) {
        C[i] = 0.0;
    }
    for (ptrdiff_t l = 0; l < m; ++l) {
        for (ptrdiff_t i = 0; i < n; ++i) {
            const double x = X[l * n + i];
            for (ptrdiff_t j = 0; j <= i; ++j) {
                C[i * n + j] += x * X[l * n + j];
            }
        }
    }
    for (ptrdiff_t i = 0; i < n; ++i) {
        for (ptrdiff_t j = i + 1; j < n; ++j) {
            C[i * n + j] = C[j * n + i];
        }
    }
}

/* C = A (x) B, the Kronecker product of m by n with p by q. */
static void kron(const double *restrict A, const double *restrict B,
                 double *restrict C, ptrdiff_t m, ptrdiff_t n, ptrdiff_t p, ptrdiff_t q)
{
    for (ptrdiff_t i = 0; i < m; ++i) {
        for (ptrdiff_t k = 0; k < p; ++k) {
            for (ptrdiff_t j = 0; j < n; ++j) {
                for (ptrdiff_t l = 0; l < q; ++l) {
                    C[(i * p + k) * n * q + j * q + l] = A[i * n + j] * B[k * q + l];
                }
            }
        }
    }
}

/* v = the columns of the m by n matrix A, one after the other. */
static void vec(const double *restrict A, double *restrict v, ptrdiff_t m, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < m; ++i) {
        for (ptrdiff_t j = 0; j < n; ++j) {
            v[j * m + i] = A[i * n + j];
        }
    }
}

/* The commutation matrix: K vec(A) = vec(A') for A with m rows and n columns. */
static void comm(double *restrict K, ptrdiff_t m, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < m * n * m * n; ++i) {
        K[i] = 0.0;
    }
    for (ptrdiff_t i = 0; i < m; ++i) {
        for (ptrdiff_t j = 0; j < n; ++j) {
            K[(i * n + j) * m * n + j * m + i] = 1.0;
        }
    }
}

/* The symmetric Toeplitz matrix with the first column t. */
static void toeplitz(const double *restrict t, double *restrict A, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; ++i) {
        for (ptrdiff_t j = 0; j < n; ++j) {
            A[i * n + j] = t[i < j ? j - i : i - j];
        }
    }
}

/* For each distance from the diagonal, the sum of the entries there. */
static void diagsums(const double *restrict A, double *restrict s, ptrdiff_t n)
{
    for (ptrdiff_t k = 0; k < n; ++k) {
        s[k] = 0.0;
    }
    for (ptrdiff_t i = 0; i < n; ++i) {
        for (ptrdiff_t j = 0; j < n; ++j) {
            s[i < j ? j - i : i - j] += A[i * n + j];
        }
    }
}

/* The product of n numbers. */
static double product(const double *x, ptrdiff_t n)
{
    double result = 1.0;
    for (ptrdiff_t i = 0; i < n; ++i) {
        result *= x[i];
    }
    return result;
}

/* The norm of n numbers whose squares add up to this; where that has left its range,
   from scaled numbers. */
static double guarded_norm(double squares, const double *x, ptrdiff_t n)
{
    double top = 0.0, total = 0.0;
    if (squares > 1e-280 && squares < 1e300) {
        return sqrt(squares);
    }
    for (ptrdiff_t i = 0; i < n; ++i) {
        top = isnan(x[i]) || fabs(x[i]) > top ? fabs(x[i]) : top;
    }
    if (!(top > 0.0 && top < INFINITY)) {
        return top;
    }
    for (ptrdiff_t i = 0; i < n; ++i) {
        total += (x[i] / top) * (x[i] / top);
    }
    return top * sqrt(total);
}

/* The norms of m rows of n numbers. */
static void norms(const double *restrict X, double *restrict out, ptrdiff_t m,
                  ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < m; ++i) {
        double squares = 0.0;
        for (ptrdiff_t j = 0; j < n; ++j) {
            squares += X[i * n + j] * X[i * n + j];
        }
        out[i] = guarded_norm(squares, X + i * n, n);
    }
}
"""
