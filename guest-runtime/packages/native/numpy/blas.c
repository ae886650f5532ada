/* The part of CBLAS that numpy calls, for a machine with vectors of 128 bits.

   Products of matrices are blocked as in Goto and van de Geijn, "Anatomy of high-performance matrix multiplication":
   panels of both factors are packed so that the innermost kernel reads memory in order, from the cache. */

#include <stdlib.h>
#include <string.h>

#include "numpy/npy_common.h"

#include "npy_cblas.h"

#define ROWS 4       /* of the result in one call of the kernel */
#define PANEL_ROWS 64
#define PANEL_DEPTH 256
#define PANEL_COLUMNS 512

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define NAME(function) JOIN(JOIN(cblas_, PREFIX), function)
#define LOCAL(function) JOIN(JOIN(PREFIX, _), function)
#define MINIMUM(a, b) ((a) < (b) ? (a) : (b))

/* A matrix seen as row-major with both steps, so that a transposed one is like any other. */
#define ROW_STEP(transposed, lead) ((transposed) ? 1 : (size_t)(lead))
#define COLUMN_STEP(transposed, lead) ((transposed) ? (size_t)(lead) : 1)

#define PREFIX d
#define REAL double
#define LANES 2
#include "blas_real.h"
#undef PREFIX
#undef REAL
#undef LANES

#define PREFIX s
#define REAL float
#define LANES 4
#include "blas_real.h"
#undef PREFIX
#undef REAL
#undef LANES

#define PREFIX z
#define REAL double
#include "blas_complex.h"
#undef PREFIX
#undef REAL

#define PREFIX c
#define REAL float
#include "blas_complex.h"
