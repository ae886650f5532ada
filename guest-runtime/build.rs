//! Links the guest so that libraries can be merged into it afterwards.
//!
//! `GLOVEBOX_GUEST_LINK` names a folder that `guest-runtime/link` filled: `libpython.o`, which reserves the place of
//! CPython's data, and `exports.txt`, the functions that the libraries want of this module, one a line. Without it the
//! crate can be checked but not linked.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-env-changed=GLOVEBOX_GUEST_LINK");
    let Some(folder) = env::var_os("GLOVEBOX_GUEST_LINK") else {
        return;
    };
    let folder = Path::new(&folder);
    let place = folder.join("libpython.o");
    let exports = folder.join("exports.txt");
    for path in [&place, &exports] {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let argument = |argument: &str| println!("cargo::rustc-link-arg-cdylib={argument}");
    argument(place.to_str().expect("the cache's path is UTF-8"));
    let names = fs::read_to_string(&exports).unwrap_or_else(|error| panic!("read {}: {error}", exports.display()));
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
