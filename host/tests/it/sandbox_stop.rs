//! Stop, whatever the guest is doing, with what it left until then.

use std::time::{Duration, Instant};

use glovebox_sdk::{Event, Limits, Outcome};

use crate::{
    test_guest::{CREATE, OUT, TestGuest, WRITE},
    test_sandbox::{TestSandbox, Told, task, task_with, told},
};

/// Far above what a stop takes, so that a busy machine fails no test.
const STOP_MAX: Duration = Duration::from_millis(500);

/// Stops the guest once it has begun its work, and returns what it told and how long the stop took.
async fn stop(work: TestGuest, limits: Limits) -> Told {
    let sandbox = TestSandbox::start(work).await;
    let mut run = sandbox.begin(task_with(limits)).await;
    // The first print comes right before the work.
    let first = run.next().await;
    assert!(matches!(&first, Some(Event::Output { .. })), "{first:?}");
    tokio::time::sleep(Duration::from_millis(30)).await;
    let asked = Instant::now();
    run.stopper().stop();
    let told = told(run).await;
    let took = asked.elapsed();
    assert_eq!(told.outcome(), &Outcome::Stopped);
    assert!(took <= STOP_MAX, "stopping took {took:?}");
    told
}

fn begun() -> TestGuest {
    TestGuest::new().open(OUT, "partial.csv", CREATE, WRITE).write("a,b\n")
}

#[tokio::test]
async fn stop_in_a_loop_keeps_what_was_printed_and_written() {
    let told = stop(begun().spin(), Limits::default()).await;
    assert_eq!(told.outputs()[0].name, "partial.csv");
    assert_eq!(told.outputs()[0].bytes, 4);
    let receipt = &told.finished.report.receipt;
    assert_eq!(receipt.outcome, "stopped");
    // The meter of code that is interrupted is behind, and a wrong figure is worse than none.
    assert_eq!(receipt.fuel_used, None);
}

#[tokio::test]
async fn stop_in_a_sleep() {
    let told = stop(begun().sleep_ms(3_600_000), Limits::default()).await;
    assert!(told.finished.report.receipt.peak_memory_bytes.is_some());
}

#[tokio::test]
async fn stop_in_an_allocation_storm() {
    let storm = "(loop $storm (drop (memory.grow (i32.const 64)))
        (memory.fill (i32.const 262144) (i32.const 1) (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 262144)))
        (br $storm))";
    stop(begun().wat(storm), Limits::default()).await;
}

#[tokio::test]
async fn stop_in_one_long_bulk_copy_kills_the_worker() {
    let copy = "(drop (memory.grow (i32.const 30000)))
        (loop $copy (memory.copy (i32.const 1000000) (i32.const 0) (i32.const 1900000000)) (br $copy))";
    stop(begun().wat(copy), Limits::default()).await;
}

#[tokio::test]
async fn stop_while_printing_without_end() {
    stop(
        begun().print_forever("line\n"),
        Limits {
            stdout_bytes: 1 << 30,
            ..Limits::default()
        },
    )
    .await;
}

#[tokio::test]
async fn stop_while_writing_without_end() {
    let rewrite = "(loop $again (drop (call $fd_filestat_set_size (i32.load (i32.const 16)) (i64.const 0)))
        (drop (call $write (i32.load (i32.const 16)) (i32.const 0) (i32.const 200000))) (br $again))";
    stop(begun().wat(rewrite), Limits::default()).await;
}

#[tokio::test]
async fn stop_before_the_guest_has_begun() {
    let sandbox = TestSandbox::start(TestGuest::new().spin()).await;
    let run = sandbox.begin(task()).await;
    run.stopper().stop();
    assert_eq!(told(run).await.outcome(), &Outcome::Stopped);
}

#[tokio::test]
async fn stop_after_the_end_changes_nothing() {
    let sandbox = TestSandbox::start(TestGuest::new()).await;
    let mut run = sandbox.begin(task()).await;
    let stopper = run.stopper();
    assert!(run.next().await.is_none());
    let finished = run.finish().await.unwrap();
    stopper.stop();
    assert_eq!(finished.report.outcome, Outcome::Done { result: None });
}

#[tokio::test]
async fn stopping_one_run_leaves_the_others() {
    let sandbox = TestSandbox::start(TestGuest::new().sleep_ms(300)).await;
    let (stopped, other) = (sandbox.begin(task()).await, sandbox.begin(task()).await);
    stopped.stopper().stop();
    assert_eq!(told(stopped).await.outcome(), &Outcome::Stopped);
    told(other).await.assert_printed(&["0"]);
}
