/* The floating-point error of a cast to an integer: a value that the machine's own conversion cannot take. */

#ifndef GLOVEBOX_CASTS_H
#define GLOVEBOX_CASTS_H

#include <fenv.h>
#include <stddef.h>

/* The same value. Smaller types are cast by way of 32 bits, as on other machines, and `uint32` by way of 64. */
static inline double
casts_watched(double value, size_t size, int is_unsigned)
{
    double limit = size == 8 || (size == 4 && is_unsigned) ? 0x1p63 : 0x1p31;
    if (!(value >= -limit && value < (is_unsigned && size == 8 ? 0x1p64 : limit))) {
        feraiseexcept(FE_INVALID);
    }
    return value;
}

#endif
