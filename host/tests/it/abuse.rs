//! Hostile scripts of known outcome, by `glovebox abuse`: each ends as it must, changes nothing around it, and leaves the
//! next run as ever. The scripts are in `host/tests/abuse`.

use std::process::Command;

use serde_json::Value;

use crate::test_sandbox::PROGRAM;

fn abuse(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = Command::new(PROGRAM)
        .args(["abuse", "--json"])
        .args(arguments)
        .output()
        .expect("glovebox starts");
    let told = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), told)
}

fn assert_no_surprise((code, told): &(Option<i32>, Value)) {
    let surprises = told["surprises"].as_array().expect("a list of surprises");
    assert!(surprises.is_empty(), "{surprises:#?}");
    assert_eq!(*code, Some(0));
    for class in told["classes"].as_array().expect("a list of classes") {
        assert_eq!(class["cases"], class["as_expected"], "{class}");
    }
}

#[test]
fn every_hostile_script_ends_as_it_must_alone() {
    let told = abuse(&[]);
    assert_no_surprise(&told);
    let counts: Vec<u64> = (told.1["classes"].as_array().into_iter().flatten())
        .filter_map(|class| class["cases"].as_u64())
        .collect();
    assert!(
        counts.len() >= 13 && counts.iter().all(|count| *count >= 20),
        "{counts:?}"
    );
    assert!(counts.iter().sum::<u64>() >= 400, "{counts:?}");
}

/// Fifty at once, as far as there is memory for them; an ordinary script runs beside them all the time.
#[test]
fn every_hostile_script_ends_as_it_must_among_fifty_and_an_ordinary_one_works_beside_them() {
    let told = abuse(&["--parallel", "50", "--memory-mib", "3072", "--canary"]);
    assert_no_surprise(&told);
    assert!(
        told.1["canary"]["beside"]["runs"].as_u64() > Some(0),
        "{}",
        told.1["canary"]
    );
}

#[test]
fn a_class_that_there_is_not_is_told_with_those_that_there_are() {
    let output = Command::new(PROGRAM)
        .args(["abuse", "--class", "cats"])
        .output()
        .expect("glovebox starts");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("there is no class cats") && told.contains("interpreter"),
        "{told}"
    );
}
