//! Workers that are killed, workers that wait, many runs at once, and what a killed host leaves.

use std::{fs, path::Path, process::Command, time::Duration};

use glovebox_sdk::Outcome;

use crate::{
    test_guest::{CREATE, OUT, TestGuest, WRITE},
    test_sandbox::{PROGRAM, TestSandbox, task, told},
};

fn kill_9(id: u32) {
    assert!(
        Command::new("kill")
            .args(["-9", &id.to_string()])
            .status()
            .unwrap()
            .success()
    );
}

/// Waits until the pool has `count` workers and returns their ids.
async fn idle(sandbox: &TestSandbox, count: usize) -> Vec<u32> {
    for _ in 0..2000 {
        let ids = sandbox.sandbox.idle_worker_ids();
        if ids.len() == count {
            return ids;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the pool never had {count} workers");
}

#[tokio::test]
async fn a_worker_killed_in_mid_run_is_a_crash_that_names_the_signal() {
    let guest = TestGuest::new().open(OUT, "kept", CREATE, WRITE).write("1234").spin();
    let sandbox = TestSandbox::start(guest).await;
    let ids = idle(&sandbox, 1).await;
    let mut run = sandbox.begin(task()).await;
    assert!(run.next().await.is_some());
    kill_9(ids[0]);
    let told = told(run).await;
    told.assert_crashed("signal 9 (SIGKILL");
    assert_eq!(told.outputs()[0].name, "kept");
    assert_eq!(told.finished.report.receipt.fuel_used, None);

    let next = sandbox.begin(task()).await;
    next.stopper().stop();
    assert_eq!(self::told(next).await.outcome(), &Outcome::Stopped);
}

#[tokio::test]
async fn a_worker_killed_while_it_waits_hurts_no_run() {
    let sandbox = TestSandbox::start(TestGuest::new().print("fine\n")).await;
    for id in idle(&sandbox, 1).await {
        kill_9(id);
    }
    sandbox.run(task()).await.assert_printed(&["fine"]);
}

#[tokio::test]
async fn a_worker_killed_while_it_waits_is_replaced() {
    let sandbox = TestSandbox::with_program(TestGuest::new(), Path::new(PROGRAM), 3)
        .await
        .unwrap();
    let before = idle(&sandbox, 3).await;
    kill_9(before[1]);
    for _ in 0..2000 {
        let now = sandbox.sandbox.idle_worker_ids();
        if now.len() == 3 && !now.contains(&before[1]) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the dead worker was not replaced");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_runs_at_once_each_end_with_their_own_files() {
    let guest = TestGuest::new()
        .open(OUT, "mine", CREATE, WRITE)
        .write("1234")
        .print("hello\n");
    let sandbox = TestSandbox::with_program(guest, Path::new(PROGRAM), 4).await.unwrap();
    let mut runs = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let sandbox = sandbox.sandbox.clone();
        runs.spawn(async move { told(sandbox.run(task()).await.unwrap()).await });
    }
    let mut paths = std::collections::HashSet::new();
    let mut finished = Vec::new();
    while let Some(told) = runs.join_next().await {
        let told = told.unwrap();
        told.assert_printed(&["0", "0", "hello"]);
        assert_eq!(fs::read(told.finished.out.path().join("mine")).unwrap(), b"1234");
        paths.insert(told.finished.out.path());
        finished.push(told);
    }
    assert_eq!(paths.len(), 200);
}

#[tokio::test]
async fn without_warm_workers_every_run_starts_its_own() {
    let sandbox = TestSandbox::with_program(TestGuest::new().print("fine\n"), Path::new(PROGRAM), 0)
        .await
        .unwrap();
    assert!(sandbox.sandbox.idle_worker_ids().is_empty());
    sandbox.run(task()).await.assert_printed(&["fine"]);
    assert!(sandbox.sandbox.time_worker_start().await.unwrap() > Duration::ZERO);
}

#[tokio::test]
async fn workers_end_with_their_sandbox() {
    let sandbox = TestSandbox::with_program(TestGuest::new(), Path::new(PROGRAM), 2)
        .await
        .unwrap();
    let ids = idle(&sandbox, 2).await;
    let TestSandbox { folder, sandbox } = sandbox;
    drop(sandbox);
    for _ in 0..2000 {
        let left = fs::read_dir(folder.path().join("runs")).unwrap().count();
        if left == 0 && ids.iter().all(|id| !is_worker(*id)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("workers or their folders outlived the sandbox");
}

/// Whether the process still runs as one of our workers.
fn is_worker(id: u32) -> bool {
    fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| line.windows(8).any(|part| part == b"__worker"))
}

#[tokio::test]
async fn folders_of_a_host_that_is_gone_are_removed_and_others_kept() {
    let first = TestSandbox::start(TestGuest::new()).await;
    let runs = first.folder.path().join("runs");
    let abandoned = runs.join("host-abandoned");
    fs::create_dir_all(abandoned.join("7/out")).unwrap();
    fs::write(abandoned.join("7/out/a.csv"), "a").unwrap();
    fs::create_dir(runs.join("unrelated")).unwrap();
    let guest = crate::test_sandbox::prepare(TestGuest::new(), first.folder.path()).unwrap();
    let settings = glovebox::sandbox::Settings {
        guest,
        worker_program: PROGRAM.into(),
        warm_workers: 1,
        runs_dir: runs.clone(),
    };
    let second = glovebox::sandbox::Sandbox::start(settings).await.unwrap();
    assert!(!abandoned.exists());
    assert!(runs.join("unrelated").exists());
    first.run(task()).await.assert_printed(&[]);
    told(second.run(task()).await.unwrap()).await.assert_printed(&[]);
}
