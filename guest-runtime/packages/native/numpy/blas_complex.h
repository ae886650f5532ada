/* Included by blas.c for each complex type. Plain loops: complex matrices are rare. */

typedef REAL _Complex LOCAL(complex);

static LOCAL(complex)
LOCAL(conjugate)(LOCAL(complex) value, int wanted)
{
    if (wanted) {
        __imag__ value = -__imag__ value;
    }
    return value;
}

static LOCAL(complex)
LOCAL(product)(LOCAL(complex) a, LOCAL(complex) b)
{
    LOCAL(complex) out;
    __real__ out = __real__ a * __real__ b - __imag__ a * __imag__ b;
    __imag__ out = __real__ a * __imag__ b + __imag__ a * __real__ b;
    return out;
}

static void
LOCAL(multiply)(
        size_t rows, size_t columns, size_t depth, LOCAL(complex) alpha, LOCAL(complex) const *a, size_t a_row,
        size_t a_column, int a_conjugate, LOCAL(complex) const *b, size_t b_row, size_t b_column, int b_conjugate,
        LOCAL(complex) beta, LOCAL(complex) *out, size_t out_step)
{
    for (size_t i = 0; i < rows; i++) {
        LOCAL(complex) *row = out + i * out_step;
        for (size_t j = 0; j < columns; j++) {
            row[j] = beta == 0 ? 0 : LOCAL(product)(beta, row[j]);
        }
        for (size_t p = 0; p < depth; p++) {
            LOCAL(complex) factor = LOCAL(product)(alpha, LOCAL(conjugate)(a[i * a_row + p * a_column], a_conjugate));
            LOCAL(complex) const *b_values = b + p * b_row;
            for (size_t j = 0; j < columns; j++) {
                row[j] += LOCAL(product)(factor, LOCAL(conjugate)(b_values[j * b_column], b_conjugate));
            }
        }
    }
}

void
NAME(gemm)(
        const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE trans_a, const enum CBLAS_TRANSPOSE trans_b,
        const CBLAS_INT m, const CBLAS_INT n, const CBLAS_INT k, const void *alpha, const void *a, const CBLAS_INT lda,
        const void *b, const CBLAS_INT ldb, const void *beta, void *c, const CBLAS_INT ldc)
{
    if (order == CblasColMajor) {
        NAME(gemm)(CblasRowMajor, trans_b, trans_a, n, m, k, alpha, b, ldb, a, lda, beta, c, ldc);
        return;
    }
    int turned_a = trans_a != CblasNoTrans, turned_b = trans_b != CblasNoTrans;
    LOCAL(multiply)(m, n, k, *(LOCAL(complex) const *)alpha,
                    a, ROW_STEP(turned_a, lda), COLUMN_STEP(turned_a, lda), trans_a == CblasConjTrans,
                    b, ROW_STEP(turned_b, ldb), COLUMN_STEP(turned_b, ldb), trans_b == CblasConjTrans,
                    *(LOCAL(complex) const *)beta, c, ldc);
}

void
NAME(syrk)(
        const enum CBLAS_ORDER order, const enum CBLAS_UPLO uplo, const enum CBLAS_TRANSPOSE trans, const CBLAS_INT n,
        const CBLAS_INT k, const void *alpha, const void *a, const CBLAS_INT lda, const void *beta, void *c,
        const CBLAS_INT ldc)
{
    int turned = (trans != CblasNoTrans) != (order == CblasColMajor);
    LOCAL(multiply)(n, n, k, *(LOCAL(complex) const *)alpha, a, ROW_STEP(turned, lda), COLUMN_STEP(turned, lda), 0,
                    a, ROW_STEP(!turned, lda), COLUMN_STEP(!turned, lda), 0, *(LOCAL(complex) const *)beta, c, ldc);
}

static void
LOCAL(dot)(CBLAS_INT n, LOCAL(complex) const *x, CBLAS_INT incx, LOCAL(complex) const *y, CBLAS_INT incy, int conjugate,
           LOCAL(complex) *out)
{
    LOCAL(complex) sum = 0;
    for (CBLAS_INT i = 0; i < n; i++) {
        sum += LOCAL(product)(LOCAL(conjugate)(x[(ptrdiff_t)i * incx], conjugate), y[(ptrdiff_t)i * incy]);
    }
    *out = sum;
}

void
NAME(dotu_sub)(const CBLAS_INT n, const void *x, const CBLAS_INT incx, const void *y, const CBLAS_INT incy, void *out)
{
    LOCAL(dot)(n, x, incx, y, incy, 0, out);
}

void
NAME(dotc_sub)(const CBLAS_INT n, const void *x, const CBLAS_INT incx, const void *y, const CBLAS_INT incy, void *out)
{
    LOCAL(dot)(n, x, incx, y, incy, 1, out);
}

void
NAME(axpy)(const CBLAS_INT n, const void *alpha, const void *x, const CBLAS_INT incx, void *y, const CBLAS_INT incy)
{
    LOCAL(complex) factor = *(LOCAL(complex) const *)alpha;
    LOCAL(complex) const *from = x;
    LOCAL(complex) *to = y;
    for (CBLAS_INT i = 0; i < n; i++) {
        to[(ptrdiff_t)i * incy] += LOCAL(product)(factor, from[(ptrdiff_t)i * incx]);
    }
}

void
NAME(gemv)(
        const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE trans, const CBLAS_INT m, const CBLAS_INT n,
        const void *alpha, const void *a, const CBLAS_INT lda, const void *x, const CBLAS_INT incx, const void *beta,
        void *y, const CBLAS_INT incy)
{
    int turned = (trans != CblasNoTrans) != (order == CblasColMajor);
    CBLAS_INT results = trans == CblasNoTrans ? m : n, terms = trans == CblasNoTrans ? n : m;
    LOCAL(multiply)(results, 1, terms, *(LOCAL(complex) const *)alpha, a, ROW_STEP(turned, lda),
                    COLUMN_STEP(turned, lda), trans == CblasConjTrans, x, incx, 1, 0,
                    *(LOCAL(complex) const *)beta, y, incy);
}
