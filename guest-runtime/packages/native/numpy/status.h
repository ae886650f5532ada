/* Floating-point errors, told from operands and results.

   wasm sets no flags for a division by zero, an overflow or an invalid operation. But each of them leaves an infinity
   or a NaN that no operand explains, so a look at the results finds them, and costs one pass over data that is in the
   processor's cache. Underflow leaves no such trace; numpy ignores it unless told otherwise. */

#ifndef GLOVEBOX_STATUS_H
#define GLOVEBOX_STATUS_H

#include "array_method.h"
#include "numpy/ufuncobject.h"

#include <math.h>

/* The NPY_FPE_* of one operation; `pole` says whether an infinity from finite operands is a division by zero. */
static inline int
status_of_double(double a, double b, double result, int pole)
{
    if (isfinite(result)) {
        return 0;
    }
    if (isnan(result)) {
        return isnan(a) || isnan(b) ? 0 : NPY_FPE_INVALID;
    }
    if (!isfinite(a) || !isfinite(b)) {
        return 0;
    }
    return pole ? NPY_FPE_DIVIDEBYZERO : NPY_FPE_OVERFLOW;
}

#define status_of_float status_of_double
/* A long double may be finite where a double is not, and nobody computes with them here. */
#define status_of_longdouble(a, b, result, pole) 0

/* Runs a ufunc's loop and raises the status that its results tell of. An `errormask` of 0 says that nobody looks. */
NPY_NO_EXPORT int
status_watched_loop(
        PyArrayMethod_StridedLoop *loop, PyArrayMethod_Context *context, char *const *data, npy_intp const *count,
        npy_intp const *strides, NpyAuxData *auxdata, int errormask);

#endif
