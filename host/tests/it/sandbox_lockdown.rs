//! What a waiting worker has given up, as the kernel tells it. What the kernel then refuses is tested beside the code.

use std::{fs, path::Path};

use glovebox_sdk::Limits;

use crate::{
    test_guest::TestGuest,
    test_sandbox::{PROGRAM, TestSandbox, task_with},
};

/// A sandbox and the folder below `/proc` of its one waiting worker.
async fn waiting_worker() -> (TestSandbox, String) {
    let sandbox = TestSandbox::with_program(TestGuest::new(), Path::new(PROGRAM), 1)
        .await
        .unwrap();
    let ids = sandbox.sandbox.idle_worker_ids();
    (sandbox, format!("/proc/{}", ids[0]))
}

fn field(process: &str, file: &str, name: &str) -> String {
    let text = fs::read_to_string(format!("{process}/{file}")).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with(name))
        .unwrap_or_else(|| panic!("no {name} in {text}"));
    line[name.len()..]
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_worker_has_no_environment() {
    let (_sandbox, process) = waiting_worker().await;
    assert_eq!(fs::read(format!("{process}/environ")).unwrap(), b"");
}

#[tokio::test]
async fn a_worker_has_only_its_pipes_its_folders_and_its_image_open() {
    let (_sandbox, process) = waiting_worker().await;
    let mut open: Vec<_> = fs::read_dir(format!("{process}/fd"))
        .unwrap()
        .map(|entry| {
            fs::read_link(entry.unwrap().path())
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    open.retain(|target| !target.starts_with("pipe:"));
    let mut kinds: Vec<_> = open
        .iter()
        .map(|target| target.rsplit(['/', '.']).next().unwrap())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["cwasm", "data", "out"], "{open:?}");
}

#[tokio::test]
async fn a_worker_has_no_capabilities_and_cannot_gain_any() {
    let (_sandbox, process) = waiting_worker().await;
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        assert_eq!(field(&process, "status", set), "0000000000000000", "{set}");
    }
    assert_eq!(field(&process, "status", "NoNewPrivs:"), "1");
}

#[tokio::test]
async fn every_thread_of_a_worker_has_its_system_calls_filtered() {
    let (_sandbox, process) = waiting_worker().await;
    let threads: Vec<_> = fs::read_dir(format!("{process}/task")).unwrap().collect();
    assert_eq!(threads.len(), 2);
    for thread in threads {
        let thread = thread.unwrap().path();
        assert_eq!(field(&thread.to_string_lossy(), "status", "Seccomp:"), "2");
        assert_eq!(
            field(&thread.to_string_lossy(), "status", "CapEff:"),
            "0000000000000000"
        );
    }
}

#[tokio::test]
async fn a_worker_leaves_no_core_and_has_few_descriptors() {
    let (_sandbox, process) = waiting_worker().await;
    assert_eq!(field(&process, "limits", "Max core file size"), "0");
    assert_eq!(field(&process, "limits", "Max open files"), "512");
}

#[tokio::test]
async fn a_worker_comes_last_for_the_processor_and_goes_first_when_memory_runs_out() {
    let (_sandbox, process) = waiting_worker().await;
    let score = fs::read_to_string(format!("{process}/oom_score_adj")).unwrap();
    assert_eq!(score.trim(), "1000");
    let stat = fs::read_to_string(format!("{process}/stat")).unwrap();
    let niceness = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(16).unwrap();
    let own = fs::read_to_string("/proc/self/stat").unwrap();
    let own = own.rsplit_once(')').unwrap().1.split_whitespace().nth(16).unwrap();
    let expected = (own.parse::<i32>().unwrap() + 5).min(19);
    assert_eq!(niceness.parse::<i32>().unwrap(), expected);
}

#[tokio::test]
async fn the_kernel_bounds_the_memory_of_a_worker_with_a_job() {
    let guest = TestGuest::new().print("begun\n").spin();
    let sandbox = TestSandbox::start(guest).await;
    let id = sandbox.sandbox.idle_worker_ids()[0];
    let limits = Limits {
        memory_bytes: 1 << 30,
        ..Limits::default()
    };
    let mut run = sandbox.begin(task_with(limits)).await;
    assert!(run.next().await.is_some());
    let bound: u64 = field(&format!("/proc/{id}"), "limits", "Max data size")
        .parse()
        .unwrap();
    assert_eq!(bound, (1 << 30) + (700 << 20));
    run.stopper().stop();
}

#[tokio::test]
async fn a_whole_kernel_is_told_as_such() {
    let (sandbox, _) = waiting_worker().await;
    let layers = sandbox.sandbox.layers();
    assert!(layers.hold() && layers.missing().is_empty(), "{layers:?}");
}
