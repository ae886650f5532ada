//! What libraries ask of a program.

use glovebox_guest_link::{Module, needs};

use crate::linked::LIBRARY;

#[test]
fn only_what_no_library_defines_is_listed_and_once() {
    let one = format!(
        r#"(module (import "env" "malloc" (func)) (import "env" "of_two" (func)) (import "host" "log" (func))
        (import "GOT.func" "free" (global (mut i32))) (import "GOT.func" "own" (global (mut i32)))
        (import "GOT.mem" "errno" (global (mut i32))) (import "env" "__stack_pointer" (global (mut i32)))
        (import "env" "__cpp_exception" (tag (param i32)))
        {LIBRARY} (func (export "own")))"#
    );
    let two = format!(
        r#"(module (import "env" "malloc" (func)) (import "env" "own" (func))
        (import "GOT.func" "malloc" (global (mut i32))) (import "GOT.mem" "here" (global (mut i32)))
        {LIBRARY} (global (export "here") i32 (i32.const 0)) (func (export "of_two")))"#
    );
    let (one, two) = (wat::parse_str(one).unwrap(), wat::parse_str(two).unwrap());
    let libraries = [Module::parse("one", &one).unwrap(), Module::parse("two", &two).unwrap()];
    let lines: Vec<_> = needs(&libraries).unwrap().iter().map(ToString::to_string).collect();
    let expected = [
        "function free",
        "function malloc",
        "data errno",
        "global __stack_pointer",
        "tag __cpp_exception",
    ];
    assert_eq!(lines, expected);
}
