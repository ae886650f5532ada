//! Ways out, each of which must fail and leave the inputs as they were.

use std::fs;

use glovebox::sandbox::Task;
use glovebox_sdk::Limits;

use crate::{
    test_guest::{CREATE, DATA, FOLDER, OUT, READ, TRUNCATE, TestGuest, WRITE},
    test_sandbox::{TestSandbox, Told, task},
};

const INPUT: &str = "a,b\n1,2\n";

const BADF: &str = "8";
const FAULT: &str = "21";
const INVAL: &str = "28";
const MFILE: &str = "33";
const NOENT: &str = "44";
const NOSYS: &str = "52";
const NOTSUP: &str = "58";
const PERM: &str = "63";

/// Runs the guest over one input, and sees that the input and the world around it are as before.
async fn check(guest: TestGuest, printed: &[&str]) -> Told {
    let sandbox = TestSandbox::start(guest).await;
    let input = sandbox.input("in.csv", INPUT);
    let secret = sandbox.folder.path().join("runs/secret");
    fs::write(&secret, "secret").unwrap();
    let run = sandbox
        .run(Task {
            inputs: vec![input.clone()],
            ..task()
        })
        .await;
    run.assert_printed(printed);
    assert_eq!(fs::read_to_string(&input.1).unwrap(), INPUT);
    assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");
    let receipt = &run.finished.report.receipt;
    assert_eq!(
        receipt.inputs[0].sha256.0,
        "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470"
    );
    run
}

#[tokio::test]
async fn dot_dot_leads_nowhere() {
    let guest = TestGuest::new()
        .open(OUT, "../data/in.csv", 0, READ)
        .open(DATA, "..", FOLDER, READ)
        .open(DATA, "../../../secret", 0, READ)
        .open(OUT, "a/../../secret", CREATE, WRITE)
        .path("path_create_directory", OUT, "../b")
        .path("path_unlink_file", OUT, "../../../secret")
        .two_paths("path_rename", (OUT, "../../../secret"), (OUT, "secret"))
        .path_stat(OUT, "..");
    check(guest, &[PERM, PERM, PERM, NOENT, PERM, PERM, PERM, PERM]).await;
}

#[tokio::test]
async fn dot_dot_leads_nowhere_from_a_folder_below() {
    let guest = TestGuest::new()
        .path("path_create_directory", OUT, "a")
        .open(OUT, "a", FOLDER, READ)
        .open(5, "../../data/in.csv", 0, READ)
        .open(5, "../b", CREATE, WRITE);
    check(guest, &["0", "0", PERM, PERM]).await;
}

#[tokio::test]
async fn absolute_paths_are_refused() {
    let guest = TestGuest::new()
        .open(DATA, "/etc/passwd", 0, READ)
        .open(OUT, "/tmp/x", CREATE, WRITE)
        .open(DATA, "/data/in.csv", 0, READ)
        .path("path_unlink_file", OUT, "/etc/passwd");
    check(guest, &[PERM; 4]).await;
}

#[tokio::test]
async fn nul_bytes_and_bad_text_in_paths_are_refused() {
    let guest = TestGuest::new()
        .open(DATA, "in.csv\0.txt", 0, READ)
        .wat("(i32.store8 (i32.const 100) (i32.const 255))")
        .call("path_unlink_file", "(i32.const 4) (i32.const 100) (i32.const 1)");
    check(guest, &[INVAL, "25"]).await;
}

#[tokio::test]
async fn symbolic_links_cannot_be_made() {
    let mut guest = TestGuest::new();
    let (target, name) = ("/etc/passwd", "link");
    guest = guest
        .symlink(target, OUT, name)
        .symlink("../../secret", OUT, name)
        .symlink("in.csv", DATA, name);
    check(guest, &[NOTSUP; 3]).await;
}

#[tokio::test]
async fn hard_links_cannot_be_made() {
    let guest = TestGuest::new()
        .two_paths("path_link", (DATA, "in.csv"), (OUT, "link"))
        .two_paths("path_link", (OUT, "a"), (DATA, "link"));
    check(guest, &[NOTSUP; 2]).await;
}

#[tokio::test]
async fn symbolic_links_are_not_followed() {
    // No guest can make one, but an input that is one is resolved by the host, once, before the run.
    let sandbox = TestSandbox::start(TestGuest::new().open(DATA, "in.csv", 0, READ).read()).await;
    let (_, path) = sandbox.input("real.csv", INPUT);
    let link = sandbox.folder.path().join("in.csv");
    std::os::unix::fs::symlink(path, &link).unwrap();
    let run = sandbox
        .run(Task {
            inputs: vec![("in.csv".to_owned(), link)],
            ..task()
        })
        .await;
    run.assert_printed(&["0", "0", "a,b", "1,2"]);
}

#[tokio::test]
async fn inputs_cannot_be_written() {
    let guest = TestGuest::new()
        .open(DATA, "in.csv", 0, WRITE)
        .open(DATA, "in.csv", 0, READ | WRITE)
        .open(DATA, "new.csv", CREATE, WRITE)
        .path("path_create_directory", DATA, "new")
        .path("path_create_directory", DATA, "in.csv");
    check(guest, &[PERM, PERM, PERM, PERM, PERM]).await;
}

#[tokio::test]
async fn inputs_cannot_be_truncated() {
    let guest = TestGuest::new()
        .open(DATA, "in.csv", TRUNCATE, WRITE)
        .open(DATA, "in.csv", TRUNCATE, READ)
        .open(DATA, "in.csv", CREATE | TRUNCATE, WRITE)
        .open(DATA, "in.csv", 0, READ)
        .opened("fd_filestat_set_size", "(i64.const 0)")
        .opened("fd_allocate", "(i64.const 0) (i64.const 100)")
        .write("x");
    check(guest, &[PERM, PERM, PERM, "0", PERM, NOTSUP, BADF]).await;
}

#[tokio::test]
async fn inputs_cannot_be_renamed_or_removed() {
    let guest = TestGuest::new()
        .open(OUT, "mine", CREATE, WRITE)
        .two_paths("path_rename", (DATA, "in.csv"), (OUT, "a"))
        .two_paths("path_rename", (DATA, "in.csv"), (DATA, "b"))
        .two_paths("path_rename", (OUT, "mine"), (DATA, "in.csv"))
        .path("path_unlink_file", DATA, "in.csv")
        .path("path_remove_directory", DATA, ".");
    check(guest, &["0", PERM, PERM, PERM, PERM, PERM]).await;
}

#[tokio::test]
async fn descriptors_that_are_not_open_are_refused() {
    let guest = TestGuest::new()
        .open(99, "in.csv", 0, READ)
        .open(0, "in.csv", 0, READ)
        .call("fd_close", "(i32.const 77)")
        .call("fd_close", "(i32.const 4)")
        .open(OUT, "a", CREATE, WRITE)
        .wat("(i32.store (i32.const 16) (i32.const 50))")
        .opened("fd_filestat_set_size", "(i64.const 0)");
    check(guest, &[BADF, BADF, BADF, "0", BADF, BADF]).await;
}

#[tokio::test]
async fn addresses_outside_the_memory_are_refused() {
    let guest = TestGuest::new()
        .call("random_get", "(i32.const -8) (i32.const 16)")
        .call("fd_write", "(i32.const 1) (i32.const -4) (i32.const 1) (i32.const 40)")
        .call(
            "fd_write",
            "(i32.const 1) (i32.const 32) (i32.const 100000) (i32.const 40)",
        )
        .call("clock_time_get", "(i32.const 0) (i64.const 0) (i32.const 262140)")
        .call("path_unlink_file", "(i32.const 4) (i32.const 262143) (i32.const 2)");
    check(guest, &[FAULT, FAULT, INVAL, FAULT, FAULT]).await;
}

#[tokio::test]
async fn the_host_environment_and_arguments_are_not_there() {
    let guest = TestGuest::new()
        .call("environ_sizes_get", "(i32.const 1024) (i32.const 1028)")
        .call("args_sizes_get", "(i32.const 1032) (i32.const 1036)")
        .wat("(call $number (i32.load (i32.const 1024)))")
        .wat("(call $number (i32.load (i32.const 1032)))")
        .open(DATA, "proc/self/environ", 0, READ);
    check(guest, &["0", "0", "0", "0", NOENT]).await;
}

#[tokio::test]
async fn there_is_no_network() {
    check(
        TestGuest::new().call("sock_accept", "(i32.const 3) (i32.const 0) (i32.const 16)"),
        &[NOSYS],
    )
    .await;
}

#[tokio::test]
async fn descriptors_run_out_before_the_processs_do() {
    let open = TestGuest::new().open(DATA, "in.csv", 0, READ).code();
    let guest = TestGuest::new()
        .with_texts_of(TestGuest::new().open(DATA, "in.csv", 0, READ))
        .wat(&format!("(loop $again {open} (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 300))))"));
    let sandbox = TestSandbox::start(guest).await;
    let input = sandbox.input("in.csv", INPUT);
    let run = sandbox
        .run(Task {
            inputs: vec![input],
            limits: Limits::default(),
            ..task()
        })
        .await;
    let lines: Vec<_> = run.output.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[299]), (300, "0", MFILE));
}
