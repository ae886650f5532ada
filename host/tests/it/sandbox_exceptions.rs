//! Guests that throw: what they catch is theirs, and what nothing catches ends the run in plain words.

use std::time::Duration;

use glovebox_sdk::{LimitKind, Limits, Outcome};

use crate::{
    test_guest::TestGuest,
    test_sandbox::{TestSandbox, task, task_with, told},
};

/// Throws and catches the number 7, once by its tag and once through a clean-up that throws on.
pub const THROWERS: &str = r"
    (tag $oops (param i32))
    (func $throw (param i32) (throw $oops (local.get 0)))
    (func $catch (result i32)
        (block $caught (result i32)
            (try_table (catch $oops $caught) (call $throw (i32.const 7)))
            (i32.const 0)))
    (func $clean_up (local $thrown exnref)
        (block $caught (result exnref)
            (try_table (catch_all_ref $caught) (call $throw (i32.const 7)))
            (return))
        (local.set $thrown)
        (throw_ref (local.get $thrown)))
    (func $catch_late (result i32)
        (block $caught (result i32)
            (try_table (catch $oops $caught) (call $clean_up))
            (i32.const 0)))";

fn throwing(code: &str) -> TestGuest {
    TestGuest::new().wat(code).function(THROWERS)
}

#[tokio::test]
async fn what_is_thrown_can_be_caught() {
    let code = "(call $number (call $catch)) (call $number (call $catch_late))";
    let sandbox = TestSandbox::start(throwing(code)).await;
    sandbox.run(task()).await.assert_printed(&["7", "7"]);
}

#[tokio::test]
async fn what_nothing_catches_is_a_crash() {
    for code in ["(call $throw (i32.const 7))", "(call $clean_up)"] {
        let sandbox = TestSandbox::start(throwing(code).print("never\n")).await;
        let run = sandbox.run(task()).await;
        run.assert_crashed("raised an exception that nothing caught");
        assert_eq!(run.output, "");
        assert!(run.finished.report.receipt.fuel_used.is_some());
    }
}

#[tokio::test]
async fn a_panic_that_nothing_catches_is_told_in_its_own_words() {
    let guest = TestGuest::new()
        .wat("(i32.store (i32.const 16) (i32.const 2))")
        .write("\nthread 'main' panicked at src/a.rs:1:2:\nlengths differ\n")
        .wat("(call $throw (i32.const 7))")
        .function(THROWERS);
    let sandbox = TestSandbox::start(guest).await;
    sandbox.run(task()).await.assert_crashed("lengths differ");
}

#[tokio::test]
async fn exceptions_without_end_need_no_more_memory() {
    let code = "(loop $again
        (drop (call $catch_late))
        (br_if $again (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200000))))";
    let limits = Limits {
        memory_bytes: 1 << 20,
        ..Limits::default()
    };
    let sandbox = TestSandbox::start(throwing(code)).await;
    let first = sandbox.run(task_with(limits.clone())).await;
    first.assert_printed(&[]);
    let again = sandbox.run(task_with(limits)).await;
    assert_eq!(
        first.finished.report.receipt.fuel_used,
        again.finished.report.receipt.fuel_used
    );
}

const ENDLESS: &str = "(loop $again (drop (call $catch_late)) (br $again))";

#[tokio::test]
async fn exceptions_use_fuel_and_time() {
    let sandbox = TestSandbox::start(throwing(ENDLESS)).await;
    let limits = Limits {
        fuel: 1_000_000,
        ..Limits::default()
    };
    let run = sandbox.run(task_with(limits.clone())).await;
    run.assert_limit(LimitKind::Fuel, &limits);
    let limits = Limits {
        fuel: u64::MAX,
        wall_ms: 200,
        ..Limits::default()
    };
    let run = sandbox.run(task_with(limits.clone())).await;
    run.assert_limit(LimitKind::WallMs, &limits);
}

#[tokio::test]
async fn no_handler_keeps_a_run_from_being_stopped() {
    let catches_all = "(loop $again
        (block $caught (try_table (catch_all $caught) (loop $spin (br $spin))))
        (br $again))";
    for code in [ENDLESS, catches_all] {
        let sandbox = TestSandbox::start(throwing(code)).await;
        let run = sandbox.begin(task()).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        run.stopper().stop();
        let told = told(run).await;
        assert_eq!(told.outcome(), &Outcome::Stopped);
        assert!(told.finished.report.receipt.peak_memory_bytes.is_some());
    }
}

#[tokio::test]
async fn a_handler_does_not_catch_a_trap() {
    let code = "(block $caught (try_table (catch_all $caught) (drop (i32.load (i32.const -4)))))";
    let sandbox = TestSandbox::start(throwing(code)).await;
    sandbox.run(task()).await.assert_crashed("out of bounds memory access");
}
