//! Guests and workers that fail or lie: the host says what happened and goes on.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use glovebox_sdk::{Event, Fault, LimitKind, Limits, Outcome};

use crate::{
    test_guest::{CREATE, OUT, TestGuest, WRITE},
    test_sandbox::{TestSandbox, Told, task, task_with},
};

#[tokio::test]
async fn a_scripts_fault_is_passed_on() {
    let sandbox = TestSandbox::start(TestGuest::new().ends_in_fault()).await;
    let run = sandbox.run(task()).await;
    match run.outcome() {
        Outcome::Fault(Fault { kind, line, .. }) => assert_eq!((kind.as_str(), *line), ("OSError", Some(1))),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_guests_panic_is_a_crash_with_its_first_line() {
    let guest = TestGuest::new()
        .print("before\n")
        .open(OUT, "kept", CREATE, WRITE)
        .wat("(i32.store (i32.const 16) (i32.const 2))")
        .write("\nthread '<unnamed>' panicked at src/frame.rs:7:9:\nindex out of bounds: the len is 3\n")
        .wat("unreachable");
    let sandbox = TestSandbox::start(guest).await;
    let run = sandbox.run(task()).await;
    run.assert_crashed("index out of bounds: the len is 3");
    assert!(run.output.starts_with("before\n"));
    assert_eq!(run.outputs()[0].name, "kept");
    assert!(run.finished.report.receipt.fuel_used.is_some());
    assert!(matches!(&run.events[..], [Event::Output { .. }]));
}

#[tokio::test]
async fn a_trap_is_a_crash() {
    let sandbox = TestSandbox::start(TestGuest::new().wat("(drop (i32.load (i32.const -4)))")).await;
    sandbox.run(task()).await.assert_crashed("out of bounds memory access");
}

#[tokio::test]
async fn endless_recursion_is_a_crash_that_names_the_stack() {
    let sandbox = TestSandbox::start(TestGuest::new().wat("(call $run)")).await;
    sandbox.run(task()).await.assert_crashed("nested too deeply");
}

#[tokio::test]
async fn a_guest_that_exits_or_ends_silently_is_a_crash() {
    let sandbox = TestSandbox::start(TestGuest::new().wat("(call $proc_exit (i32.const 3))")).await;
    sandbox.run(task()).await.assert_crashed("exit code 3");
    let sandbox = TestSandbox::start(TestGuest::new().ends_silently()).await;
    sandbox.run(task()).await.assert_crashed("without saying how");
}

#[tokio::test]
async fn a_guest_that_refuses_its_job_is_a_crash_with_its_reason() {
    let guest = TestGuest::new()
        .emit(r#"{"ending":{"refused":{"message":"another version"}}}"#)
        .ends_silently();
    let sandbox = TestSandbox::start(guest).await;
    sandbox.run(task()).await.assert_crashed("another version");
}

#[tokio::test]
async fn a_guests_garbage_ends_the_run() {
    for garbage in ["", "{", "null", r#"{"event":{"kind":"weird"}}"#, r#"{"ending":{}}"#] {
        let sandbox = TestSandbox::start(TestGuest::new().print("before\n").emit(garbage)).await;
        let run = sandbox.run(task()).await;
        run.assert_crashed("what is no message");
        assert_eq!(run.output, "before\n");
    }
}

#[tokio::test]
async fn a_message_from_outside_the_memory_ends_the_run() {
    let sandbox = TestSandbox::start(TestGuest::new().wat("(call $emit (i32.const -8) (i32.const 100))")).await;
    sandbox.run(task()).await.assert_crashed("a message from nowhere");
}

#[tokio::test]
async fn an_event_that_names_a_path_outside_ends_the_run() {
    for name in ["../../etc/passwd", "/etc/passwd", "a/../b", ""] {
        let event = format!(r#"{{"event":{{"kind":"chart","name":"{name}","spec":null,"title":"","alt":""}}}}"#);
        let sandbox = TestSandbox::start(TestGuest::new().emit(&event)).await;
        sandbox.run(task()).await.assert_crashed("not a plain path");
    }
}

#[tokio::test]
async fn messages_after_the_end_end_the_run() {
    let guest = TestGuest::new()
        .emit(r#"{"ending":{"done":{"result":null}}}"#)
        .emit(r#"{"event":{"kind":"progress","done":1,"total":1,"label":"late"}}"#);
    let sandbox = TestSandbox::start(guest).await;
    sandbox.run(task()).await.assert_crashed("went on after its end");
}

/// A table of one row.
const TABLE: &str = r#"{"event":{"kind":"table","columns":[{"name":"a","dtype":"i64"}],"row_count":1,"rows":[[1]]}}"#;

#[tokio::test]
async fn tables_without_end_are_cut_off_with_one_notice() {
    let sandbox = TestSandbox::start(TestGuest::new().emit_forever(TABLE)).await;
    let limits = Limits {
        fuel: 10_000_000,
        ..Limits::default()
    };
    let run = sandbox.run(task_with(limits.clone())).await;
    run.assert_limit(LimitKind::Fuel, &limits);
    assert_eq!(run.events.len(), 200);
    assert_eq!(run.output.matches("left out").count(), 1, "{}", run.output);
}

#[tokio::test]
async fn a_table_of_millions_of_values_is_left_out() {
    let rows = "[],".repeat(2_000_000);
    let table = TABLE.replace("[[1]]", &format!("[{rows}[1]]"));
    let sandbox = TestSandbox::start(TestGuest::new().emit(&table).print("after\n")).await;
    let run = sandbox.run(task()).await;
    assert_eq!(run.outcome(), &Outcome::Done { result: None });
    assert!(run.events.is_empty());
    assert!(
        run.output.contains("left out") && run.output.ends_with("after\n"),
        "{}",
        run.output
    );
}

#[tokio::test]
async fn an_error_of_any_length_is_told_cut() {
    let long = "x".repeat(200_000);
    let fault = format!(
        r#"{{"ending":{{"fault":{{"type":"ValueError","message":"{long}","line":1,"column":null,"traceback":"{long}","hint":null}}}}}}"#
    );
    let sandbox = TestSandbox::start(TestGuest::new().emit(&fault).ends_silently()).await;
    match sandbox.run(task()).await.outcome() {
        Outcome::Fault(fault) => {
            assert_eq!(fault.kind, "ValueError");
            assert!(fault.message.ends_with("(200000 bytes)") && fault.message.len() < 1 << 17);
            assert!(fault.traceback.len() < 1 << 17);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_of_any_name_is_found_and_its_event_hurts_nobody() {
    let guest = TestGuest::new()
        .open(OUT, "a\nb.png", CREATE, WRITE)
        .emit(r#"{"event":{"kind":"chart","name":"a\nb.png","spec":null,"title":"","alt":""}}"#);
    let run = TestSandbox::start(guest).await.run(task()).await;
    run.assert_printed(&["0"]);
    assert_eq!(run.outputs()[0].name, "a\nb.png");
}

const READY: &str =
    r#"{"layers":{"landlock":"whole","seccomp":true,"own_root":true,"own_user":false},"instantiate_us":1}"#;

/// Runs with a worker that is a shell script: it says it is ready, and after that `script`.
async fn hostile_worker(script: &str) -> Told {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("worker.sh");
    let ready = format!(r"printf '\{:03o}\0\0\0\020%s' '{READY}'", READY.len());
    // The job is read first, as a real worker would, so that the host is listening.
    fs::write(
        &program,
        format!("#!/bin/sh\n{ready}\n/usr/bin/head -c 5 > /dev/null\nprintf '\\0\\0\\0\\0\\025'\n{script}\n"),
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let sandbox = TestSandbox::with_program(TestGuest::new(), &program, 0).await.unwrap();
    sandbox.run(task()).await
}

#[tokio::test]
async fn hostile_frames_end_the_run_and_leave_the_host_alone() {
    let sleep = "exec /bin/sleep 1000";
    let check = async |bytes: &str, words: &str| {
        hostile_worker(&format!("printf '{bytes}'\n{sleep}"))
            .await
            .assert_crashed(words);
    };
    check(r"\377\377\377\377\021", "a frame of 4294967295 bytes").await;
    check(r"\0\0\0\0\001", "the unknown kind 1").await;
    check(r"\0\0\0\0\377", "the unknown kind 255").await;
    check(r"\001\0\0\0\021\377", "cannot be read").await;
    check(r"\004\0\0\0\024null", "cannot be read").await;
    check(r"\002\0\0\0\023{}", "cannot be read").await;
    let twice = format!(r"\{:03o}\0\0\0\020{READY}", READY.len());
    check(&twice, "ready twice").await;
    check(r"\0\0\0\0\025", "took its job twice").await;
}

#[tokio::test]
async fn a_worker_that_floods_is_cut_off() {
    let flood = r#"block=$(/usr/bin/head -c 65535 /dev/zero | /usr/bin/tr '\0' x)
while :; do printf '\377\377\0\0\021%s' "$block"; done"#;
    hostile_worker(flood)
        .await
        .assert_crashed("more text than a run may keep");
}

#[tokio::test]
async fn a_worker_that_floods_with_messages_is_cut_off() {
    let event = r#"{"event":{"kind":"progress","done":1,"total":2,"label":""}}"#;
    let flood = format!(r"while :; do printf '\{:03o}\0\0\0\023%s' '{event}'; done", event.len());
    hostile_worker(&flood)
        .await
        .assert_crashed("more messages than a run may");
}

#[tokio::test]
async fn a_worker_that_ends_without_a_word_is_a_crash() {
    hostile_worker("exit 7").await.assert_crashed("exit code 7");
    hostile_worker("echo 'out of luck' >&2; exit 1")
        .await
        .assert_crashed("out of luck");
    hostile_worker("kill -SEGV $$")
        .await
        .assert_crashed("signal 11 (SIGSEGV)");
    hostile_worker("kill -SYS $$")
        .await
        .assert_crashed("system call that the sandbox forbids");
}

#[tokio::test]
async fn files_that_a_worker_should_not_have_made_are_left_out() {
    let end = r#"{"cause":"returned","fuel_used":1,"peak_memory_bytes":1,"refused":null}"#;
    let done = r#"{"ending":{"done":{"result":null}}}"#;
    let script = format!(
        r#"cd "$4"; /bin/ln -s /etc/passwd link.csv; /usr/bin/mkfifo pipe; echo x > real.csv
printf '\{:03o}\0\0\0\023%s\{:03o}\0\0\0\024%s' '{done}' '{end}'; exec /bin/sleep 1000"#,
        done.len(),
        end.len(),
    );
    let run = hostile_worker(&script).await;
    assert_eq!(run.outcome(), &Outcome::Done { result: None });
    let names: Vec<_> = run.outputs().iter().map(|output| output.name.as_str()).collect();
    assert_eq!(names, ["real.csv"]);
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_refused() {
    for warm_workers in [0, 1] {
        let error = TestSandbox::with_program(TestGuest::new(), Path::new("/bin/true"), warm_workers)
            .await
            .err()
            .unwrap();
        assert!(format!("{error:#}").contains("could not start"), "{error:#}");
        let error = TestSandbox::with_program(TestGuest::new(), Path::new("/nowhere"), warm_workers)
            .await
            .err()
            .unwrap();
        assert!(format!("{error:#}").contains("/nowhere"), "{error:#}");
    }
}
