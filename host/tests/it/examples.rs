//! Every example runs in the sandbox and, unchanged, under `CPython` with the real polars and matplotlib; what they
//! print, the tables they display and the CSVs they write are the same to the last digit.
//!
//! Without CPython (see `peer.rs`) the examples still run in the sandbox, and the test says that nothing was compared.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    command::{not_done, run_json, workspace},
    peer::Peer,
};

#[test]
fn examples_give_the_same_values_as_cpython() {
    let mut peer = Peer::start();
    let examples = examples();
    let wrong: Vec<String> = examples
        .iter()
        .filter_map(|example| example.check(peer.as_mut(), &[]))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} examples differ\n\n{}",
        wrong.len(),
        examples.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn parameters_reach_the_examples_that_ask_for_them() {
    let mut peer = Peer::start();
    for (name, parameter) in [
        ("co2_moving_average", ("window", "24")),
        ("crime_outliers", ("fence", "3")),
    ] {
        let example = Example::read(&workspace().join("examples").join(format!("{name}.py")));
        if let Some(wrong) = example.check(peer.as_mut(), &[parameter]) {
            panic!("with {}={}: {wrong}", parameter.0, parameter.1);
        }
    }
}

#[test]
fn every_example_says_its_question_and_its_data() {
    let sources = fs::read_to_string(workspace().join("examples/data/README.md")).expect("the table of sources");
    let examples = examples();
    assert!(examples.len() >= 10, "only {} examples", examples.len());
    for example in examples {
        let first = example.source.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("# "),
            "{}: the first line is the question it answers",
            example.name
        );
        assert!(!example.data.is_empty(), "{}: no `# data:` line", example.name);
        for path in &example.data {
            assert!(path.is_file(), "{}: {} is missing", example.name, path.display());
            let name = file_name(path);
            assert!(
                sources.contains(&format!("`{name}`")),
                "{name} is not in examples/data/README.md"
            );
        }
    }
}

/// A script in the folder `examples`.
struct Example {
    name: String,
    path: PathBuf,
    source: String,
    data: Vec<PathBuf>,
}

impl Example {
    fn read(path: &Path) -> Self {
        let source = fs::read_to_string(path).expect("the example");
        let data = source
            .lines()
            .find_map(|line| line.strip_prefix("# data: "))
            .unwrap_or_default();
        let folder = workspace().join("examples/data");
        let data = data
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| folder.join(name))
            .collect();
        Self {
            name: file_name(path),
            path: path.to_path_buf(),
            source,
            data,
        }
    }

    /// Runs it on both sides. None when all is equal, else what is not.
    fn check(&self, peer: Option<&mut Peer>, parameters: &[(&str, &str)]) -> Option<String> {
        let out = tempfile::tempdir().expect("a folder for output");
        let here = run_json(&self.path, &self.data, parameters, out.path());
        if let Some(ending) = not_done(&here) {
            return Some(format!("{}: {ending}", self.name));
        }
        let there = peer?.run(&self.path, &self.data, parameters);
        assert!(
            there["error"].is_null(),
            "{} fails under CPython: {}",
            self.name,
            there["error"]
        );
        let wrong = [
            printed(&here, &there),
            displayed(&here, &there),
            written(out.path(), &here, &there),
        ]
        .concat();
        (!wrong.is_empty()).then(|| format!("{}:\n  {}", self.name, wrong.join("\n  ")))
    }
}

fn examples() -> Vec<Example> {
    let mut paths: Vec<PathBuf> = fs::read_dir(workspace().join("examples"))
        .expect("the folder examples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    paths.sort();
    paths.iter().map(|path| Example::read(path)).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What was printed, and the last expression's value where it is not a table.
fn printed(here: &Value, there: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let texts = (
        here["stdout"].as_str().unwrap_or_default(),
        there["stdout"].as_str().unwrap_or_default(),
    );
    wrong.extend(text_difference("printed", texts.0, texts.1));
    let last = there["displayed"].as_array().and_then(|all| all.last());
    if let Some(value) = last
        .and_then(|last| last["repr"].as_str())
        .filter(|_| there["result"].is_string())
    {
        wrong.extend(text_difference(
            "result",
            here["result"].as_str().unwrap_or_default(),
            value,
        ));
    }
    wrong
}

/// The displayed tables: columns, types, row counts and every cell.
fn displayed(here: &Value, there: &Value) -> Vec<String> {
    let none = Vec::new();
    let ours = here["tables"].as_array().unwrap_or(&none);
    let theirs: Vec<&Value> = there["displayed"]
        .as_array()
        .unwrap_or(&none)
        .iter()
        .filter(|one| one["repr"].is_null())
        .collect();
    if ours.len() != theirs.len() {
        return vec![format!("displayed {} tables, CPython {}", ours.len(), theirs.len())];
    }
    ours.iter()
        .zip(theirs)
        .enumerate()
        .filter_map(|(at, (ours, theirs))| table_difference(at, ours, theirs))
        .collect()
}

fn table_difference(at: usize, ours: &Value, theirs: &Value) -> Option<String> {
    for part in ["columns", "row_count"] {
        if ours[part] != theirs[part] {
            return Some(format!(
                "table {at}: {part} is {}, under CPython {}",
                ours[part], theirs[part]
            ));
        }
    }
    let none = Vec::new();
    let (ours, theirs) = (
        ours["rows"].as_array().unwrap_or(&none),
        theirs["rows"].as_array().unwrap_or(&none),
    );
    if ours.len() != theirs.len() {
        return Some(format!(
            "table {at}: {} rows shown, under CPython {}",
            ours.len(),
            theirs.len()
        ));
    }
    let (row, (a, b)) = ours.iter().zip(theirs).enumerate().find(|(_, (a, b))| a != b)?;
    Some(format!(
        "table {at}, row {row}: {a}, under CPython {b}{}",
        last_digits(&a.to_string(), &b.to_string())
    ))
}

/// The files: the same names, CSVs of the same bytes, and images that are images.
fn written(out: &Path, here: &Value, there: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let listed: Vec<&str> = here["artifacts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|artifact| artifact["name"].as_str())
        .collect();
    for (name, content) in there["files"].as_object().into_iter().flatten() {
        if !listed.contains(&name.as_str()) {
            wrong.push(format!("{name} is not among the artifacts: {listed:?}"));
            continue;
        }
        let bytes = fs::read(out.join(name)).unwrap_or_default();
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("csv") => {
                wrong.extend(text_difference(
                    name,
                    &String::from_utf8_lossy(&bytes),
                    content.as_str().unwrap_or_default(),
                ));
            }
            Some("png") if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") => wrong.push(format!("{name} is no PNG")),
            Some("svg") if !String::from_utf8_lossy(&bytes).contains("<svg") => wrong.push(format!("{name} is no SVG")),
            _ => {}
        }
    }
    for name in listed
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "csv"))
    {
        if there["files"].get(*name).is_none() {
            wrong.push(format!("{name} is written here and not under CPython"));
        }
    }
    wrong
}

/// The first line in which two texts differ.
fn text_difference(what: &str, ours: &str, theirs: &str) -> Option<String> {
    if ours == theirs {
        return None;
    }
    let (mut a, mut b) = (ours.lines(), theirs.lines());
    for line in 1.. {
        match (a.next(), b.next()) {
            (None, None) => break,
            (x, y) if x == y => {}
            (x, y) => {
                let (x, y) = (x.unwrap_or("(nothing)"), y.unwrap_or("(nothing)"));
                return Some(format!(
                    "{what}, line {line}: {x:?}, under CPython {y:?}{}",
                    last_digits(x, y)
                ));
            }
        }
    }
    Some(format!("{what}: the line ends differ"))
}

/// A remark when two lines differ in nothing but the last digits of their floats: still a failure, but of another kind.
fn last_digits(ours: &str, theirs: &str) -> &'static str {
    let parts = |text: &str| -> Vec<String> {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')))
            .map(str::to_owned)
            .collect()
    };
    let (a, b) = (parts(ours), parts(theirs));
    let close = a.len() == b.len()
        && a.iter()
            .zip(&b)
            .all(|(x, y)| match (x.parse::<f64>(), y.parse::<f64>()) {
                (Ok(x), Ok(y)) => (x - y).abs() <= 1e-12 * x.abs().max(y.abs()),
                _ => x == y,
            });
    if close {
        " (only the last digits of floats differ)"
    } else {
        ""
    }
}
