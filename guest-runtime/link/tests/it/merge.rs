//! What a merged module does.

use std::collections::HashSet;

use glovebox_guest_link::Options;

use crate::linked::{LIBRARY, Linked, PROGRAM, link, try_link};

#[test]
fn calls_cross_both_ways() {
    let program = format!(
        r#"(import "env" "twice" (func $twice (param i32) (result i32)))
        {PROGRAM}
        (func (export "triple") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
        (func (export "answer") (result i32) (call $twice (i32.const 7)))"#
    );
    let library = format!(
        r#"(import "env" "triple" (func $triple (param i32) (result i32)))
        {LIBRARY}
        (func (export "twice") (param i32) (result i32) (i32.sub (call $triple (local.get 0)) (local.get 0)))"#
    );
    assert_eq!(link(&program, &[("library", &library)]).get("answer"), 14);
}

#[test]
fn every_library_is_relocated_before_any_is_constructed() {
    let library = |number: i32| {
        format!(
            r#"(import "env" "note" (func $note (param i32)))
            {LIBRARY}
            (func $start (call $note (i32.const {number}0)))
            (start $start)
            (func (export "__wasm_apply_data_relocs") (call $note (i32.const {number}1)))
            (func (export "_initialize") (call $note (i32.const {number}2)))"#
        )
    };
    let program = format!(r#"{PROGRAM} (func (export "note") (param i32) (call $log (local.get 0)))"#);
    let mut linked = link(&program, &[("one", &library(1)), ("two", &library(2))]);
    assert_eq!(linked.log(), []);
    linked.run("init").unwrap();
    assert_eq!(linked.log(), [10, 20, 11, 21, 12, 22]);
}

#[test]
fn constructors_run_once_however_a_library_gives_them() {
    let with_entry = r#"
        (func $construct (export "__wasm_call_ctors") (call $note (i32.const 1)))
        (func (export "_initialize") (call $construct))"#;
    let exported = r#"(func (export "__wasm_call_ctors") (call $note (i32.const 2)))"#;
    let named = r"(func $__wasm_call_ctors (call $note (i32.const 3)))";
    let library = |body: &str| format!(r#"(import "env" "note" (func $note (param i32))) {LIBRARY} {body}"#);
    let program = format!(r#"{PROGRAM} (func (export "note") (param i32) (call $log (local.get 0)))"#);
    let (one, two, three) = (library(with_entry), library(exported), library(named));
    let mut linked = link(&program, &[("one", &one), ("two", &two), ("three", &three)]);
    linked.run("init").unwrap();
    assert_eq!(linked.log(), [1, 2, 3]);
}

#[test]
fn data_lies_behind_the_program_or_where_it_has_room() {
    let library = |text: &str, align: u32| {
        format!(
            r#"(@dylink.0 (mem-info (memory 70000 {align}) (table 0 0)))
            (import "env" "memory" (memory 0))
            (import "env" "__memory_base" (global $base i32))
            (global (export "{text}") i32 (i32.const 4))
            (data (offset (i32.add (global.get $base) (i32.const 4))) "{text}")
            (func (export "at_{text}") (result i32) (global.get $base))"#
        )
    };
    let program = format!(
        r#"(import "env" "at_base" (func $base (result i32)))
        (import "env" "at_late" (func $late (result i32)))
        (import "env" "at_last" (func $last (result i32)))
        {PROGRAM}
        (global (export "__base_base") i32 (i32.const 1024))
        (func (export "base") (result i32) (i32.load8_u (i32.add (call $base) (i32.const 4))))
        (func (export "where_base") (result i32) (call $base))
        (func (export "where_late") (result i32) (call $late))
        (func (export "last") (result i32) (i32.load8_u (i32.add (call $last) (i32.const 4))))
        (func (export "where_last") (result i32) (call $last))
        (func (export "pages") (result i32) (memory.size))"#
    );
    let libraries = [library("base", 4), library("late", 0), library("last", 12)];
    let names = ["base", "late", "last"];
    let given: Vec<_> = names.into_iter().zip(libraries.iter().map(String::as_str)).collect();
    let mut linked = link(&program, &given);
    assert_eq!((linked.get("where_base"), linked.get("base")), (1024, i32::from(b'b')));
    assert_eq!(linked.get("where_late"), 65536);
    // 65,536 and 70,000, at the next multiple of 4,096.
    assert_eq!(
        (linked.get("where_last"), linked.get("last")),
        (139_264, i32::from(b'l'))
    );
    assert_eq!(linked.get("pages"), 4);
}

#[test]
fn a_name_means_the_librarys_own_then_the_programs_then_the_first() {
    let number = |number: i32| format!("(result i32) (i32.const {number})");
    let library = |own: &str, ask: &str| {
        format!(
            r#"(import "GOT.func" "name" (global $function (mut i32)))
            (import "GOT.mem" "datum" (global $datum (mut i32)))
            {LIBRARY}
            (type $get (func (result i32)))
            {own}
            (func (export "call_{ask}") (result i32) (call_indirect (type $get) (global.get $function)))
            (func (export "load_{ask}") (result i32) (i32.load (global.get $datum)))"#
        )
    };
    let own = |value: i32| {
        format!(
            r#"(func (export "name") {})
            (global (export "datum") i32 (i32.const 8))
            (data (offset (i32.add (global.get $memory_base) (i32.const 8))) "\{value:02}\00\00\00")"#,
            number(value)
        )
    };
    let ask = ["none", "one", "two"].map(|who| {
        format!(
            r#"(import "env" "call_{who}" (func $call_{who} (result i32)))
            (import "env" "load_{who}" (func $load_{who} (result i32)))"#
        )
    });
    let answer = ["none", "one", "two"]
        .map(|who| format!(r#"(export "{who}" (func $call_{who})) (export "{who}_datum" (func $load_{who}))"#));
    let without = format!("{} {PROGRAM} {}", ask.concat(), answer.concat());
    let with = format!(
        r#"{without} (func (export "name") {})
        (global (export "datum") i32 (i32.const 256)) (data (i32.const 256) "\09\00\00\00")"#,
        number(9)
    );
    let (none, one, two) = (library("", "none"), library(&own(1), "one"), library(&own(2), "two"));
    let libraries = [("none", &*none), ("one", &*one), ("two", &*two)];
    for (program, others) in [(&without, 1), (&with, 9)] {
        let mut linked = link(program, &libraries);
        let found = ["none", "one", "two", "none_datum", "one_datum", "two_datum"].map(|name| linked.get(name));
        assert_eq!(found, [others, 1, 2, others, 1, 2]);
    }
}

#[test]
fn a_function_has_one_address_for_all() {
    let library = |who: &str| {
        format!(
            r#"(import "GOT.func" "shared" (global $shared (mut i32)))
            {LIBRARY}
            (func (export "{who}") (result i32) (global.get $shared))"#
        )
    };
    let definer = format!(
        r#"{LIBRARY} (func $shared (export "shared")) (func $other)
        (elem (offset (global.get $table_base)) func $other $shared)"#
    );
    let program = format!(
        r#"(import "env" "one" (func $one (result i32))) (import "env" "two" (func $two (result i32)))
        {PROGRAM} (export "first" (func $one)) (export "second" (func $two))"#
    );
    let libraries = [
        ("one", &*library("one")),
        ("two", &*library("two")),
        ("definer", &*definer),
    ];
    let mut linked = link(&program, &libraries);
    // The program has slots 0 and 1, each library 2, and the definer put the function into its second.
    assert_eq!((linked.get("first"), linked.get("second")), (7, 7));
}

#[test]
fn variables_and_the_stack_pointer_are_shared() {
    let library = format!(
        r#"(import "env" "__stack_pointer" (global $stack_pointer (mut i32)))
        {LIBRARY}
        (global $count (mut i32) (i32.const 40))
        (func (export "push") (result i32)
            (global.set $count (i32.add (global.get $count) (i32.const 1)))
            (global.set $stack_pointer (i32.sub (global.get $stack_pointer) (i32.const 16)))
            (global.get $count))"#
    );
    let program = format!(
        r#"(import "env" "push" (func $push (result i32))) {PROGRAM}
        (export "count" (func $push))
        (func (export "stack") (result i32) (global.get $stack_pointer))"#
    );
    let mut linked = link(&program, &[("library", &library)]);
    assert_eq!(
        (linked.get("count"), linked.get("count"), linked.get("stack")),
        (41, 42, 4096 - 32)
    );
}

#[test]
fn segments_are_numbered_anew() {
    let part = |text: &str| {
        format!(
            r#"(data $bytes "{text}")
            (elem $functions func $answer)
            (func $answer (result i32)
                (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 1))
                (data.drop $bytes)
                (i32.load8_u (i32.const 0)))
            (func $fill (table.init $functions (i32.const 1) (i32.const 0) (i32.const 1)) (elem.drop $functions))"#
        )
    };
    let library = format!(
        r#"{LIBRARY} {} (export "library" (func $answer)) (export "fill" (func $fill))"#,
        part("L")
    );
    let program = format!(
        r#"(import "env" "library" (func $library (result i32))) (import "env" "fill" (func $fill_library))
        (type $get (func (result i32)))
        {PROGRAM} {} (export "program" (func $answer))
        (func (export "of_library") (result i32)
            (call $fill) (call $fill_library) (call_indirect (type $get) (i32.const 1)))"#,
        part("P")
    );
    let mut linked = link(&program, &[("library", &library)]);
    assert_eq!(linked.get("program"), i32::from(b'P'));
    assert_eq!(linked.get("of_library"), i32::from(b'L'));
}

#[test]
fn what_one_module_throws_another_catches() {
    let library = format!(
        r#"(import "env" "__cpp_exception" (tag $thrown (param i32)))
        {LIBRARY} (func (export "throw") (throw $thrown (i32.const 5)))"#
    );
    let catches = |tag: &str| {
        format!(
            r#"(import "env" "throw" (func $throw)) {tag}
            (func (export "caught") (result i32)
                (block $handler (result i32)
                    (try_table (catch $thrown $handler) (call $throw))
                    (i32.const 0)))"#
        )
    };
    let imported = format!("(import \"env\" \"__cpp_exception\" (tag $thrown (param i32))) {PROGRAM}");
    let defined = format!("{PROGRAM} (tag $other) (tag $thrown (export \"__cpp_exception\") (param i32))");
    for tag in [imported, defined] {
        // Imports come first in a module's text.
        let program = catches(&tag);
        assert_eq!(link(&program, &[("library", &library)]).get("caught"), 5);
    }
}

#[test]
fn extension_modules_are_found_by_their_place() {
    let module = |name: &str, value: i32| {
        format!(r#"{LIBRARY} (func (export "PyInit_{name}") (result i32) (i32.const {value}))"#)
    };
    let program = format!(
        r#"(import "env" "__module_init" (func $module_init (param i32) (result i32)))
        (type $make (func (result i32)))
        {PROGRAM}
        (func (export "first") (result i32) (call_indirect (type $make) (call $module_init (i32.const 0))))
        (func (export "second") (result i32) (call_indirect (type $make) (call $module_init (i32.const 1))))
        (func (export "third") (result i32) (call $module_init (i32.const 2)))
        (func (export "before") (result i32) (call $module_init (i32.const -1)))"#
    );
    let (one, two) = (module("one", 11), module("two", 22));
    let mut linked = link(
        &program,
        &[("plain", LIBRARY), ("package.one", &one), ("package.sub.two", &two)],
    );
    let found = ["first", "second", "third", "before"].map(|name| linked.get(name));
    assert_eq!(found, [11, 22, 0, 0]);
}

#[test]
fn only_what_libraries_import_stops_being_exported() {
    let library = format!(
        r#"(import "env" "malloc" (func)) (import "env" "free" (func)) (import "GOT.func" "read" (global (mut i32)))
        (import "GOT.mem" "errno" (global (mut i32))) {LIBRARY}"#
    );
    let program = format!(
        r#"{PROGRAM} (func $nothing) (export "malloc" (func $nothing)) (export "free" (func $nothing))
        (export "read" (func $nothing)) (export "run" (func $nothing)) (global (export "errno") i32 (i32.const 8))"#
    );
    let options = Options {
        exports: HashSet::from(["free".into()]),
        ..Options::default()
    };
    let merged = try_link(&program, &[("library", &library)], &options).unwrap();
    assert_eq!(Linked::start(&merged).exports(), ["memory", "init", "free", "run"]);
}

#[test]
fn the_names_of_functions_stay_where_they_are_asked_for() {
    let library = format!("{LIBRARY} (func $a_function_of_mine)");
    for names in [false, true] {
        let options = Options {
            names,
            ..Options::default()
        };
        let merged = try_link(PROGRAM, &[("library", &library)], &options).unwrap();
        let found = merged.wasm.windows(18).any(|bytes| bytes == b"a_function_of_mine");
        assert_eq!(found, names);
    }
}
