//! Stamps the Python half of the guest, so that cargo recompiles the crate when one of its files changes.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

fn main() {
    println!("cargo::rerun-if-changed=python");
    let mut stamp = DefaultHasher::new();
    hash(Path::new("python"), &mut stamp);
    println!("cargo::rustc-env=GLOVEBOX_PYTHON_STAMP={:x}", stamp.finish());
}

fn hash(folder: &Path, stamp: &mut DefaultHasher) {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("python/ is there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    for path in paths {
        path.hash(stamp);
        if path.is_dir() {
            hash(&path, stamp);
        } else {
            fs::read(&path).expect("readable").hash(stamp);
        }
    }
}
