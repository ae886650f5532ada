//! Workers that are killed, workers that wait, many runs at once, and what a killed host leaves.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::ffi::OsStrExt as _,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use glovebox::sandbox::{Sandbox, Settings};
use glovebox_sdk::Outcome;

use crate::{
    test_guest::{CREATE, OUT, TestGuest, WRITE},
    test_sandbox::{PROGRAM, TestSandbox, eventually, prepare, task, told},
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

/// Waits until the pool is full and returns the ids of its workers.
async fn idle(sandbox: &TestSandbox) -> Vec<u32> {
    sandbox.sandbox.warm().await;
    sandbox.sandbox.idle_worker_ids()
}

#[tokio::test]
async fn a_worker_killed_in_mid_run_is_a_crash_that_names_the_signal() {
    let guest = TestGuest::new().open(OUT, "kept", CREATE, WRITE).write("1234").spin();
    let sandbox = TestSandbox::start(guest).await;
    let ids = idle(&sandbox).await;
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
    for id in idle(&sandbox).await {
        kill_9(id);
    }
    sandbox.run(task()).await.assert_printed(&["fine"]);
}

#[tokio::test]
async fn a_worker_killed_while_it_waits_is_replaced() {
    let sandbox = TestSandbox::with_program(TestGuest::new(), Path::new(PROGRAM), 3)
        .await
        .unwrap();
    let before = idle(&sandbox).await;
    kill_9(before[1]);
    eventually("the dead worker is replaced", || {
        let now = sandbox.sandbox.idle_worker_ids();
        now.len() == 3 && !now.contains(&before[1])
    })
    .await;
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
async fn without_warm_workers_the_first_serves_one_run_and_the_others_start_their_own() {
    let sandbox = TestSandbox::with_program(TestGuest::new().print("fine\n"), Path::new(PROGRAM), 0)
        .await
        .unwrap();
    assert_eq!(sandbox.sandbox.idle_worker_ids().len(), 1);
    for _ in 0..2 {
        sandbox.run(task()).await.assert_printed(&["fine"]);
        assert!(sandbox.sandbox.idle_worker_ids().is_empty());
    }
    assert!(sandbox.sandbox.time_worker_start().await.unwrap() > Duration::ZERO);
}

#[tokio::test]
async fn a_run_waits_until_there_is_memory_for_it() {
    let guest = TestGuest::new().print("begun\n").spin();
    let sandbox = TestSandbox::with_memory(guest, Path::new(PROGRAM), 2, 3 << 30)
        .await
        .unwrap();
    idle(&sandbox).await;
    let mut first = sandbox.begin(task()).await;
    assert!(first.next().await.is_some());
    let second = sandbox.begin(task());
    tokio::pin!(second);
    // A limit of 2 GiB is too much beside another, whatever the second run is given to do.
    for _ in 0..200 {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(second.as_mut().poll(&mut context).is_pending());
        tokio::task::yield_now().await;
    }
    first.stopper().stop();
    let mut second = second.await;
    assert_eq!(told(first).await.outcome(), &Outcome::Stopped);
    assert!(second.next().await.is_some());
    second.stopper().stop();
    assert_eq!(told(second).await.outcome(), &Outcome::Stopped);
}

#[tokio::test]
async fn a_run_whose_limit_is_above_all_memory_has_it_to_itself() {
    let sandbox = TestSandbox::with_memory(TestGuest::new().print("fine\n"), Path::new(PROGRAM), 1, 1 << 20)
        .await
        .unwrap();
    sandbox.run(task()).await.assert_printed(&["fine"]);
}

/// The process that forks this sandbox's workers, beside the workers that it has `forked`, which look the same.
fn fork_server(sandbox: &TestSandbox, forked: &[u32]) -> Option<u32> {
    let folder = sandbox.folder.path().as_os_str().as_bytes();
    let processes = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let mut servers = processes.filter(|id| {
        let arguments = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let has = |part: &[u8]| arguments.windows(part.len()).any(|window| window == part);
        has(b"__worker_server") && has(folder) && !forked.contains(id)
    });
    let server = servers.next();
    server.filter(|_| servers.next().is_none())
}

#[tokio::test]
async fn a_fork_server_that_is_killed_is_started_again() {
    let sandbox = TestSandbox::start(TestGuest::new().print("here\n")).await;
    let waiting = idle(&sandbox).await;
    kill_9(fork_server(&sandbox, &waiting).unwrap());
    for _ in 0..3 {
        sandbox.run(task()).await.assert_printed(&["here"]);
    }
}

#[tokio::test]
async fn a_worker_that_crashes_ends_the_server_that_shares_its_layout() {
    let guest = TestGuest::new().open(OUT, "kept", CREATE, WRITE).write("1234").spin();
    let sandbox = TestSandbox::start(guest).await;
    let waiting = idle(&sandbox).await;
    let server = fork_server(&sandbox, &waiting).unwrap();
    let mut run = sandbox.begin(task()).await;
    assert!(run.next().await.is_some());
    let killed = Command::new("kill").args(["-SYS", &waiting[0].to_string()]).status();
    assert!(killed.unwrap().success());
    told(run).await.assert_crashed("SIGSYS");
    eventually("the server is gone", || !is_worker(server)).await;
}

#[tokio::test]
async fn workers_end_with_their_sandbox() {
    let sandbox = TestSandbox::with_program(TestGuest::new(), Path::new(PROGRAM), 2)
        .await
        .unwrap();
    let ids = idle(&sandbox).await;
    let TestSandbox { folder, sandbox } = sandbox;
    drop(sandbox);
    eventually("the workers and their folders are gone", || {
        let left = fs::read_dir(folder.path().join("runs")).unwrap().count();
        left == 0 && !ids.iter().any(|id| is_worker(*id))
    })
    .await;
}

const HOST_FOLDER: &str = "GLOVEBOX_TEST_HOST_FOLDER";

/// A host that is killed in the middle of a run: this test binary, started again by the test below.
#[tokio::test]
#[ignore = "is run by another test, in a process of its own"]
async fn host_with_a_run() {
    let Ok(folder) = std::env::var(HOST_FOLDER) else { return };
    let guest = prepare(TestGuest::new().print("begun\n").spin(), Path::new(&folder)).unwrap();
    let runs_dir = Path::new(&folder).join("runs");
    let settings = Settings {
        guest,
        worker_program: PROGRAM.into(),
        warm_workers: 2,
        runs_dir,
        memory_max_bytes: u64::MAX,
    };
    let sandbox = Sandbox::start(settings).await.unwrap();
    sandbox.warm().await;
    let ids = sandbox.idle_worker_ids();
    let mut run = sandbox.run(task()).await.unwrap();
    run.next().await.unwrap();
    println!("workers {} {}", ids[0], ids[1]);
    run.finish().await.unwrap();
}

#[tokio::test]
async fn a_killed_host_leaves_no_workers_and_its_folders_are_removed_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args([
            "sandbox_pool::host_with_a_run",
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(HOST_FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(host.stdout.take().unwrap()).lines();
    let line = lines
        .map(Result::unwrap)
        .find(|line| line.contains("workers "))
        .unwrap();
    let ids: Vec<u32> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| is_worker(*id)), "{line}");
    kill_9(host.id());
    host.wait().unwrap();
    eventually("the workers end", || !ids.iter().any(|id| is_worker(*id))).await;

    let runs_dir = folder.path().join("runs");
    assert_eq!(fs::read_dir(&runs_dir).unwrap().count(), 1);
    let guest = prepare(TestGuest::new(), folder.path()).unwrap();
    let settings = Settings {
        guest,
        worker_program: PROGRAM.into(),
        warm_workers: 0,
        runs_dir: runs_dir.clone(),
        memory_max_bytes: u64::MAX,
    };
    let _next = Sandbox::start(settings).await.unwrap();
    assert_eq!(fs::read_dir(&runs_dir).unwrap().count(), 1);
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
    let guest = prepare(TestGuest::new(), first.folder.path()).unwrap();
    let settings = Settings {
        guest,
        worker_program: PROGRAM.into(),
        warm_workers: 1,
        runs_dir: runs.clone(),
        memory_max_bytes: u64::MAX,
    };
    let second = Sandbox::start(settings).await.unwrap();
    assert!(!abandoned.exists());
    assert!(runs.join("unrelated").exists());
    first.run(task()).await.assert_printed(&[]);
    told(second.run(task()).await.unwrap()).await.assert_printed(&[]);
}
