#include <fenv.h>

static int raised;

__attribute__((visibility("default"))) int feclearexcept(int exceptions) {
    raised &= ~exceptions;
    return 0;
}

__attribute__((visibility("default"))) int feraiseexcept(int exceptions) {
    raised |= exceptions;
    return 0;
}

__attribute__((visibility("default"))) int fetestexcept(int exceptions) { return raised & exceptions; }
