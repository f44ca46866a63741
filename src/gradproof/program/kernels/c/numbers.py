"""Functions of numbers, in C."""

TEXT = """\
/* The larger of two numbers, NAN where one of them is. */
static inline double larger(double x, double y)
{
    return x > y || isnan(x) ? x : y;
}

/* -1, 0 or 1. */
static inline double sign(double x)
{
    return isnan(x) ? x : (double)((x > 0.0) - (x < 0.0));
}

/* max(x, 0). */
static inline double relu(double x)
{
    return x < 0.0 ? 0.0 : x;
}

/* 1 / (1 + exp(-x)), without overflow. */
static inline double sigmoid(double x)
{
    const double e = exp(-fabs(x));
    return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

/* log(1 + exp(x)), without overflow. */
static inline double softplus(double x)
{
    return (x < 0.0 ? 0.0 : x) + log1p(exp(-fabs(x)));
}

/* log(1 / (1 + exp(-x))). */
static inline double log_sigmoid(double x)
{
    return -softplus(-x);
}

/* log(cosh(x)), to all digits near 0. */
static inline double logcosh(double x)
{
    const double size = fabs(x);
    if (size < 1.0) {
        const double s = sinh(0.5 * size);
        return log1p(2.0 * s * s);
    }
    return size + log1p(exp(-2.0 * size)) - 0.6931471805599453;
}

/* log(1 - exp(x)) for x < 0, to all digits near 0 and far from it. */
static inline double log1mexp(double x)
{
    return x > -0.6931471805599453 ? log(-expm1(x)) : log1p(-exp(x));
}

/* 1 - tanh(x)^2, to all digits far from 0. */
static inline double sech_squared(double x)
{
    const double e = exp(-2.0 * fabs(x));
    return 4.0 * e / ((1.0 + e) * (1.0 + e));
}

/* What entries of size x are divided by: x, or 1 where x is 0, NAN or infinite. */
static inline double scale_of(double x)
{
    return x > 0.0 && x < INFINITY ? x : 1.0;
}
"""
