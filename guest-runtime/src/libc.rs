//! What CPython asks of libc and WASI preview 1 has not: processes, signals, sockets, dynamic libraries.
//!
//! Each function answers as a system without the thing would. Scripts meet that as an `OSError`, or do not meet it at
//! all, since CPython asks at its start only. An address is a `usize` here: nobody looks behind it.

use std::ffi::{CStr, c_int};

type Address = usize;

const NULL: Address = 0;
const FAILED: c_int = -1;
const NO_NETWORK: &CStr = c"scripts have no network";

#[unsafe(no_mangle)]
static mut h_errno: c_int = 0;

/// Defines functions that give one answer, whatever they are asked.
macro_rules! answer {
    ($($name:ident($($kind:ty),*) -> $type:ty: $value:expr;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name($(_: $kind),*) -> $type {
            $value
        }
    )*};
}

answer! {
    // Signals and processes.
    signal(c_int, Address) -> Address: NULL;
    raise(c_int) -> c_int: FAILED;
    strsignal(c_int) -> Address: NULL;
    getpid() -> c_int: 1;
    // The clocks of the run are frozen: no time passes in it.
    clock() -> i64: 0;
    times(Address) -> i64: 0;
    // Dynamic libraries: every module is part of the guest.
    dlopen(Address, c_int) -> Address: NULL;
    dlerror() -> Address: NULL;
    dlsym(Address, Address) -> Address: NULL;
    // The network.
    gethostbyname(Address) -> Address: NULL;
    gethostbyaddr(Address, u32, c_int) -> Address: NULL;
    getservbyname(Address, Address) -> Address: NULL;
    getservbyport(c_int, Address) -> Address: NULL;
    getprotobyname(Address) -> Address: NULL;
    getaddrinfo(Address, Address, Address, Address) -> c_int: FAILED;
    getnameinfo(Address, u32, Address, u32, Address, u32, c_int) -> c_int: FAILED;
    gai_strerror(c_int) -> Address: NO_NETWORK.as_ptr() as Address;
    hstrerror(c_int) -> Address: NO_NETWORK.as_ptr() as Address;
    getsockname(c_int, Address, Address) -> c_int: FAILED;
    getpeername(c_int, Address, Address) -> c_int: FAILED;
    socket(c_int, c_int, c_int) -> c_int: FAILED;
    bind(c_int, Address, u32) -> c_int: FAILED;
    listen(c_int, c_int) -> c_int: FAILED;
    connect(c_int, Address, u32) -> c_int: FAILED;
    setsockopt(c_int, c_int, c_int, Address, u32) -> c_int: FAILED;
    recvfrom(c_int, Address, usize, c_int, Address, Address) -> isize: -1;
    sendto(c_int, Address, usize, c_int, Address, u32) -> isize: -1;
}

#[unsafe(no_mangle)]
extern "C" fn freeaddrinfo(_: Address) {}

/// The handlers that `signal` would be given.
#[unsafe(no_mangle)]
extern "C" fn __SIG_ERR(_: c_int) {}

#[unsafe(no_mangle)]
extern "C" fn __SIG_IGN(_: c_int) {}

/// The allocator that the C code of the crate `lz4-sys` calls. Its own Rust half is compiled for browsers alone.
mod lz4 {
    unsafe extern "C" {
        fn malloc(bytes: usize) -> *mut u8;
        fn calloc(count: usize, bytes: usize) -> *mut u8;
        fn free(block: *mut u8);
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn rust_lz4_wasm_shim_malloc(bytes: usize) -> *mut u8 {
        // SAFETY: libc's heap may be asked at any time.
        unsafe { malloc(bytes) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn rust_lz4_wasm_shim_calloc(count: usize, bytes: usize) -> *mut u8 {
        // SAFETY: as above.
        unsafe { calloc(count, bytes) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn rust_lz4_wasm_shim_free(block: *mut u8) {
        // SAFETY: the block came from one of the two above.
        unsafe { free(block) }
    }
}
