//! What a run is: its events, its files, its receipt, and that it is the same every time.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path};

use glovebox::sandbox::Task;
use glovebox_sdk::{ArtifactKind, Event, Outcome, Stream};

use crate::{
    test_guest::{CREATE, DATA, FOLDER, OUT, READ, TestGuest, WRITE},
    test_sandbox::{PROGRAM, TestSandbox, eventually, prepare, task, told},
};

#[tokio::test]
async fn a_run_reads_inputs_and_leaves_files_events_and_a_receipt() {
    let guest = TestGuest::new()
        .open(DATA, "sales.csv", 0, READ)
        .read()
        .path("path_create_directory", OUT, "charts")
        .open(OUT, "charts/a.png", CREATE, WRITE)
        .write("png")
        .emit(r#"{"event":{"kind":"chart","name":"charts/a.png","spec":null,"title":"t","alt":"a"}}"#)
        .emit(r#"{"event":{"kind":"output","stream":"stderr","text":"a warning"}}"#);
    let sandbox = TestSandbox::start(guest).await;
    let input = sandbox.input("sales.csv", "a,b\n1,2\n");
    let run = sandbox
        .run(Task {
            inputs: vec![input],
            ..task()
        })
        .await;
    run.assert_printed(&["0", "0", "a,b", "1,2", "0", "0", "0"]);
    assert_eq!(
        run.events,
        [
            Event::Chart {
                name: "charts/a.png".into(),
                spec: None,
                title: "t".into(),
                alt: "a".into()
            },
            Event::Output {
                stream: Stream::Stderr,
                text: "a warning".into()
            },
        ]
    );
    let report = &run.finished.report;
    assert_eq!(report.artifacts.len(), 1);
    let artifact = &report.artifacts[0];
    assert_eq!(
        (artifact.name.as_str(), artifact.kind, artifact.bytes),
        ("charts/a.png", ArtifactKind::Chart, 3)
    );
    assert_eq!(fs::read(run.finished.out.path().join("charts/a.png")).unwrap(), b"png");
    let receipt = &report.receipt;
    assert_eq!(receipt.outcome, "done");
    assert_eq!((receipt.input_bytes, receipt.output_bytes), (8, 3));
    assert_eq!(receipt.inputs[0].name, "sales.csv");
    assert_eq!(
        receipt.inputs[0].sha256.0,
        "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470"
    );
    assert!(receipt.fuel_used.is_some_and(|fuel| fuel > 100));
    assert!(receipt.peak_memory_bytes.is_some_and(|bytes| bytes == 4 << 16));
}

#[tokio::test]
async fn the_output_folder_is_gone_with_its_run() {
    let sandbox = TestSandbox::start(TestGuest::new().open(OUT, "a", CREATE, WRITE)).await;
    let run = sandbox.run(task()).await;
    let path = run.finished.out.path();
    assert!(path.join("a").exists());
    drop(run);
    eventually("the folder is gone", || !path.exists()).await;
}

#[tokio::test]
async fn the_same_job_gives_the_same_bytes_and_fuel() {
    let guest = TestGuest::new()
        // Both clocks, random bytes, and what the file system tells about a file and a folder.
        .call("clock_time_get", "(i32.const 0) (i64.const 0) (i32.const 1024)")
        .call("clock_time_get", "(i32.const 1) (i64.const 0) (i32.const 1032)")
        .call("random_get", "(i32.const 1040) (i32.const 64)")
        .open(OUT, "b", CREATE, WRITE)
        .open(OUT, "a", CREATE, WRITE)
        .wat(r"(call $print (i32.const 1024) (i32.const 80))")
        .open(OUT, ".", FOLDER, READ)
        .opened(
            "fd_readdir",
            "(i32.const 1200) (i32.const 500) (i64.const 0) (i32.const 20)",
        )
        .path_stat(DATA, "in.csv")
        .wat("(call $print (i32.const 1024) (i32.const 700))");
    let sandbox = TestSandbox::start(guest).await;
    let input = sandbox.input("in.csv", "a\n1\n");
    let job = Task {
        inputs: vec![input.clone()],
        seed: 7,
        clock_unix_ms: 1_700_000_000_000,
        ..task()
    };
    let mut receipts = Vec::new();
    for _ in 0..5 {
        let run = sandbox.run(job.clone()).await;
        assert_eq!(run.outcome(), &Outcome::Done { result: None });
        let mut receipt = run.finished.report.receipt;
        (receipt.wall_us, receipt.instantiate_us) = (0, 0);
        receipts.push(receipt);
        // Times of the user's file must not show through.
        fs::write(&input.1, "a\n1\n").unwrap();
    }
    assert!(receipts.windows(2).all(|pair| pair[0] == pair[1]), "{receipts:#?}");

    let other = sandbox.run(Task { seed: 8, ..job }).await;
    assert_ne!(other.finished.report.receipt.stdout_sha256, receipts[0].stdout_sha256);
}

#[tokio::test]
async fn the_wall_clock_stands_at_the_jobs_instant() {
    let guest = TestGuest::new()
        .call("clock_time_get", "(i32.const 0) (i64.const 0) (i32.const 1024)")
        .sleep_ms(3)
        .call("clock_time_get", "(i32.const 0) (i64.const 0) (i32.const 1032)")
        .wat("(call $number (i32.wrap_i64 (i64.div_u (i64.load (i32.const 1024)) (i64.const 1000000000))))")
        .wat("(call $number (i32.wrap_i64 (i64.div_u (i64.load (i32.const 1032)) (i64.const 1000000000))))");
    let sandbox = TestSandbox::start(guest).await;
    let run = sandbox
        .run(Task {
            clock_unix_ms: 1_700_000_000_000,
            ..task()
        })
        .await;
    run.assert_printed(&["0", "0", "0", "1700000000", "1700000000"]);
}

#[tokio::test]
async fn a_job_reaches_the_guest_whole() {
    let guest = TestGuest::new()
        .wat("(call $print (i32.const 8192) (call $take_job (i32.const 8192) (i32.const 8192)))")
        .wat("(call $number (call $take_job (i32.const 0) (i32.const 0)))");
    let sandbox = TestSandbox::start(guest).await;
    let task = Task {
        parameters: BTreeMap::from([("region".to_owned(), serde_json::json!("Nord"))]),
        script: "print('μ')".to_owned(),
        ..task()
    };
    let run = sandbox.run(task).await;
    let (json, length) = run.output.trim_end().rsplit_once('}').unwrap();
    let json = format!("{json}}}");
    assert_eq!(length.parse::<usize>().unwrap(), json.len());
    let job: glovebox_sdk::Job = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (job.version, job.script.as_str(), job.displayed_rows),
        (glovebox_sdk::CONTRACT_VERSION, "print('μ')", 100)
    );
    assert_eq!(job.parameters["region"], "Nord");
}

#[tokio::test]
async fn inputs_need_plain_names_and_must_exist() {
    let sandbox = TestSandbox::start(TestGuest::new()).await;
    let (_, path) = sandbox.input("a.csv", "");
    for name in ["", ".", "..", "a/b", "/etc/passwd", "a\0"] {
        let task = Task {
            inputs: vec![(name.to_owned(), path.clone())],
            ..task()
        };
        assert!(sandbox.sandbox.run(task).await.is_err(), "{name:?}");
    }
    let twice = vec![("a".to_owned(), path.clone()), ("a".to_owned(), path)];
    assert!(
        sandbox
            .sandbox
            .run(Task {
                inputs: twice,
                ..task()
            })
            .await
            .is_err()
    );
    let missing = vec![("a".to_owned(), "/nowhere/a.csv".into())];
    let error = sandbox
        .sandbox
        .run(Task {
            inputs: missing,
            ..task()
        })
        .await
        .err()
        .unwrap();
    assert!(format!("{error:#}").contains("/nowhere/a.csv"));
}

#[tokio::test]
async fn an_input_that_only_the_host_may_read_is_read() {
    let sandbox = TestSandbox::start(TestGuest::new().open(DATA, "in.csv", 0, READ).read()).await;
    let input = sandbox.input("in.csv", "a\n");
    fs::set_permissions(&input.1, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&input.1).is_err() {
        // Only root may read it all the same.
        return;
    }
    sandbox
        .run(Task {
            inputs: vec![input],
            ..task()
        })
        .await
        .assert_printed(&["0", "0", "a"]);
}

#[tokio::test]
async fn a_guest_of_another_contract_version_is_refused_by_a_worker() {
    let refused = TestSandbox::with_program(TestGuest::new().version(99), Path::new(PROGRAM), 1).await;
    let text = format!("{:#}", refused.err().unwrap());
    assert!(
        text.contains("the guest speaks contract version 99, this host speaks 2"),
        "{text}"
    );
}

#[tokio::test]
async fn no_code_of_a_guest_runs_in_the_host() {
    let folder = tempfile::tempdir().unwrap();
    // A start function runs as soon as there is an instance.
    let guest = TestGuest::new().function("(func $boom unreachable) (start $boom)");
    prepare(guest.clone(), folder.path()).unwrap();
    let refused = TestSandbox::with_program(guest, Path::new(PROGRAM), 1).await;
    assert!(format!("{:#}", refused.err().unwrap()).contains("instantiate the guest"));
}

#[test]
fn an_image_that_was_not_compiled_here_is_compiled_again() {
    let (here, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ours = prepare(TestGuest::new().print("ours\n"), here.path()).unwrap();
    let theirs = prepare(TestGuest::new().print("theirs\n"), elsewhere.path()).unwrap();
    let compiled = fs::read(ours.image()).unwrap();
    let check = |what: &str| {
        let again = prepare(TestGuest::new().print("ours\n"), here.path()).unwrap();
        assert_eq!(again.image(), ours.image());
        assert!(fs::read(again.image()).unwrap() == compiled, "{what}");
    };
    fs::copy(theirs.image(), ours.image()).unwrap();
    check("another image under the right name is used");
    fs::copy(theirs.image(), ours.image()).unwrap();
    fs::copy(
        theirs.image().with_extension("seal"),
        ours.image().with_extension("seal"),
    )
    .unwrap();
    check("another image with a seal of another cache is used");
    fs::remove_file(ours.image().with_extension("seal")).unwrap();
    fs::copy(theirs.image(), ours.image()).unwrap();
    check("an image without a seal is used");
}

#[test]
fn a_module_that_is_no_guest_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let wasm = folder.path().join("other.wasm");
    fs::write(
        &wasm,
        wat::parse_str(r#"(module (memory (export "memory") 1))"#).unwrap(),
    )
    .unwrap();
    let error = glovebox::sandbox::Guest::prepare(&wasm, &folder.path().join("cache")).unwrap_err();
    assert!(format!("{error:#}").contains("it is no guest"), "{error:#}");
}

#[tokio::test]
async fn events_need_not_be_taken() {
    let sandbox = TestSandbox::start(TestGuest::new().print("hello\n")).await;
    let finished = sandbox.begin(task()).await.finish().await.unwrap();
    assert_eq!(finished.report.outcome, Outcome::Done { result: None });
}

#[tokio::test]
async fn a_dropped_run_is_stopped() {
    let sandbox = TestSandbox::start(TestGuest::new().spin()).await;
    drop(sandbox.begin(task()).await);
    let stopped = sandbox.begin(task()).await;
    stopped.stopper().stop();
    assert_eq!(told(stopped).await.outcome(), &Outcome::Stopped);
}

#[tokio::test]
async fn a_guest_is_warmed_once_before_its_job_and_nobody_hears_it() {
    let warm = r#"(func (export "glovebox_warm")
        (i32.store (i32.const 1024) (i32.add (i32.load (i32.const 1024)) (i32.const 7)))
        (drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 1032)))
        (call $number (i32.const 99)) (call $emit (i32.const 0) (i32.const 1)))"#;
    let guest = TestGuest::new()
        .call("clock_time_get", "(i32.const 1) (i64.const 0) (i32.const 1032)")
        .wat("(call $number (i32.load (i32.const 1024))) (call $number (i32.load (i32.const 1032)))")
        .function(warm);
    let sandbox = TestSandbox::start(guest).await;
    let first = sandbox.run(task()).await;
    first.assert_printed(&["0", "7", "1000"]);
    let second = sandbox.run(task()).await;
    assert_eq!(
        first.finished.report.receipt.fuel_used,
        second.finished.report.receipt.fuel_used
    );
}
