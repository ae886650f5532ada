/* What translated Fortran calls: f2c's intrinsic functions, and the routines of LAPACK that no translation can give. */

#include <complex.h>
#include <float.h>
#include <stdio.h>
#include <string.h>

#undef complex
#undef I
#include "f2c.h"

static double _Complex from(doublecomplex const *z) { return __builtin_complex(z->r, z->i); }
static float _Complex from_single(complex const *z) { return __builtin_complex(z->r, z->i); }

static void give(doublecomplex *out, double _Complex z) {
    out->r = creal(z);
    out->i = cimag(z);
}

static void give_single(complex *out, float _Complex z) {
    out->r = crealf(z);
    out->i = cimagf(z);
}

double r_sign(real *a, real *b) { return copysign(fabs((double)*a), *b); }
double d_sign(doublereal *a, doublereal *b) { return copysign(fabs(*a), *b); }
integer i_nint(real *x) { return (integer)roundf(*x); }
integer i_dnnt(doublereal *x) { return (integer)round(*x); }
double d_nint(doublereal *x) { return round(*x); }
double r_nint(real *x) { return roundf(*x); }
double d_int(doublereal *x) { return trunc(*x); }
double r_int(real *x) { return truncf(*x); }
double d_mod(doublereal *x, doublereal *y) { return fmod(*x, *y); }
double r_mod(real *x, real *y) { return fmodf(*x, *y); }
double d_lg10(doublereal *x) { return log10(*x); }
double r_lg10(real *x) { return log10f(*x); }
double pow_dd(doublereal *x, doublereal *y) { return pow(*x, *y); }

double pow_di(doublereal *x, integer *n) {
    double result = 1, factor = *x;
    for (uint32_t left = *n < 0 ? -(uint32_t)*n : (uint32_t)*n; left; left >>= 1) {
        result = left & 1 ? result * factor : result;
        factor *= factor;
    }
    return *n < 0 ? 1 / result : result;
}

double pow_ri(real *x, integer *n) {
    double wide = *x;
    return pow_di(&wide, n);
}

integer pow_ii(integer *x, integer *n) {
    if (*n < 0) {
        return *x == 1 ? 1 : *x == -1 ? (*n & 1 ? -1 : 1) : 0;
    }
    integer result = 1;
    for (integer left = *n; left > 0; left--) {
        result *= *x;
    }
    return result;
}

void pow_zi(doublecomplex *out, doublecomplex *x, integer *n) {
    double _Complex result = 1, factor = from(x);
    for (uint32_t left = *n < 0 ? -(uint32_t)*n : (uint32_t)*n; left; left >>= 1) {
        result = left & 1 ? result * factor : result;
        factor *= factor;
    }
    give(out, *n < 0 ? 1 / result : result);
}

double d_imag(doublecomplex *z) { return z->i; }
double r_imag(complex *z) { return z->i; }
double z_abs(doublecomplex *z) { return hypot(z->r, z->i); }
double c_abs(complex *z) { return hypotf(z->r, z->i); }
void pow_ci(complex *out, complex *x, integer *n) {
    doublecomplex wide = {x->r, x->i}, result;
    pow_zi(&result, &wide, n);
    out->r = result.r;
    out->i = result.i;
}

void d_cnjg(doublecomplex *out, doublecomplex *z) { give(out, conj(from(z))); }
void r_cnjg(complex *out, complex *z) { give_single(out, conjf(from_single(z))); }
void z_sqrt(doublecomplex *out, doublecomplex *z) { give(out, csqrt(from(z))); }
void c_sqrt(complex *out, complex *z) { give_single(out, csqrtf(from_single(z))); }
void z_exp(doublecomplex *out, doublecomplex *z) { give(out, cexp(from(z))); }
void c_exp(complex *out, complex *z) { give_single(out, cexpf(from_single(z))); }
void z_log(doublecomplex *out, doublecomplex *z) { give(out, clog(from(z))); }
void c_log(complex *out, complex *z) { give_single(out, clogf(from_single(z))); }

/* Smith's way, as Fortran compilers do it: no overflow where the quotient itself has none. */
void z_div(doublecomplex *out, doublecomplex *a, doublecomplex *b) {
    double x = a->r, y = a->i;
    if (fabs(b->r) >= fabs(b->i)) {
        double ratio = b->i / b->r, scale = b->r + b->i * ratio;
        out->r = (x + y * ratio) / scale;
        out->i = (y - x * ratio) / scale;
    } else {
        double ratio = b->r / b->i, scale = b->r * ratio + b->i;
        out->r = (x * ratio + y) / scale;
        out->i = (y * ratio - x) / scale;
    }
}

void c_div(complex *out, complex *a, complex *b) {
    doublecomplex wide_a = {a->r, a->i}, wide_b = {b->r, b->i}, result;
    z_div(&result, &wide_a, &wide_b);
    out->r = result.r;
    out->i = result.i;
}

/* Texts of Fortran have a length and blanks at their end. */

integer s_cmp(char *a, char *b, ftnlen a_length, ftnlen b_length) {
    for (ftnlen i = 0; i < max(a_length, b_length); i++) {
        unsigned char left = i < a_length ? a[i] : ' ', right = i < b_length ? b[i] : ' ';
        if (left != right) {
            return left - right;
        }
    }
    return 0;
}

void s_copy(char *to, char *from, ftnlen to_length, ftnlen from_length) {
    memmove(to, from, min(to_length, from_length));
    for (ftnlen i = from_length; i < to_length; i++) {
        to[i] = ' ';
    }
}

void s_cat(char *to, char **parts, integer *lengths, integer *count, ftnlen to_length) {
    ftnlen at = 0;
    for (integer part = 0; part < *count; part++) {
        for (integer i = 0; i < lengths[part] && at < to_length; i++) {
            to[at++] = parts[part][i];
        }
    }
    while (at < to_length) {
        to[at++] = ' ';
    }
}

integer i_len(char *text, ftnlen length) { return length; }

integer i_indx(char *text, char *part, ftnlen length, ftnlen part_length) {
    for (ftnlen i = 0; i + part_length <= length; i++) {
        if (memcmp(text + i, part, part_length) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* LAPACK's own, which its Fortran writes with what newer compilers know. */

/* Told, and the routine returns: its caller sees the negative `info`. */
void xerbla_(char *name, integer *info, ftnlen length) {
    fprintf(stderr, " ** On entry to %.*s parameter number %2d had an illegal value\n", (int)length, name, (int)*info);
}

static double machine(char what, double epsilon, double smallest, double largest, int digits, int lowest, int highest) {
    switch (what & ~0x20) {
        case 'E': return epsilon;
        case 'S': return smallest;
        case 'B': return FLT_RADIX;
        case 'P': return epsilon * FLT_RADIX;
        case 'N': return digits;
        case 'R': return 1;
        case 'M': return lowest;
        case 'U': return smallest;
        case 'L': return highest;
        case 'O': return largest;
        default: return 0;
    }
}

doublereal dlamch_(char *what) {
    return machine(*what, DBL_EPSILON / 2, DBL_MIN, DBL_MAX, DBL_MANT_DIG, DBL_MIN_EXP, DBL_MAX_EXP);
}

real slamch_(char *what) {
    return machine(*what, FLT_EPSILON / 2, FLT_MIN, FLT_MAX, FLT_MANT_DIG, FLT_MIN_EXP, FLT_MAX_EXP);
}

logical disnan_(doublereal *x) { return isnan(*x); }
logical sisnan_(real *x) { return isnan(*x); }
logical dlaisnan_(doublereal *x, doublereal *y) { return *x != *y; }
logical slaisnan_(real *x, real *y) { return *x != *y; }

/* MAXLOC: where the first greatest value stands, from 1. */

integer maxlcd_(doublereal *values, integer *count) {
    integer found = 0;
    for (integer i = 0; i < *count; i++) {
        if (!isnan(values[i]) && (found == 0 || values[i] > values[found - 1])) {
            found = i + 1;
        }
    }
    return found ? found : *count > 0;
}

integer maxlcs_(real *values, integer *count) {
    integer found = 0;
    for (integer i = 0; i < *count; i++) {
        if (!isnan(values[i]) && (found == 0 || values[i] > values[found - 1])) {
            found = i + 1;
        }
    }
    return found ? found : *count > 0;
}

/* Kept from the optimiser, for the sake of a sum that was stored once. */
double dlamc3_(doublereal *a, doublereal *b) {
    volatile double sum = *a + *b;
    return sum;
}

real slamc3_(real *a, real *b) {
    volatile real sum = *a + *b;
    return sum;
}

/* The letter of a way to use a matrix. */
char chla_transtype_(integer *way) { return *way == 111 ? 'N' : *way == 112 ? 'T' : *way == 113 ? 'C' : 'X'; }

void ilaver_(integer *major, integer *minor, integer *patch) {
    *major = 3;
    *minor = 9;
    *patch = 0;
}

void xerbla_array_(char *name, integer *length, integer *info) { xerbla_(name, info, *length); }
