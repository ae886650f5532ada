//! The three commands, as a build runs them.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use crate::linked::{LIBRARY, PROGRAM};

/// Runs the linker with arguments that are separated by spaces, where `@` stands for the test's folder.
fn run(folder: &str, arguments: &str) -> Output {
    let arguments = arguments.replace('@', &format!("{folder}/"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_glovebox-guest-link"));
    command.args(arguments.split(' ')).output().expect("it runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("messages are text")
}

#[test]
fn a_program_is_linked_from_files() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), wat::parse_str(format!("(module {text})")).unwrap()).unwrap();
    };
    let asks = r#"(import "env" "__module_init" (func (param i32) (result i32))) (import "env" "answer" (func))"#;
    let base = r#"(global (export "__base_base_1_2") i32 (i32.const 1024))"#;
    write(
        "program.wasm",
        &format!("{asks} {PROGRAM} {base} (func (export \"malloc\"))"),
    );
    write(
        "base-1.2.so",
        &format!(r#"(import "env" "malloc" (func)) {LIBRARY} (func (export "answer"))"#),
    );
    write(
        "plain.so",
        &format!(r#"(import "env" "answer" (func)) (import "env" "free" (func)) {LIBRARY}"#),
    );
    write("module.so", &format!(r#"{LIBRARY} (func (export "PyInit_module"))"#));
    let folder = folder.to_str().unwrap();
    fs::write(
        format!("{folder}/list"),
        format!("# two libraries\n{folder}/plain.so\n\npackage.module={folder}/module.so\n"),
    )
    .unwrap();
    fs::write(format!("{folder}/missing"), "free\n").unwrap();

    let made = run(folder, "placeholder @base-1.2.so @base.o");
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(fs::read(format!("{folder}/base.o")).unwrap().starts_with(b"\0asm"));

    let needed = run(folder, "needs --base-library @base-1.2.so --libraries @list");
    assert_eq!(text(&needed.stdout), "function free\nfunction malloc\n");

    let merge = "merge @program.wasm --base-library @base-1.2.so --libraries @list -o @merged.wasm";
    let refused = run(folder, merge);
    assert!(text(&refused.stderr).contains("free: nobody defines it; plain imports it"));
    assert!(!refused.status.success() && !fs::exists(format!("{folder}/merged.wasm")).unwrap());

    let merged = run(folder, &format!("{merge} --allow-missing @missing"));
    assert!(merged.status.success(), "{}", text(&merged.stderr));
    assert!(text(&merged.stderr).contains("missing: free, imported by plain"));
    assert!(text(&merged.stderr).contains("3 libraries"));
    fs::remove_file(format!("{folder}/merged.wasm")).unwrap();
}
