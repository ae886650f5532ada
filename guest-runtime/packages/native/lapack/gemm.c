/* Products of real matrices by the kernels of the guest's numpy, under their Fortran names. */

#include <stddef.h>
#include <stdint.h>

#define CBLAS_INT int32_t
enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112, CblasConjTrans = 113 };
enum CBLAS_UPLO { CblasUpper = 121, CblasLower = 122 };

#include "../numpy/blas.c"

static int form(char const *name) {
    return (*name & ~0x20) == 'N' ? CblasNoTrans : CblasTrans;
}

void
dgemm_(char *trans_a, char *trans_b, int32_t *m, int32_t *n, int32_t *k, double *alpha, double *a, int32_t *lda,
       double *b, int32_t *ldb, double *beta, double *c, int32_t *ldc)
{
    cblas_dgemm(CblasColMajor, form(trans_a), form(trans_b), *m, *n, *k, *alpha, a, *lda, b, *ldb, *beta, c, *ldc);
}

void
sgemm_(char *trans_a, char *trans_b, int32_t *m, int32_t *n, int32_t *k, float *alpha, float *a, int32_t *lda,
       float *b, int32_t *ldb, float *beta, float *c, int32_t *ldc)
{
    cblas_sgemm(CblasColMajor, form(trans_a), form(trans_b), *m, *n, *k, *alpha, a, *lda, b, *ldb, *beta, c, *ldc);
}
