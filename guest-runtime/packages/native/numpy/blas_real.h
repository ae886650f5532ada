/* Included by blas.c for each real type. */

#define COLUMNS (2 * LANES)

typedef REAL LOCAL(vector) __attribute__((vector_size(16), aligned(sizeof(REAL))));

/* Packs rows of `from` in groups of `width`: for each step of the depth, the group's values lie side by side. */
static void
LOCAL(pack)(REAL *to, REAL const *from, size_t count, size_t depth, size_t step, size_t depth_step, size_t width)
{
    for (size_t first = 0; first < count; first += width) {
        size_t real = MINIMUM(width, count - first);
        for (size_t p = 0; p < depth; p++) {
            REAL const *value = from + first * step + p * depth_step;
            for (size_t i = 0; i < real; i++) {
                to[i] = value[i * step];
            }
            for (size_t i = real; i < width; i++) {
                to[i] = 0;
            }
            to += width;
        }
    }
}

/* out += a * b for ROWS by COLUMNS values and packed panels of some depth. */
static void
LOCAL(kernel)(size_t depth, REAL const *a, REAL const *b, REAL *out, size_t out_step)
{
    LOCAL(vector) sums[ROWS][2];
    for (int i = 0; i < ROWS; i++) {
        sums[i][0] = *(LOCAL(vector) *)(out + i * out_step);
        sums[i][1] = *(LOCAL(vector) *)(out + i * out_step + LANES);
    }
    for (size_t p = 0; p < depth; p++) {
        LOCAL(vector) left = *(LOCAL(vector) const *)b;
        LOCAL(vector) right = *(LOCAL(vector) const *)(b + LANES);
        for (int i = 0; i < ROWS; i++) {
            sums[i][0] += a[i] * left;
            sums[i][1] += a[i] * right;
        }
        a += ROWS;
        b += COLUMNS;
    }
    for (int i = 0; i < ROWS; i++) {
        *(LOCAL(vector) *)(out + i * out_step) = sums[i][0];
        *(LOCAL(vector) *)(out + i * out_step + LANES) = sums[i][1];
    }
}

/* The kernel over a packed panel of each factor. Blocks at the edges go through a small buffer. */
static void
LOCAL(multiply_panels)(
        size_t rows, size_t columns, size_t depth, REAL const *a, REAL const *b, REAL alpha, REAL *out, size_t out_step)
{
    for (size_t j = 0; j < columns; j += COLUMNS) {
        for (size_t i = 0; i < rows; i += ROWS) {
            size_t height = MINIMUM(ROWS, rows - i), width = MINIMUM(COLUMNS, columns - j);
            REAL *block = out + i * out_step + j;
            if (height == ROWS && width == COLUMNS && alpha == 1) {
                LOCAL(kernel)(depth, a + i * depth, b + j * depth, block, out_step);
                continue;
            }
            REAL edge[ROWS * COLUMNS] = {0};
            LOCAL(kernel)(depth, a + i * depth, b + j * depth, edge, COLUMNS);
            for (size_t r = 0; r < height; r++) {
                for (size_t c = 0; c < width; c++) {
                    block[r * out_step + c] += alpha * edge[r * COLUMNS + c];
                }
            }
        }
    }
}

/* out = alpha a b + beta out, all row-major, the factors with any steps. */
static void
LOCAL(multiply)(
        size_t rows, size_t columns, size_t depth, REAL alpha, REAL const *a, size_t a_row, size_t a_column,
        REAL const *b, size_t b_row, size_t b_column, REAL beta, REAL *out, size_t out_step)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            out[i * out_step + j] = beta == 0 ? 0 : beta * out[i * out_step + j];
        }
    }
    size_t wide = MINIMUM(columns + COLUMNS, PANEL_COLUMNS), deep = MINIMUM(depth, PANEL_DEPTH);
    REAL *packed_b = malloc((wide + PANEL_ROWS) * deep * sizeof(REAL));
    if (packed_b == NULL && deep > 0) {
        /* Without room to pack in, the plain sums. */
        for (size_t i = 0; i < rows; i++) {
            for (size_t p = 0; p < depth; p++) {
                for (size_t j = 0; j < columns; j++) {
                    out[i * out_step + j] += alpha * a[i * a_row + p * a_column] * b[p * b_row + j * b_column];
                }
            }
        }
        return;
    }
    REAL *packed_a = packed_b + wide * deep;
    for (size_t j = 0; j < columns; j += PANEL_COLUMNS) {
        size_t width = MINIMUM(PANEL_COLUMNS, columns - j);
        for (size_t p = 0; p < depth; p += PANEL_DEPTH) {
            size_t length = MINIMUM(PANEL_DEPTH, depth - p);
            LOCAL(pack)(packed_b, b + p * b_row + j * b_column, width, length, b_column, b_row, COLUMNS);
            for (size_t i = 0; i < rows; i += PANEL_ROWS) {
                size_t height = MINIMUM(PANEL_ROWS, rows - i);
                LOCAL(pack)(packed_a, a + i * a_row + p * a_column, height, length, a_row, a_column, ROWS);
                LOCAL(multiply_panels)(
                        height, width, length, packed_a, packed_b, alpha, out + i * out_step + j, out_step);
            }
        }
    }
    free(packed_b);
}

void
NAME(gemm)(
        const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE trans_a, const enum CBLAS_TRANSPOSE trans_b,
        const CBLAS_INT m, const CBLAS_INT n, const CBLAS_INT k, const REAL alpha, const REAL *a, const CBLAS_INT lda,
        const REAL *b, const CBLAS_INT ldb, const REAL beta, REAL *c, const CBLAS_INT ldc)
{
    if (order == CblasColMajor) {
        /* The transposed product, in rows. */
        NAME(gemm)(CblasRowMajor, trans_b, trans_a, n, m, k, alpha, b, ldb, a, lda, beta, c, ldc);
        return;
    }
    int turned_a = trans_a != CblasNoTrans, turned_b = trans_b != CblasNoTrans;
    LOCAL(multiply)(m, n, k, alpha, a, ROW_STEP(turned_a, lda), COLUMN_STEP(turned_a, lda),
                    b, ROW_STEP(turned_b, ldb), COLUMN_STEP(turned_b, ldb), beta, c, ldc);
}

/* Fills both triangles; the caller may look at one only. */
void
NAME(syrk)(
        const enum CBLAS_ORDER order, const enum CBLAS_UPLO uplo, const enum CBLAS_TRANSPOSE trans, const CBLAS_INT n,
        const CBLAS_INT k, const REAL alpha, const REAL *a, const CBLAS_INT lda, const REAL beta, REAL *c,
        const CBLAS_INT ldc)
{
    int turned = (trans != CblasNoTrans) != (order == CblasColMajor);
    LOCAL(multiply)(n, n, k, alpha, a, ROW_STEP(turned, lda), COLUMN_STEP(turned, lda),
                    a, ROW_STEP(!turned, lda), COLUMN_STEP(!turned, lda), beta, c, ldc);
}

REAL
NAME(dot)(const CBLAS_INT n, const REAL *x, const CBLAS_INT incx, const REAL *y, const CBLAS_INT incy)
{
    CBLAS_INT i = 0;
    REAL sum = 0;
    if (incx == 1 && incy == 1) {
        LOCAL(vector) sums[4] = {{0}};
        for (; i + 4 * LANES <= n; i += 4 * LANES) {
            for (int part = 0; part < 4; part++) {
                sums[part] += *(LOCAL(vector) const *)(x + i + part * LANES) *
                              *(LOCAL(vector) const *)(y + i + part * LANES);
            }
        }
        sums[0] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        for (int lane = 0; lane < LANES; lane++) {
            sum += sums[0][lane];
        }
    }
    for (; i < n; i++) {
        sum += x[(ptrdiff_t)i * incx] * y[(ptrdiff_t)i * incy];
    }
    return sum;
}

void
NAME(axpy)(const CBLAS_INT n, const REAL alpha, const REAL *x, const CBLAS_INT incx, REAL *y, const CBLAS_INT incy)
{
    if (incx == 1 && incy == 1) {
        for (CBLAS_INT i = 0; i < n; i++) {
            y[i] += alpha * x[i];
        }
        return;
    }
    for (CBLAS_INT i = 0; i < n; i++) {
        y[(ptrdiff_t)i * incy] += alpha * x[(ptrdiff_t)i * incx];
    }
}

void
NAME(gemv)(
        const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE trans, const CBLAS_INT m, const CBLAS_INT n,
        const REAL alpha, const REAL *a, const CBLAS_INT lda, const REAL *x, const CBLAS_INT incx, const REAL beta,
        REAL *y, const CBLAS_INT incy)
{
    /* Whether each result is the product of a contiguous stretch of the matrix. */
    int stretches = (order == CblasRowMajor) == (trans == CblasNoTrans);
    CBLAS_INT results = trans == CblasNoTrans ? m : n, terms = trans == CblasNoTrans ? n : m;
    for (CBLAS_INT i = 0; i < results; i++) {
        REAL *result = y + (ptrdiff_t)i * incy;
        *result = beta == 0 ? 0 : beta * *result;
        if (stretches) {
            *result += alpha * NAME(dot)(terms, a + (ptrdiff_t)i * lda, 1, x, incx);
        }
    }
    if (!stretches) {
        for (CBLAS_INT p = 0; p < terms; p++) {
            NAME(axpy)(results, alpha * x[(ptrdiff_t)p * incx], a + (ptrdiff_t)p * lda, 1, y, incy);
        }
    }
}

#undef COLUMNS
