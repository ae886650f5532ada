/* What LLVM's lowering of setjmp and longjmp calls. A jump is an exception that the calling function of setjmp catches. */

#include <stdint.h>

struct jump {
    void *invocation; /* of the function that called setjmp */
    uint32_t label;   /* which of its calls */
    struct {
        void *environment;
        int value;
    } thrown;
};

void __wasm_setjmp(struct jump *jump, uint32_t label, void *invocation) {
    jump->invocation = invocation;
    jump->label = label;
}

uint32_t __wasm_setjmp_test(struct jump *jump, void *invocation) {
    return jump->invocation == invocation ? jump->label : 0;
}

_Noreturn void __wasm_longjmp(struct jump *jump, int value) {
    jump->thrown.environment = jump;
    jump->thrown.value = value ? value : 1;
    __builtin_wasm_throw(1, &jump->thrown);
}
