//! Guests whose boot is frozen: what it did is there in every run, and what it saw is gone.

use std::{
    fs::{self, File},
    path::Path,
    time::{Duration, SystemTime},
};

use glovebox::sandbox::{Guest, Sandbox, Settings};

use crate::{
    sandbox_exceptions::THROWERS,
    test_guest::{CREATE, READ, TestGuest, WRITE},
    test_sandbox::{PROGRAM, Told, task, told},
};

/// Where the boot's folder of modules stands among its descriptors.
const PYTHON: u32 = 5;

fn snapshot(guest: TestGuest, boot: &str, python: Option<&Path>, folder: &Path) -> anyhow::Result<Guest> {
    let boot = format!(r#"(func (export "wizer-initialize") {boot})"#);
    let (raw, wasm) = (folder.join("raw.wasm"), folder.join("guest.wasm"));
    fs::write(&raw, wat::parse_str(guest.function(&boot).into_wat()).unwrap()).unwrap();
    Guest::snapshot(&raw, python, &wasm)?;
    Guest::prepare(&wasm, &folder.join("cache"))
}

async fn run(guest: Guest, folder: &Path) -> Told {
    let settings = Settings {
        guest,
        worker_program: PROGRAM.into(),
        warm_workers: 0,
        runs_dir: folder.join("runs"),
        memory_max_bytes: u64::MAX,
    };
    let sandbox = Sandbox::start(settings).await.unwrap();
    told(sandbox.run(task()).await.unwrap()).await
}

#[tokio::test]
async fn a_snapshot_keeps_what_the_boot_did() {
    let folder = tempfile::tempdir().unwrap();
    let guest = TestGuest::new().wat("(call $number (i32.load (i32.const 1024)))");
    let boot = "(call $number (i32.const 5))
        (drop (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 1032)))
        (i32.store (i32.const 1024) (i32.const 42))";
    let guest = snapshot(guest, boot, None, folder.path()).unwrap();
    run(guest, folder.path()).await.assert_printed(&["42"]);
}

#[tokio::test]
async fn a_guest_throws_before_and_after_its_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let guest = TestGuest::new()
        .wat("(call $number (i32.load (i32.const 1024))) (call $number (call $catch_late))")
        .function(THROWERS);
    let boot = "(i32.store (i32.const 1024) (call $catch_late))";
    let guest = snapshot(guest, boot, None, folder.path()).unwrap();
    run(guest, folder.path()).await.assert_printed(&["7", "7"]);
}

#[tokio::test]
async fn the_boot_reads_modules_that_a_run_does_not_see() {
    let folder = tempfile::tempdir().unwrap();
    let python = folder.path().join("python");
    fs::create_dir_all(python.join("numpy")).unwrap();
    fs::write(python.join("numpy/core.py"), "print(1)\n").unwrap();
    let read = TestGuest::new().open(PYTHON, "numpy/core.py", 0, READ).read();
    let calls = read.clone().open(PYTHON, "numpy/new.py", CREATE, WRITE);
    // What the boot leaves in memory is there in the run: the two errnos, and what it read at 2,048.
    let boot = calls
        .clone()
        .code()
        .replacen(
            "(call $number (call $path_open",
            "(i32.store (i32.const 1024) (call $path_open",
            1,
        )
        .replacen(
            "(call $number (call $path_open",
            "(i32.store (i32.const 1028) (call $path_open",
            1,
        );
    let guest = TestGuest::new()
        .wat("(call $number (i32.load (i32.const 1024)))")
        .wat("(call $number (i32.ne (i32.load (i32.const 1028)) (i32.const 0)))")
        .wat("(call $print (i32.const 2048) (i32.const 9))")
        .wat("(i32.store (i32.const 44) (i32.const 0))")
        .wat(&read.code())
        .with_texts_of(calls);
    let guest = snapshot(guest, &boot, Some(&python), folder.path()).unwrap();
    let told = run(guest, folder.path()).await;
    // 8 is EBADF: the descriptor is gone, and so is every way to the folder.
    told.assert_printed(&["0", "1", "print(1)", "8", "8"]);
    assert_eq!(fs::read_dir(python.join("numpy")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_large_memory_that_is_full_of_holes_fits_into_a_module() {
    let folder = tempfile::tempdir().unwrap();
    // 300 MB with a value every 64 bytes: millions of runs of zeros, of which a module may have 100,000.
    let boot = "(local $at i32)
        (drop (memory.grow (i32.const 4800)))
        (local.set $at (i32.const 65536))
        (loop $fill
            (i32.store (local.get $at) (local.get $at))
            (br_if $fill (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (i32.const 314000000))))";
    let guest = TestGuest::new()
        .wat("(call $number (i32.load (i32.const 65536))) (call $number (i32.load (i32.const 209715200)))")
        .wat("(call $number (i32.load (i32.const 209715204)))");
    let guest = snapshot(guest, boot, None, folder.path()).unwrap();
    run(guest, folder.path())
        .await
        .assert_printed(&["65536", "209715200", "0"]);
}

#[test]
fn a_boot_that_fails_is_an_error_with_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let said = TestGuest::new()
        .wat("(i32.store (i32.const 16) (i32.const 2))")
        .write("no module named numpy\n");
    let boot = format!("{} unreachable", said.clone().code());
    let error = snapshot(TestGuest::new().with_texts_of(said), &boot, None, folder.path()).unwrap_err();
    let text = format!("{error:#}");
    assert!(text.contains("no module named numpy"), "{text}");
    assert!(text.contains("wizer-initialize"), "{text}");
}

#[test]
fn images_that_nobody_started_with_for_long_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let prepare = |text: &str| {
        let wasm = folder.path().join("guest.wasm");
        fs::write(&wasm, wat::parse_str(TestGuest::new().print(text).into_wat()).unwrap()).unwrap();
        Guest::prepare(&wasm, &folder.path().join("cache")).unwrap()
    };
    let age = |guest: &Guest, days: u64| {
        let seal = File::options().append(true).open(guest.image().with_extension("seal"));
        let used = SystemTime::now() - Duration::from_hours(24 * days);
        seal.unwrap().set_modified(used).unwrap();
    };
    let (old, used, kept) = (prepare("old"), prepare("used"), prepare("kept"));
    age(&old, 31);
    age(&used, 31);
    age(&kept, 29);
    prepare("used");
    prepare("new");
    assert!(!old.image().exists() && !old.image().with_extension("seal").exists());
    assert!(used.image().exists() && kept.image().exists());
}
