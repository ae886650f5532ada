//! The scripts in `host/tests/dabench`, written as a model would write them, answer data-analysis questions whose exact
//! answers are known. They run in the sandbox over the questions' own tables.
//!
//! Questions, answers and tables stay outside the project, in `../shared/data/dabench` beside the workspace; without
//! them the test says that it was skipped. Which scripts cannot match their label, and why, is told in the scripts'
//! README.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::command::{not_done, run_json, skip, workspace};

/// How many questions must be answered rightly: all that CPython with the real polars answers rightly.
const AT_LEAST: usize = 70;

#[test]
fn scripts_answer_the_dabench_questions() {
    let folder = workspace().join("../shared/data/dabench");
    if !folder.join("questions.jsonl").is_file() {
        skip("../shared/data/dabench is missing");
        return;
    }
    let tables = by_id(&folder.join("questions.jsonl"), "file_name");
    let labels = by_id(&folder.join("labels.jsonl"), "common_answers");
    let scripts = scripts();
    let mut wrong = Vec::new();
    for (id, script) in &scripts {
        let table = tables
            .get(id)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{id}.py answers no question"));
        if let Err(why) = answer(script, &folder.join("tables").join(table), &labels[id]) {
            wrong.push(format!("{id}: {why}"));
        }
    }
    let right = scripts.len() - wrong.len();
    let report = format!(
        "{right} of {} questions answered rightly, {} scripts fail:\n{}",
        tables.len(),
        wrong.len(),
        wrong.join("\n")
    );
    println!("{report}");
    assert!(right >= AT_LEAST, "at least {AT_LEAST} are wanted; {report}");
}

/// Runs one script and compares its answers with the label's, `[[name, value], …]`. The error says what is wrong.
fn answer(script: &Path, table: &Path, label: &Value) -> Result<(), String> {
    let out = tempfile::tempdir().expect("a folder for output");
    let report = run_json(script, &[table.to_path_buf()], &[], out.path());
    if let Some(ending) = not_done(&report) {
        return Err(ending);
    }
    let given = answers(report["stdout"].as_str().unwrap_or_default());
    for pair in label.as_array().into_iter().flatten() {
        let (name, wanted) = (
            pair[0].as_str().unwrap_or_default(),
            pair[1].as_str().unwrap_or_default(),
        );
        match given.get(name) {
            None => return Err(format!("no @{name}[…] was printed")),
            Some(value) if !same(value, wanted) => {
                return Err(format!("@{name} is {value:?}, the label says {wanted:?}"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The answers in a text, each written `@name[value]`. Of two with one name the last counts.
fn answers(text: &str) -> BTreeMap<&str, &str> {
    text.split('@')
        .skip(1)
        .filter_map(|part| {
            let (name, rest) = part.split_once('[')?;
            let (value, _) = rest.split_once(']')?;
            Some((name, value))
        })
        .collect()
}

/// Numbers within a millionth of each other, or equal texts. `nan` is `nan`.
fn same(given: &str, wanted: &str) -> bool {
    let (given, wanted) = (given.trim(), wanted.trim());
    match (given.parse::<f64>(), wanted.parse::<f64>()) {
        (Ok(x), Ok(y)) => (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-6 * x.abs().max(y.abs()),
        _ => given == wanted,
    }
}

/// The scripts by the id of their question.
fn scripts() -> BTreeMap<u64, PathBuf> {
    fs::read_dir(workspace().join("host/tests/dabench"))
        .expect("the folder of scripts")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .map(|path| {
            let id = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .and_then(|stem| stem.parse().ok());
            (
                id.unwrap_or_else(|| panic!("{} is not named by a question's id", path.display())),
                path,
            )
        })
        .collect()
}

/// One field of every line of a JSON-lines file, by the line's `id`.
fn by_id(path: &Path, field: &str) -> BTreeMap<u64, Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let mut object: Value = serde_json::from_str(line).expect("a JSON object a line");
            (object["id"].as_u64().expect("an id"), object[field].take())
        })
        .collect()
}

#[test]
fn answers_are_read_and_compared() {
    let given = answers("@mean[34.65], @std_dev[1.50]\n@sites[(HA2)121,326] @kind[not normal]");
    assert_eq!(given.len(), 4);
    assert_eq!(given["sites"], "(HA2)121,326");
    assert!(same(given["std_dev"], "1.5") && same("nan", "nan") && same(given["kind"], "not normal"));
    assert!(!same("34.64", given["mean"]) && !same("none", "1.0"));
}
