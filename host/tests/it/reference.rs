//! What is told of the sandbox holds in it: stubs and guest agree in both directions, and so do the versions of
//! libraries.

use std::path::{Path, PathBuf};

use crate::command::{not_done, run_json, workspace};

/// The libraries that the page names with their versions, and those that it says are not here.
const VERSIONS: &str = r#"
import sys
from importlib.metadata import version
print(f"CPython {sys.version_info.major}.{sys.version_info.minor}")
for name in ["numpy", "pandas", "polars", "scipy", "scikit-learn", "statsmodels", "seaborn"]:
    module = __import__({"scikit-learn": "sklearn"}.get(name, name))
    print(name, version(name), module.__version__ == version(name))
for name in ["openpyxl", "xlsxwriter", "tabulate", "dateutil", "pytz", "tzdata", "jinja2", "bs4", "html5lib", "patsy", "joblib", "matplotlib.pyplot"]:
    __import__(name)
for name in ["scipy.odr", "plotly", "pyarrow", "lxml", "requests"]:
    try:
        __import__(name)
    except ImportError:
        continue
    print(name, "is here")
"#;

#[test]
fn the_page_names_what_is_here_at_its_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("versions.py");
    std::fs::write(&script, VERSIONS).expect("written");
    let report = run_json(&script, &[], &[], &folder.path().join("out"));
    assert_eq!(not_done(&report), None);
    let told = report["stdout"].as_str().unwrap_or_default();
    assert_eq!(told.lines().count(), 8, "{told}");
    for line in told.lines() {
        let named = line.strip_suffix(" True").unwrap_or(line);
        assert!(
            glovebox::reference::SCRIPTS.contains(named),
            "the page does not say {line}"
        );
    }
}

#[test]
fn guest_and_stubs_agree() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/reference_check.py");
    let stubs: Vec<PathBuf> = [
        "builtins.pyi",
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
