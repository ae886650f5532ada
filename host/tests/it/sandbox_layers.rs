//! Kernels that lack a layer of the sandbox: what still protects, who is told, and who refuses to start.

use std::{
    fs,
    io::{self, BufRead as _, BufReader},
    os::unix::process::CommandExt,
    process::{Command, Output, Stdio},
};

use rustix::process::{Pid, Signal};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use serde_json::Value;

use crate::{
    cli::{Fixture, code, stderr},
    test_server::Folder,
};

const LANDLOCK: i64 = libc::SYS_landlock_create_ruleset;
const SECCOMP: i64 = libc::SYS_seccomp;
const OPENAT2: i64 = libc::SYS_openat2;

/// Starts `command` as on a kernel that does not know `call`.
fn without(call: i64, command: &mut Command) -> &mut Command {
    let arch = std::env::consts::ARCH.try_into().unwrap();
    let refuse = SeccompAction::Errno(libc::ENOSYS as u32);
    let filter = SeccompFilter::new([(call, Vec::new())].into(), SeccompAction::Allow, refuse, arch).unwrap();
    let program: BpfProgram = filter.try_into().unwrap();
    #[expect(
        unsafe_code,
        reason = "the child only makes two system calls before it starts the program"
    )]
    unsafe {
        command.pre_exec(move || seccompiler::apply_filter(&program).map_err(io::Error::other))
    }
}

fn run_without(call: i64, fixture: &Fixture) -> (Output, Value) {
    let mut command = fixture.command(&["run", "s.py", "--data", "sales.csv", "--json"]);
    let output = without(call, &mut command).output().unwrap();
    let told = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (output, told)
}

fn fixture() -> Fixture {
    let script = "import os\nprint(open('sales.csv').read())\nos.makedirs('a/b')\nopen('a/b/c', 'w').write('1')\n\
                  os.rename('a/b/c', 'd')\nprint(os.listdir('.'))\n";
    Fixture::new(&[("sales.csv", "a\n1\n"), ("s.py", script)])
}

#[test]
fn the_layers_stand_in_the_result_and_in_the_receipt() {
    let fixture = fixture();
    let told = fixture.json(&["run", "s.py", "--data", "sales.csv", "--json"]);
    let own_root = told["layers"]["own_root"].as_bool().unwrap(); // Containers may forbid it.
    let whole = serde_json::json!({"landlock": "whole", "seccomp": true, "own_root": own_root, "own_user": false});
    assert_eq!(told["layers"], whole);
    let receipt = fs::read_to_string(fixture.path().join("glovebox-out/glovebox-receipt.json")).unwrap();
    let receipt: Value = serde_json::from_str(&receipt).unwrap();
    assert_eq!(receipt["layers"], whole);
}

#[test]
fn without_landlock_a_run_goes_on_as_a_user_of_its_own_and_says_so() {
    let fixture = fixture();
    let (output, told) = run_without(LANDLOCK, &fixture);
    assert_eq!(told["outcome"], "done", "{told}");
    assert_eq!(told["stdout"], "a\n1\n\n['a', 'd', 'sales.csv']\n");
    assert_eq!(told["layers"]["landlock"], "missing");
    assert_eq!(told["layers"]["own_user"], rustix::process::geteuid().is_root());
    assert!(stderr(&output).contains("no Landlock"), "{output:?}");
    assert_eq!(fs::read_to_string(fixture.path().join("glovebox-out/d")).unwrap(), "1");
}

#[test]
fn without_seccomp_a_run_goes_on_and_says_so() {
    let (output, told) = run_without(SECCOMP, &fixture());
    assert_eq!(
        (&told["outcome"], &told["layers"]["seccomp"]),
        (&"done".into(), &false.into()),
        "{told}"
    );
    assert!(stderr(&output).contains("no seccomp"), "{output:?}");
}

#[test]
fn without_openat2_paths_are_walked_name_by_name() {
    let (_, told) = run_without(OPENAT2, &fixture());
    assert_eq!(told["outcome"], "done", "{told}");
}

#[test]
fn a_server_refuses_to_start_without_landlock_or_seccomp_unless_it_is_told_to() {
    let folder = Folder::new();
    for (call, name) in [(LANDLOCK, "Landlock"), (SECCOMP, "seccomp")] {
        let mut command = folder.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("GLOVEBOX_METRICS_LISTEN", "off");
        let output = without(call, &mut command).output().unwrap();
        assert_eq!(code(&output), 2, "{output:?}");
        let said = stderr(&output);
        assert!(said.contains(name) && said.contains("GLOVEBOX_WEAK_SANDBOX"), "{said}");
    }
    let mut doctor = folder.command(&["doctor", "--json"]);
    let output = without(LANDLOCK, &mut doctor).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let kernel = checks.iter().find(|check| check["name"] == "kernel").unwrap();
    assert_eq!((code(&output), &kernel["verdict"]), (1, &"bad".into()), "{kernel}");
    let mut command = folder.command(&["serve", "--listen", "127.0.0.1:0"]);
    command
        .envs([("GLOVEBOX_METRICS_LISTEN", "off"), ("GLOVEBOX_WEAK_SANDBOX", "on")])
        .stderr(Stdio::piped());
    let mut server = without(LANDLOCK, &mut command).spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("\"ready\"")));
    rustix::process::kill_process(Pid::from_child(&server), Signal::TERM).unwrap();
    lines.for_each(drop);
    assert!(server.wait().unwrap().success());
}
