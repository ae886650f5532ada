// The part of the C++ ABI's header that code names: libc++ comes without it.

#pragma once

#include <stddef.h>

namespace __cxxabiv1 {
extern "C" char *__cxa_demangle(char const *name, char *buffer, size_t *length, int *status);
}

namespace abi = __cxxabiv1;
