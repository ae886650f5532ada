/* Floating-point status for a machine that has none.

   wasm computes infinities and NaNs but sets no flags, so libc's own fenv.h has no exceptions at all. numpy raises
   many of them by hand (a singular matrix, an integer divided by zero); these functions keep what it raises. They
   live in _multiarray_umath and serve numpy's other modules from there. */

#ifndef GLOVEBOX_FENV_H
#define GLOVEBOX_FENV_H

#define FE_INVALID 1
#define FE_DIVBYZERO 4
#define FE_OVERFLOW 8
#define FE_UNDERFLOW 16
#define FE_INEXACT 32
#define FE_ALL_EXCEPT 61
#define FE_TONEAREST 0

typedef unsigned long fexcept_t;
typedef struct {
    unsigned long flags;
} fenv_t;

#define FE_DFL_ENV ((const fenv_t *)-1)

#ifdef __cplusplus
extern "C" {
#endif

/* Names of our own: libc has functions of the standard names, which do nothing. */
int feclearexcept(int) __asm__("numpy_feclearexcept");
int feraiseexcept(int) __asm__("numpy_feraiseexcept");
int fetestexcept(int) __asm__("numpy_fetestexcept");

int fegetexceptflag(fexcept_t *, int);
int fesetexceptflag(const fexcept_t *, int);
int fegetround(void);
int fesetround(int);
int fegetenv(fenv_t *);
int feholdexcept(fenv_t *);
int fesetenv(const fenv_t *);
int feupdateenv(const fenv_t *);

#ifdef __cplusplus
}
#endif

#endif
