//! The stubs are the single source of what a script may call: guest and stubs must agree in both directions.

use std::path::{Path, PathBuf};

use crate::command::{not_done, run_json, workspace};

#[test]
fn guest_and_stubs_agree() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/reference_check.py");
    let stubs: Vec<PathBuf> = [
        "builtins.pyi",
        "polars.pyi",
        "matplotlib_pyplot.pyi",
        "matplotlib_ticker.pyi",
        "matplotlib_dates.pyi",
    ]
    .iter()
    .map(|name| workspace().join("sdk/reference").join(name))
    .collect();
    let out = tempfile::tempdir().expect("a folder for output");
    let report = run_json(&script, &stubs, &[], out.path());
    assert_eq!(not_done(&report), None);
    let told = report["stdout"].as_str().unwrap_or_default();
    assert!(told.starts_with("0 differences"), "{told}");
}
