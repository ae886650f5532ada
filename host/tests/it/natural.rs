//! Scripts as a language model writes them by habit, with pandas, scipy, scikit-learn and matplotlib, run in the sandbox
//! and print what CPython printed.
//!
//! Scripts, tables and expected texts stay outside the project, in `../shared/data/natural` beside the workspace;
//! without them the test says that it was skipped.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::command::{not_done, run_json, skip, workspace};

/// Of a hundred scripts, how many must run to their end, and how many must print what CPython prints.
const RUN_PERCENT: usize = 95;
const SAME_PERCENT: usize = 90;

#[test]
fn scripts_written_by_habit_run_and_print_what_cpython_prints() {
    let folder = workspace().join("../shared/data/natural");
    if !folder.join("README.md").is_file() {
        skip("../shared/data/natural is missing");
        return;
    }
    let (mut ran, mut same, mut wrong) = (0, 0, Vec::new());
    let scripts = scripts(&folder);
    for (id, tables) in &scripts {
        let path = folder.join(format!("{id}.py"));
        let out = tempfile::tempdir().expect("a folder for output");
        let report = run_json(&path, tables, &[], out.path());
        if let Some(ending) = not_done(&report) {
            wrong.push(format!("{id}: {ending}"));
            continue;
        }
        ran += 1;
        let expected = fs::read_to_string(folder.join(format!("{id}.expected.txt"))).expect("an expected text");
        match difference(report["stdout"].as_str().unwrap_or_default(), &expected) {
            None => same += 1,
            Some(line) => wrong.push(format!("{id}: {line}")),
        }
    }
    let tried = scripts.len();
    let told = format!(
        "of {tried} scripts {ran} ran and {same} printed the same:\n{}",
        wrong.join("\n")
    );
    println!("{told}");
    assert!(ran * 100 >= tried * RUN_PERCENT, "{told}");
    assert!(same * 100 >= tried * SAME_PERCENT, "{told}");
}

/// The first line in which two texts differ; lines that hold the clock do not count.
fn difference(given: &str, expected: &str) -> Option<String> {
    let lines = |text: &str| -> Vec<String> {
        let timeless = |line: &&str| !line.starts_with("Date:") && !line.starts_with("Time:");
        text.trim_end().lines().filter(timeless).map(str::to_owned).collect()
    };
    let (given, expected) = (lines(given), lines(expected));
    let longest = given.len().max(expected.len());
    (0..longest).find_map(|at| {
        let (given, expected) = (given.get(at), expected.get(at));
        (given != expected).then(|| format!("line {}: {given:?}, CPython prints {expected:?}", at + 1))
    })
}

/// Each script's id and its tables, as the README lists them: "- `id` (task): `table.csv`, … → files made".
fn scripts(folder: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let readme = fs::read_to_string(folder.join("README.md")).expect("the list of scripts");
    let listed = readme
        .split_once("## Tables and files made")
        .expect("the list of tables")
        .1;
    let places = [folder.join("../dabench/tables"), folder.join("../nlv")];
    let place = |name: &str| places.iter().map(|place| place.join(name)).find(|path| path.is_file());
    listed
        .lines()
        .filter_map(|line| {
            let (id, tables) = line.strip_prefix("- ")?.split_once(": ")?;
            let tables = tables.split('→').next()?.split('`').skip(1).step_by(2);
            let id = id.split(' ').next()?.to_owned();
            Some((id, tables.map(|name| place(name).expect("a table")).collect()))
        })
        .collect()
}
