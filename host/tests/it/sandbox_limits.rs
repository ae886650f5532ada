//! Every limit is hit once, by its name.

use std::fs;

use glovebox::sandbox::Task;
use glovebox_sdk::{LimitKind, Limits, Outcome};

use crate::{
    test_guest::{CREATE, OUT, READ, TestGuest, WRITE},
    test_sandbox::{TestSandbox, task_with},
};

const DQUOT: &str = "19";
const FBIG: &str = "22";
const NAMETOOLONG: &str = "37";
const NOSPC: &str = "51";

/// The guest runs into `kind`.
async fn check(guest: TestGuest, limits: Limits, kind: LimitKind) {
    let sandbox = TestSandbox::start(guest).await;
    sandbox.run(task_with(limits.clone())).await.assert_limit(kind, &limits);
}

/// The guest is refused with `errno` by `kind`: its failure is told as the limit, its success as success.
async fn check_refused(guest: impl Fn() -> TestGuest, limits: Limits, kind: LimitKind, printed: &[&str]) {
    let errno = printed.iter().find(|errno| !["0", "1"].contains(errno));
    let message = errno.map_or_else(
        || "out of memory".to_owned(),
        |errno| format!("[Errno {errno}] it failed"),
    );
    let sandbox = TestSandbox::start(guest().ends_in_fault_of(&message)).await;
    let run = sandbox.run(task_with(limits.clone())).await;
    run.assert_limit(kind, &limits);
    assert_eq!(run.output.lines().collect::<Vec<_>>(), printed);
    let sandbox = TestSandbox::start(guest().ends_in_fault()).await;
    let run = sandbox.run(task_with(limits.clone())).await;
    assert!(
        matches!(run.outcome(), Outcome::Fault(_)),
        "its own error: {:?}",
        run.outcome()
    );
    let sandbox = TestSandbox::start(guest()).await;
    sandbox.run(task_with(limits)).await.assert_printed(printed);
}

#[tokio::test]
async fn fuel() {
    let limits = Limits {
        fuel: 100_000,
        ..Limits::default()
    };
    let sandbox = TestSandbox::start(TestGuest::new().print("before\n").spin()).await;
    let run = sandbox.run(task_with(limits.clone())).await;
    run.assert_limit(LimitKind::Fuel, &limits);
    assert_eq!(run.output, "before\n");
    assert_eq!(run.finished.report.receipt.fuel_used, Some(100_000));
}

#[tokio::test]
async fn wall_ms() {
    check(
        TestGuest::new().spin(),
        Limits {
            wall_ms: 50,
            ..Limits::default()
        },
        LimitKind::WallMs,
    )
    .await;
}

#[tokio::test]
async fn wall_ms_while_sleeping() {
    check(
        TestGuest::new().sleep_ms(3_600_000),
        Limits {
            wall_ms: 50,
            ..Limits::default()
        },
        LimitKind::WallMs,
    )
    .await;
}

#[tokio::test]
async fn memory_bytes() {
    let limits = Limits {
        memory_bytes: 8 << 20,
        ..Limits::default()
    };
    let grow_or_abort =
        "(loop $grow (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable)) (br $grow))";
    let sandbox = TestSandbox::start(TestGuest::new().wat(grow_or_abort)).await;
    let run = sandbox.run(task_with(limits.clone())).await;
    run.assert_limit(LimitKind::MemoryBytes, &limits);
    assert!(
        run.finished
            .report
            .receipt
            .peak_memory_bytes
            .is_some_and(|bytes| (7 << 20..=8 << 20).contains(&bytes))
    );
}

#[tokio::test]
async fn memory_bytes_smaller_than_the_guest() {
    check(
        TestGuest::new(),
        Limits {
            memory_bytes: 1 << 16,
            ..Limits::default()
        },
        LimitKind::MemoryBytes,
    )
    .await;
}

#[tokio::test]
async fn memory_bytes_refused_and_handled() {
    let grow = "(call $number (i32.sub (i32.const 0) (memory.grow (i32.const 60000))))";
    let limits = Limits {
        memory_bytes: 8 << 20,
        ..Limits::default()
    };
    check_refused(|| TestGuest::new().wat(grow), limits, LimitKind::MemoryBytes, &["1"]).await;
}

#[tokio::test]
async fn table_elements() {
    let grow_or_abort = "(loop $grow (if (i32.eq (table.grow 0 (ref.null func) (i32.const 64)) (i32.const -1)) (then unreachable)) (br $grow))";
    let limits = Limits {
        table_elements: 1000,
        ..Limits::default()
    };
    check(TestGuest::new().wat(grow_or_abort), limits, LimitKind::TableElements).await;
}

#[tokio::test]
async fn stdout_bytes_truncates_with_a_notice_and_the_run_goes_on() {
    let guest = TestGuest::new()
        .wat("(loop $again (call $print (i32.const 4096) (i32.const 3000)) (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))")
        .wat("(drop (i32.const 0))")
        .open(OUT, "after.txt", CREATE, WRITE);
    let sandbox = TestSandbox::start(guest).await;
    let run = sandbox
        .run(task_with(Limits {
            stdout_bytes: 10 << 10,
            ..Limits::default()
        }))
        .await;
    assert_eq!(run.outcome(), &Outcome::Done { result: None });
    let notice = "[output truncated after 10 KiB]\n";
    assert!(
        run.output.ends_with(notice),
        "{:?}",
        run.output.chars().rev().take(80).collect::<String>()
    );
    assert_eq!(run.output.len(), (10 << 10) + notice.len() + 1);
    assert_eq!(run.outputs()[0].name, "after.txt");
}

#[tokio::test]
async fn output_bytes() {
    let guest = || {
        TestGuest::new()
            .open(OUT, "a", CREATE, WRITE)
            .write("12345678")
            .open(OUT, "b", CREATE, WRITE)
            .write("12345678")
            .opened("fd_filestat_set_size", "(i64.const 3)")
            .write("1")
    };
    let limits = Limits {
        output_bytes: 10,
        ..Limits::default()
    };
    check_refused(
        guest,
        limits,
        LimitKind::OutputBytes,
        &["0", "0", "0", NOSPC, NOSPC, "0"],
    )
    .await;
}

#[tokio::test]
async fn output_bytes_are_given_back() {
    let guest = TestGuest::new()
        .open(OUT, "a", CREATE, WRITE)
        .write("12345678")
        .opened("fd_close", "")
        .path("path_unlink_file", OUT, "a")
        .open(OUT, "b", CREATE, WRITE)
        .write("12345678")
        .opened("fd_filestat_set_size", "(i64.const 0)")
        .write("12");
    let sandbox = TestSandbox::start(guest).await;
    let run = sandbox
        .run(task_with(Limits {
            output_bytes: 10,
            ..Limits::default()
        }))
        .await;
    run.assert_printed(&["0", "0", "0", "0", "0", "0", "0", "0"]);
}

#[tokio::test]
async fn output_bytes_of_an_unlinked_but_open_file_stay_charged() {
    let written = TestGuest::new().open(OUT, "a", CREATE, WRITE).write("12345678");
    let read = written.clone().opened("fd_close", "").open(OUT, "a", 0, READ);
    for (guest, successes) in [(written, 4), (read, 6)] {
        let guest = guest
            .path("path_unlink_file", OUT, "a")
            .open(OUT, "b", CREATE, WRITE)
            .write("12345678");
        let sandbox = TestSandbox::start(guest).await;
        let run = sandbox
            .run(task_with(Limits {
                output_bytes: 10,
                ..Limits::default()
            }))
            .await;
        let mut expected = vec!["0"; successes];
        expected.push(NOSPC);
        run.assert_printed(&expected);
    }
}

#[tokio::test]
async fn output_bytes_of_a_removed_file_are_given_back_at_its_last_close() {
    let guest = TestGuest::new()
        .open(OUT, "log", CREATE, WRITE)
        .wat("(i32.store (i32.const 1020) (i32.load (i32.const 16)))")
        .open(OUT, "a", CREATE, WRITE)
        .write("12345678")
        .path("path_unlink_file", OUT, "a")
        .opened("fd_close", "")
        .open(OUT, "b", CREATE, WRITE)
        .write("12345678")
        .opened("fd_close", "")
        .path("path_unlink_file", OUT, "b")
        // The log is open all the while.
        .wat("(i32.store (i32.const 16) (i32.load (i32.const 1020)))")
        .write("12345678");
    let limits = Limits {
        output_bytes: 10,
        ..Limits::default()
    };
    let run = TestSandbox::start(guest).await.run(task_with(limits)).await;
    run.assert_printed(&["0"; 10]);
}

#[tokio::test]
async fn output_files() {
    let guest = || {
        TestGuest::new()
            .open(OUT, "a", CREATE, WRITE)
            .path("path_create_directory", OUT, "b")
            .open(OUT, "c", CREATE, WRITE)
            .path("path_create_directory", OUT, "d")
            .path("path_remove_directory", OUT, "b")
            .open(OUT, "c", CREATE, WRITE)
    };
    let limits = Limits {
        output_files: 2,
        ..Limits::default()
    };
    check_refused(
        guest,
        limits,
        LimitKind::OutputFiles,
        &["0", "0", DQUOT, DQUOT, "0", "0"],
    )
    .await;
}

#[tokio::test]
async fn output_file_bytes() {
    let guest = || {
        TestGuest::new()
            .open(OUT, "a", CREATE, WRITE)
            .write("12345678")
            .write("1")
            .opened("fd_filestat_set_size", "(i64.const 9)")
    };
    let limits = Limits {
        output_file_bytes: 8,
        ..Limits::default()
    };
    check_refused(guest, limits, LimitKind::OutputFileBytes, &["0", "0", FBIG, FBIG]).await;
}

#[tokio::test]
async fn path_depth() {
    let guest = || {
        TestGuest::new()
            .path("path_create_directory", OUT, "a")
            .path("path_create_directory", OUT, "a/b")
            .open(OUT, "a/b/file", CREATE, WRITE)
            .path("path_create_directory", OUT, "a/b/c")
            .two_paths("path_rename", (OUT, "a/b/file"), (OUT, "a/b/c/d"))
    };
    let limits = Limits {
        path_depth: 2,
        ..Limits::default()
    };
    check_refused(
        guest,
        limits,
        LimitKind::PathDepth,
        &["0", "0", "0", NAMETOOLONG, NAMETOOLONG],
    )
    .await;
}

#[tokio::test]
async fn name_bytes() {
    let guest = || {
        TestGuest::new()
            .open(OUT, "1234567890", CREATE, WRITE)
            .open(OUT, "12345678901", CREATE, WRITE)
            .path("path_create_directory", OUT, "12345678901")
            .two_paths("path_rename", (OUT, "1234567890"), (OUT, "12345678901"))
    };
    let limits = Limits {
        name_bytes: 10,
        ..Limits::default()
    };
    check_refused(
        guest,
        limits,
        LimitKind::NameBytes,
        &["0", NAMETOOLONG, NAMETOOLONG, NAMETOOLONG],
    )
    .await;
}

#[tokio::test]
async fn input_bytes() {
    let sandbox = TestSandbox::start(TestGuest::new().print("never\n")).await;
    let inputs = vec![sandbox.input("a", "12345"), sandbox.input("b", "123456")];
    let limits = Limits {
        input_bytes: 10,
        ..Limits::default()
    };
    let run = sandbox
        .run(Task {
            inputs,
            ..task_with(limits.clone())
        })
        .await;
    run.assert_limit(LimitKind::InputBytes, &limits);
    assert_eq!(run.output, "");
    assert_eq!(run.finished.report.receipt.input_bytes, 11);
}

#[tokio::test]
async fn inputs_over_the_limit_are_refused_unread() {
    let sandbox = TestSandbox::start(TestGuest::new()).await;
    let input = sandbox.input("vast.csv", "");
    // Reading it would take longer than anybody waits for a test.
    fs::File::options()
        .write(true)
        .open(&input.1)
        .unwrap()
        .set_len(1 << 36)
        .unwrap();
    let task = Task {
        inputs: vec![input],
        ..task_with(Limits::default())
    };
    let run = sandbox.run(task).await;
    run.assert_limit(LimitKind::InputBytes, &Limits::default());
    assert_eq!(run.finished.report.receipt.inputs, []);
}

#[tokio::test]
async fn wall_ms_and_a_stop_end_the_reading_of_inputs() {
    let sandbox = TestSandbox::start(TestGuest::new().print("done\n")).await;
    let input = sandbox.input("vast.csv", "");
    fs::File::options()
        .write(true)
        .open(&input.1)
        .unwrap()
        .set_len(1 << 36)
        .unwrap();
    let limits = Limits {
        input_bytes: u64::MAX,
        wall_ms: 200,
        ..Limits::default()
    };
    let task = Task {
        inputs: vec![input],
        ..task_with(limits.clone())
    };
    sandbox.run(task.clone()).await.assert_limit(LimitKind::WallMs, &limits);
    let mut run = sandbox
        .begin(Task {
            limits: Limits {
                wall_ms: 3_600_000,
                ..limits
            },
            ..task
        })
        .await;
    while run.next().await.is_some() {}
    run.stopper().stop();
    assert_eq!(run.finish().await.unwrap().report.outcome, Outcome::Stopped);
}

#[tokio::test]
async fn fuel_is_taken_by_what_the_host_does() {
    let limits = Limits {
        fuel: 1_000_000_000,
        ..Limits::default()
    };
    // Both would go on for minutes if only their own instructions counted.
    let random = "(loop $again (drop (call $random_get (i32.const 8192) (i32.const 131072))) (br $again))";
    check(TestGuest::new().wat(random), limits.clone(), LimitKind::Fuel).await;
    let stat = "(loop $again (drop (call $path_filestat_get (i32.const 4) (i32.const 0) (i32.const 4096) (i32.const 1) \
                (i32.const 1800))) (br $again))";
    check(TestGuest::new().wat(stat), limits, LimitKind::Fuel).await;
}

#[tokio::test]
async fn text_beyond_its_limit_is_not_even_taken() {
    let guest = TestGuest::new()
        .wat("(drop (memory.grow (i32.const 4000)))")
        .wat("(memory.fill (i32.const 262144) (i32.const 255) (i32.const 250000000))")
        .wat("(call $print (i32.const 262144) (i32.const 250000000))");
    let run = TestSandbox::start(guest).await.run(task_with(Limits::default())).await;
    assert_eq!(run.outcome(), &Outcome::Done { result: None });
    assert!(run.output.starts_with("\u{fffd}\u{fffd}") && run.output.ends_with("[output truncated after 1 MiB]\n"));
}

#[tokio::test]
async fn displayed_rows_travel_in_the_job() {
    let guest =
        TestGuest::new().wat("(call $print (i32.const 8192) (call $take_job (i32.const 8192) (i32.const 8192)))");
    let sandbox = TestSandbox::start(guest).await;
    let run = sandbox
        .run(task_with(Limits {
            displayed_rows: 7,
            ..Limits::default()
        }))
        .await;
    assert!(run.output.contains(r#""displayed_rows":7"#), "{}", run.output);
}

#[tokio::test]
async fn files_written_before_a_limit_are_kept() {
    let guest = TestGuest::new().open(OUT, "a", CREATE, WRITE).write("kept").spin();
    let sandbox = TestSandbox::start(guest).await;
    let run = sandbox
        .run(task_with(Limits {
            fuel: 1_000_000,
            ..Limits::default()
        }))
        .await;
    assert_eq!(fs::read_to_string(run.finished.out.path().join("a")).unwrap(), "kept");
    assert_eq!(run.outputs()[0].bytes, 4);
}
