//! Scripts that print what the script modules compute, in the sandbox and under CPython: both must print the same.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::{
    command::{not_done, run_json, workspace},
    peer::Peer,
};

#[test]
fn polars_computes_and_prints_as_polars_does() {
    compare("polars_");
}

#[test]
fn matplotlib_computes_as_matplotlib_does() {
    compare("matplotlib_");
}

#[test]
fn the_standard_library_computes_as_cpython_does() {
    compare("python_");
}

#[test]
fn scipy_and_what_stands_on_it_compute_as_under_cpython() {
    compare("science_");
}

/// Runs every script of `host/tests/peer` whose name begins so on both sides.
fn compare(prefix: &str) {
    let Some(mut peer) = Peer::start() else { return };
    let scripts = scripts(prefix);
    assert!(!scripts.is_empty(), "no script is named {prefix}….py");
    let mut wrong = Vec::new();
    for script in scripts {
        let out = tempfile::tempdir().expect("a folder for output");
        let here = run_json(&script, &[], &[], out.path());
        let there = peer.run(&script, &[], &[]);
        assert!(
            there["error"].is_null(),
            "{} fails under CPython: {}",
            script.display(),
            there["error"]
        );
        if let Some(ending) = not_done(&here) {
            wrong.push(format!("{}: {ending}", script.display()));
        } else if let Some(line) = first_difference(&here["stdout"], &there["stdout"]) {
            wrong.push(format!("{}: {line}", script.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn scripts(prefix: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(workspace().join("host/tests/peer"))
        .expect("the folder of peer scripts")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        })
        .collect();
    paths.sort();
    paths
}

fn first_difference(here: &Value, there: &Value) -> Option<String> {
    let (here, there) = (here.as_str().unwrap_or_default(), there.as_str().unwrap_or_default());
    let (mut ours, mut theirs) = (here.lines(), there.lines());
    for number in 1.. {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (our, their) if our == their => {}
            (our, their) => {
                return Some(format!(
                    "line {number} of the output is\n    {}\n  and under CPython\n    {}",
                    our.unwrap_or("missing"),
                    their.unwrap_or("missing")
                ));
            }
        }
    }
    None
}
