//! Links the guest so that libraries can be merged into it afterwards.
//!
//! `GLOVEBOX_GUEST_LINK` names a folder with what the build prepared: `libpython.o`, which reserves the place of CPython's
//! data; `exports.txt`, the names that the libraries want of this module, one a line; and two archives of C that Rust's
//! own libc for WASI lacks. Without it the crate can be checked but not linked.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-env-changed=GLOVEBOX_GUEST_LINK");
    let Some(folder) = env::var_os("GLOVEBOX_GUEST_LINK") else {
        return;
    };
    let folder = Path::new(&folder);
    let part = |name: &str| {
        let path = folder.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        path.into_os_string().into_string().expect("the cache's path is UTF-8")
    };
    let argument = |argument: &str| println!("cargo::rustc-link-arg-cdylib={argument}");
    argument(&part("libpython.o"));
    // Printing and reading `long double`, in place of libc's own functions, which end the program.
    argument("--whole-archive");
    argument(&part("libc-printscan-long-double.a"));
    argument("--no-whole-archive");
    // Complex arithmetic.
    argument(&part("libclang_rt.builtins-wasm32.a"));
    let exports = part("exports.txt");
    let names = fs::read_to_string(&exports).unwrap_or_else(|error| panic!("read {exports}: {error}"));
    for name in names.lines() {
        // The first takes the function out of its archive, the second keeps it.
        argument(&format!("--undefined={name}"));
        argument(&format!("--export-if-defined={name}"));
    }
    for name in ["__base_libpython3_14", "__stack_pointer"] {
        argument(&format!("--export={name}"));
    }
    // What CPython exports is an import until it is merged.
    argument("--allow-undefined");
}
