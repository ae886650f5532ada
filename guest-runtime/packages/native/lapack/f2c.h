/* The types and macros that f2c's output uses, for the guest: INTEGER and LOGICAL have 32 bits. */

#pragma once

#include <math.h>
#include <stdint.h>

typedef int32_t integer, logical, ftnlen, ftnint, flag;
typedef float real;
typedef double doublereal;
typedef struct { real r, i; } complex;
typedef struct { doublereal r, i; } doublecomplex;
typedef char *address;
typedef logical (*L_fp)();

#define VOID void
#define TRUE_ 1
#define FALSE_ 0

#undef abs
#define abs(x) ((x) >= 0 ? (x) : -(x))
#define dabs(x) (doublereal)abs(x)
#define min(a, b) ((a) <= (b) ? (a) : (b))
#define max(a, b) ((a) >= (b) ? (a) : (b))
#define dmin(a, b) (doublereal)min(a, b)
#define dmax(a, b) (doublereal)max(a, b)
