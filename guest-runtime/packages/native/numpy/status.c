#define NPY_NO_DEPRECATED_API NPY_API_VERSION
#define _MULTIARRAYMODULE
#define _UMATHMODULE

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "numpy/arrayobject.h"
#include "numpy/npy_math.h"
#include "numpy/ufuncobject.h"

#include "array_method.h"
#include "status.h"

#include <string.h>

/* Elements a block, so that results are looked at while they are in the cache. */
#define BLOCK 2048

typedef struct {
    int nin;
    int type;
    /* The operands of the result's type; others are integers, which are finite. */
    int floating[2];
    const char *name;
} operation;

static double
value_at(operation const *op, char const *data)
{
    return op->type == NPY_DOUBLE ? *(double const *)data : *(float const *)data;
}

static int
all_finite(operation const *op, char const *data, npy_intp count, npy_intp stride)
{
    npy_uint64 found = 0;
    if (op->type == NPY_DOUBLE) {
        npy_uint64 const exponent = 0x7ff0000000000000ULL;
        if (stride == sizeof(double)) {
            npy_uint64 const *bits = (npy_uint64 const *)data;
            for (npy_intp i = 0; i < count; i++) {
                found |= (bits[i] & exponent) == exponent;
            }
        }
        else {
            for (npy_intp i = 0; i < count; i++, data += stride) {
                found |= (*(npy_uint64 const *)data & exponent) == exponent;
            }
        }
    }
    else {
        npy_uint32 const exponent = 0x7f800000U;
        for (npy_intp i = 0; i < count; i++, data += stride) {
            found |= (*(npy_uint32 const *)data & exponent) == exponent;
        }
    }
    return !found;
}

static int
is_one_of(char const *name, char const *const *names)
{
    for (; *names; names++) {
        if (strcmp(name, *names) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Whether an infinity from the finite operands `a` and `b` is a division by zero, not an overflow. */
static int
is_pole(operation const *op, double a, double b)
{
    static char const *const divisions[] = {"divide", "floor_divide", NULL};
    static char const *const powers[] = {"power", "float_power", NULL};
    static char const *const poles[] = {"reciprocal", "log", "log2", "log10", "log1p", "arctanh", NULL};
    return (is_one_of(op->name, divisions) && b == 0) || (is_one_of(op->name, powers) && a == 0) ||
           (is_one_of(op->name, poles) && fabs(a) <= 1);
}

static void
raise_status(int status)
{
    if (status & NPY_FPE_DIVIDEBYZERO) {
        npy_set_floatstatus_divbyzero();
    }
    if (status & NPY_FPE_OVERFLOW) {
        npy_set_floatstatus_overflow();
    }
    if (status & NPY_FPE_INVALID) {
        npy_set_floatstatus_invalid();
    }
}

/* Elements one by one. `before` holds what an operand was that the loop has overwritten. */
static int
status_of_block(
        operation const *op, char *const *data, npy_intp count, npy_intp const *strides,
        int const *overwritten, double const *before)
{
    int status = 0;
    for (npy_intp i = 0; i < count; i++) {
        double result = value_at(op, data[op->nin] + i * strides[op->nin]);
        if (isfinite(result)) {
            continue;
        }
        double operands[2] = {1, 1};
        for (int k = 0; k < op->nin; k++) {
            if (op->floating[k]) {
                operands[k] = overwritten[k] ? before[i] : value_at(op, data[k] + i * strides[k]);
            }
        }
        status |= status_of_double(operands[0], operands[1], result, is_pole(op, operands[0], operands[1]));
    }
    return status;
}

static int
watch_elements(
        operation const *op, PyArrayMethod_StridedLoop *loop, PyArrayMethod_Context *context, char *const *data,
        npy_intp count, npy_intp const *strides, NpyAuxData *auxdata)
{
    int status = 0;
    double before[BLOCK];
    for (npy_intp start = 0; start < count; start += BLOCK) {
        npy_intp size = count - start < BLOCK ? count - start : BLOCK;
        char *block[3];
        int overwritten[2] = {0, 0};
        for (int k = 0; k <= op->nin; k++) {
            block[k] = data[k] + start * strides[k];
        }
        for (int k = 0; k < op->nin; k++) {
            overwritten[k] = op->floating[k] && block[k] == block[op->nin];
            if (overwritten[k]) {
                for (npy_intp i = 0; i < size; i++) {
                    before[i] = value_at(op, block[k] + i * strides[k]);
                }
            }
        }
        int failed = loop(context, block, &size, strides, auxdata);
        if (failed) {
            return failed;
        }
        if (!all_finite(op, block[op->nin], size, strides[op->nin])) {
            status |= status_of_block(op, block, size, strides, overwritten, before);
        }
    }
    raise_status(status);
    return 0;
}

/* A reduction to one value, which stands in data[0] and data[2]. */
static int
watch_reduction(
        operation const *op, PyArrayMethod_StridedLoop *loop, PyArrayMethod_Context *context, char *const *data,
        npy_intp count, npy_intp const *strides, NpyAuxData *auxdata)
{
    double first = value_at(op, data[0]);
    char const *rest = data[1];
    int failed = loop(context, data, &count, strides, auxdata);
    double result = value_at(op, data[2]);
    if (failed || isfinite(result) || isnan(first)) {
        return failed;
    }
    if (isfinite(first) && all_finite(op, rest, count, strides[1])) {
        raise_status(NPY_FPE_OVERFLOW);
    }
    else if (isnan(result)) {
        for (npy_intp i = 0; i < count; i++) {
            if (isnan(value_at(op, rest + i * strides[1]))) {
                return 0;
            }
        }
        raise_status(NPY_FPE_INVALID);
    }
    return 0;
}

NPY_NO_EXPORT int
status_watched_loop(
        PyArrayMethod_StridedLoop *loop, PyArrayMethod_Context *context, char *const *data, npy_intp const *count,
        npy_intp const *strides, NpyAuxData *auxdata, int errormask)
{
    operation op = {.nin = context->method->nin, .name = ""};
    if (errormask == 0 || op.nin < 1 || op.nin > 2 || context->method->nout != 1) {
        return loop(context, data, count, strides, auxdata);
    }
    op.type = context->descriptors[op.nin]->type_num;
    if (op.type != NPY_DOUBLE && op.type != NPY_FLOAT) {
        return loop(context, data, count, strides, auxdata);
    }
    for (int k = 0; k < op.nin; k++) {
        op.floating[k] = context->descriptors[k]->type_num == op.type;
    }
    if (context->caller != NULL && PyObject_TypeCheck(context->caller, &PyUFunc_Type)) {
        op.name = ((PyUFuncObject *)context->caller)->name;
    }
    if (op.nin == 2 && data[0] == data[2] && strides[0] == 0 && strides[2] == 0) {
        return watch_reduction(&op, loop, context, data, *count, strides, auxdata);
    }
    return watch_elements(&op, loop, context, data, *count, strides, auxdata);
}
