/* What compiled code calls and neither libc, libc++abi nor compiler-rt for wasm gives. Linked into each module. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define HIDDEN __attribute__((visibility("hidden")))

/* C++ exceptions: nothing can catch one here, so a throw says so and ends the guest. */

HIDDEN void *__cxa_allocate_exception(size_t size) { return malloc(size); }
HIDDEN void __cxa_free_exception(void *exception) { free(exception); }

HIDDEN _Noreturn void __cxa_throw(void *exception, void *type, void (*destroy)(void *)) {
    fputs("a C++ library failed: out of memory, or a wrong argument\n", stderr);
    abort();
}

HIDDEN _Noreturn void __cxa_rethrow(void) { abort(); }
HIDDEN _Noreturn void *__cxa_begin_catch(void *exception) { abort(); }
HIDDEN void __cxa_end_catch(void) {}

/* Destructors of thread-local objects: the guest has one thread and never leaves it. */
HIDDEN int __cxa_thread_atexit(void (*destroy)(void *), void *object, void *module) { return 0; }

/* Products and quotients of complex long doubles (C11, annex G without its recovery of infinities). */

typedef long double _Complex quad_complex;

static quad_complex make(long double real, long double imaginary) {
    quad_complex z;
    __real__ z = real;
    __imag__ z = imaginary;
    return z;
}

HIDDEN quad_complex __multc3(long double a, long double b, long double c, long double d) {
    return make(a * c - b * d, a * d + b * c);
}

HIDDEN quad_complex __divtc3(long double a, long double b, long double c, long double d) {
    if (fabsl(c) >= fabsl(d)) {
        long double ratio = d / c, scale = c + d * ratio;
        return make((a + b * ratio) / scale, (b - a * ratio) / scale);
    }
    long double ratio = c / d, scale = c * ratio + d;
    return make((a * ratio + b) / scale, (b * ratio - a) / scale);
}
