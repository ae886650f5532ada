//! What a merge refuses, and what it lets pass on demand.

use std::collections::HashSet;

use glovebox_guest_link::Options;

use crate::linked::{LIBRARY, Linked, PROGRAM, Text, try_link};

fn message(program: &str, libraries: &[Text], options: &Options) -> String {
    let failed = try_link(program, libraries, options).map(|merged| merged.functions);
    format!("{:#}", failed.expect_err("it must not link"))
}

fn check(program: &str, libraries: &[Text], expected: &str) {
    let message = message(program, libraries, &Options::default());
    assert!(message.contains(expected), "{message:?} does not say {expected:?}");
}

fn set(name: &str) -> HashSet<String> {
    HashSet::from([name.to_owned()])
}

#[test]
fn all_that_is_missing_is_named_with_who_wants_it() {
    let one = format!(r#"(import "env" "f" (func)) (import "GOT.func" "g" (global (mut i32))) {LIBRARY}"#);
    let two = format!(r#"(import "env" "f" (func)) {LIBRARY}"#);
    let libraries = [("one", &*one), ("two", &*two)];
    check(
        PROGRAM,
        &libraries,
        "f: nobody defines it; one, two imports it\n  g: nobody defines it; one imports it",
    );
    let data = format!(r#"(import "GOT.mem" "d" (global (mut i32))) {LIBRARY}"#);
    check(PROGRAM, &[("data", &data)], "d: nobody defines it; data imports it");
}

#[test]
fn a_function_of_another_type_is_refused_or_traps() {
    let library = format!(r#"(import "env" "f" (func (param i32 i64) (result f64))) {LIBRARY}"#);
    let program = format!(r#"{PROGRAM} (func (export "f") (param i32) (result i32) (local.get 0))"#);
    let libraries = [("library", &*library)];
    check(
        &program,
        &libraries,
        "f: library imports it as (i32, i64) -> (f64), program defines (i32) -> (i32)",
    );
    let options = Options {
        trap: set("f"),
        ..Options::default()
    };
    let merged = try_link(&program, &libraries, &options).unwrap();
    assert_eq!(merged.trapping["f"], ["library"]);
}

#[test]
fn what_may_be_missing_traps_by_name() {
    let library = format!(
        r#"(import "env" "absent" (func $absent)) (import "GOT.func" "absent" (global $address (mut i32)))
        (import "GOT.mem" "absent" (global $datum (mut i32))) (type $call (func))
        {LIBRARY} (func (export "call") (call $absent))
        (func (export "call_by_address") (call_indirect (type $call) (global.get $address)))
        (func (export "datum") (result i32) (global.get $datum))"#
    );
    let program = format!(
        r#"(import "env" "call" (func $call)) (import "env" "call_by_address" (func $call_by_address))
        (import "env" "datum" (func $datum (result i32))) {PROGRAM}
        (export "go" (func $call)) (export "go_by_address" (func $call_by_address)) (export "null" (func $datum))"#
    );
    let options = Options {
        allow_missing: set("absent"),
        ..Options::default()
    };
    let merged = try_link(&program, &[("library", &library)], &options).unwrap();
    assert_eq!(merged.trapping["absent"], ["library"]);
    let mut linked = Linked::start(&merged);
    for name in ["go", "go_by_address"] {
        let trace = linked.run(name).unwrap_err();
        assert!(trace.contains("missing:absent"), "{trace}");
    }
    assert_eq!(linked.get("null"), 0);
}

#[test]
fn a_weak_import_may_be_missing() {
    let info = r#"(@dylink.0 (mem-info (memory 0 0)) (import-info "GOT.func" "weak" binding-weak undefined))"#;
    let library = format!(
        r#"{info} (import "GOT.func" "weak" (global $weak (mut i32)))
        (func (export "address") (result i32) (global.get $weak))"#
    );
    let program =
        format!(r#"(import "env" "address" (func $address (result i32))) {PROGRAM} (export "null" (func $address))"#);
    let merged = try_link(&program, &[("library", &library)], &Options::default()).unwrap();
    assert_eq!(Linked::start(&merged).get("null"), 0);
}

#[test]
fn a_program_must_be_linked_for_its_libraries() {
    check(
        PROGRAM,
        &[("base", LIBRARY)],
        "program does not export __base_base: link it with the placeholder of base",
    );
    let stack = format!(r#"(import "env" "__stack_pointer" (global (mut i32))) {LIBRARY}"#);
    let without = PROGRAM.replace(r#"(export "__stack_pointer")"#, "");
    check(
        &without,
        &[("library", &stack)],
        "program does not export __stack_pointer, which library imports",
    );
    let crooked = format!(r#"{PROGRAM} (global (export "__base_base") i32 (i32.const 1000))"#);
    check(
        &crooked,
        &[("base", LIBRARY)],
        "__base_base is at 1000, which is no multiple of 16",
    );
    let idle = PROGRAM.replace("__absorb_init", "__other").replace("env", "host");
    check(&idle, &[("library", LIBRARY)], "program does not import __absorb_init");
    check(PROGRAM, &[("a.b", LIBRARY)], "program does not import __module_init");
}

#[test]
fn a_file_must_be_what_it_is_given_as() {
    check(
        PROGRAM,
        &[("program", PROGRAM)],
        "program is no shared library: it has no dylink.0 section",
    );
    check(LIBRARY, &[], "program is a shared library, not a program");
    let asks = PROGRAM.replace(
        "(import \"host\"",
        "(import \"env\" \"__module_init\" (func (param i32) (result i32))) (import \"host\"",
    );
    check(&asks, &[("a.b", LIBRARY)], "a.b is no module a.b: it has no PyInit_b");
    let full = PROGRAM.replace(r#"(export "memory") 1"#, r#"(export "memory") 1 1"#);
    check(
        &full,
        &[("library", LIBRARY)],
        "program allows 1 pages, but 2 are filled",
    );
}

#[test]
fn exception_tags_of_one_name_have_one_type() {
    let library = |ty: &str| format!(r#"(import "env" "thrown" (tag {ty})) {LIBRARY}"#);
    let (one, two) = (library("(param i32)"), library("(param i64)"));
    check(
        PROGRAM,
        &[("one", &one), ("two", &two)],
        "the exception tag thrown: two imports another type than it has",
    );
}
