#!/bin/bash
# Compiles and links for the guest like the toolchain's drivers, with C++ exceptions and setjmp: `wasm-cc` for C,
# `wasm-cxx` for C++. The engine takes exceptions in the form of WebAssembly 3.0 only, which clang-19 cannot write. So
# it compiles to bitcode, and the linker of the Rust toolchain, which is newer, makes WebAssembly of it.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
toolchain=@toolchain@
flags=(--target=wasm32-wasip1 --sysroot="$toolchain/sysroot" -fPIC -msimd128 -mbulk-memory -mllvm -wasm-enable-sjlj
  -D_GNU_SOURCE -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_MMAN)
compiler=clang-19
if [ "$(basename "$0")" = wasm-cxx ]; then
  compiler=clang++-19
  flags+=(-nostdinc++ -isystem "$toolchain/sysroot/include/c++/v1" -fwasm-exceptions -isystem "$root/include"
    -include "$root/include/one_thread.h")
fi

# There are no threads, and meson's check of Cython asks for the headers of the Python that runs meson.
arguments=()
for argument in "$@"; do
  case $argument in
    -pthread) ;;
    -I*/include/python3.*) arguments+=("-I$toolchain/sysroot/include/python3.14") ;;
    *) arguments+=("$argument") ;;
  esac
done
set -- "${arguments[@]}"

for argument in "$@"; do
  case $argument in
    -Wl,--version) exec /usr/lib/llvm-19/bin/wasm-ld --version ;;
    -shared) shared=1 ;;
    -c) exec $compiler "${flags[@]}" -emit-llvm "$@" ;;
    -S | -E | -M | -MM | -dM | --version | -v | -dump* | -print-* | --print-*) exec $compiler "${flags[@]}" "$@" ;;
  esac
done

if [ -n "$shared" ]; then
  # Names of libraries that are part of libc here, and options of other linkers, go.
  objects=()
  while [ $# -gt 0 ]; do
    case $1 in
      -o) output=$2; shift ;;
      -Wl,*.a | -Wl,*.o) objects+=("${1#-Wl,}") ;;
      *.a | *.o | *.so) objects+=("$1") ;;
    esac
    shift
  done
  module=$(basename "$output")
  exec "@linker@" -flavor wasm -shared --no-entry --experimental-pic --unresolved-symbols=import-dynamic \
    --strip-debug --lto-O0 --lto-CGO2 -mllvm -wasm-enable-eh -mllvm -wasm-enable-sjlj -mllvm -exception-model=wasm \
    -mllvm -wasm-use-legacy-eh=false --export-if-defined="PyInit_${module%%.*}" $GLOVEBOX_EXPORTS -o "$output" \
    "${objects[@]}" "$root/lib/libsupport.a" "$toolchain/lib/libclang_rt.builtins-wasm32.a"
fi
arguments=()
for argument in "$@"; do
  case $argument in
    -lm | -lpthread | -ldl | -Wl,--start-group | -Wl,--end-group | -Wl,--as-needed | -Wl,--no-undefined) ;;
    -Wl,--allow-shlib-undefined | -Wl,-O1 | -Wl,-soname* | -Wl,-rpath* | -Wl,-z,* | -Wl,--version-script*) ;;
    *) arguments+=("$argument") ;;
  esac
done
libc=$toolchain/sysroot/lib/wasm32-wasip1
exec $compiler "${flags[@]}" -nostdlib -fuse-ld=/usr/lib/llvm-19/bin/wasm-ld -L"$libc" "$libc/crt1-command.o" \
  "${arguments[@]}" -lwasi-emulated-signal -lwasi-emulated-process-clocks -lwasi-emulated-getpid -lc -lsetjmp \
  "$toolchain/lib/libclang_rt.builtins-wasm32.a"
