#!/bin/bash
# Compiles and links for the guest, with clang's own arguments: `wasm-cc` for C, `wasm-cxx` for C++.
# A shared library becomes a relocatable (dylink) module whose unresolved names are imports, to be met when the
# guest is linked. Any other link is a configure check: a program against libc, where a missing name must fail.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
flags=(--target=wasm32-wasip1 --sysroot="$root/sysroot" -fPIC -msimd128 -mbulk-memory
  -D_GNU_SOURCE -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_MMAN)
compiler=clang-19
if [ "$(basename "$0")" = wasm-cxx ]; then
  compiler=clang++-19
  # libc++abi.so has no unwinder: a throw ends the guest with a message (support.c).
  flags+=(-nostdinc++ -isystem "$root/sysroot/include/c++/v1" -fignore-exceptions)
fi

# Meson's check of Cython asks for the headers of the Python that runs meson.
arguments=()
for argument in "$@"; do
  case $argument in
    -I*/include/python3.*) arguments+=("-I$root/sysroot/include/python3.14") ;;
    *) arguments+=("$argument") ;;
  esac
done
set -- "${arguments[@]}"

for argument in "$@"; do
  case $argument in
    -Wl,--version) exec /usr/lib/llvm-19/bin/wasm-ld --version ;;
    -shared) shared=1 ;;
    -c | -S | -E | -M | -MM | -dM | --version | -v | -dump* | -print-* | --print-*) exec $compiler "${flags[@]}" "$@" ;;
  esac
done

arguments=()
for argument in "$@"; do
  case $argument in
    # Names of libraries that are part of libc here, and options of ELF linkers.
    -lm | -lpthread | -ldl | -Wl,--start-group | -Wl,--end-group | -Wl,--as-needed | -Wl,--no-undefined) ;;
    -Wl,--allow-shlib-undefined | -Wl,-O1 | -Wl,-soname* | -Wl,-rpath* | -Wl,-z,* | -Wl,--version-script*) ;;
    *) arguments+=("$argument") ;;
  esac
done
link=(-nostdlib -fuse-ld=/usr/lib/llvm-19/bin/wasm-ld -L"$root/lib")
if [ -n "$shared" ]; then
  exec $compiler "${flags[@]}" "${link[@]}" -Wl,--no-entry -Wl,--experimental-pic \
    -Wl,--unresolved-symbols=import-dynamic -Wl,--strip-debug "${arguments[@]}" -lsupport -lclang_rt.builtins-wasm32
fi
libc=$root/sysroot/lib/wasm32-wasip1
exec $compiler "${flags[@]}" "${link[@]}" -L"$libc" "$libc/crt1-command.o" "${arguments[@]}" \
  -lwasi-emulated-signal -lwasi-emulated-process-clocks -lwasi-emulated-getpid -lc -lclang_rt.builtins-wasm32
