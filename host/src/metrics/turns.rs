//! The figures of turns: how long each stage takes, how runs and turns end, and what models cost.

use ::metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

/// Seconds of a turn's stages: from a run of a small script to a long answer of a slow model.
const BUCKETS: [f64; 14] = [
    0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
];
/// Repaired scripts of a turn.
const REPAIR_BUCKETS: [f64; 5] = [0.0, 1.0, 2.0, 3.0, 5.0];

const TURNS: &str = "glovebox_turns_total";
const TURN_SECONDS: &str = "glovebox_turn_duration_seconds";
const QUEUE_SECONDS: &str = "glovebox_turn_queue_seconds";
const MODEL_SECONDS: &str = "glovebox_turn_model_seconds";
const SANDBOX_SECONDS: &str = "glovebox_turn_sandbox_seconds";
const STOP_SECONDS: &str = "glovebox_stop_seconds";
const REPAIRS: &str = "glovebox_turn_repairs";
const RUNS: &str = "glovebox_runs_total";
const FUEL: &str = "glovebox_fuel_total";
const TOKENS: &str = "glovebox_model_tokens_total";
const COST: &str = "glovebox_model_cost_micro_usd_total";

/// The buckets of this file's histograms, by their names.
pub(super) fn buckets() -> impl Iterator<Item = (&'static str, &'static [f64])> {
    let seconds = [
        TURN_SECONDS,
        QUEUE_SECONDS,
        MODEL_SECONDS,
        SANDBOX_SECONDS,
        STOP_SECONDS,
    ];
    let seconds = seconds.into_iter().map(|name| (name, &BUCKETS[..]));
    seconds.chain([(REPAIRS, &REPAIR_BUCKETS[..])])
}

/// What a turn took that is over.
#[derive(Clone, Copy, Debug)]
pub struct TurnOver {
    /// Who answered: a provider's name, or `offline`.
    pub provider: &'static str,
    /// Milliseconds with the model and with the sandbox.
    pub model_ms: u64,
    pub sandbox_ms: u64,
    pub repairs: u32,
    pub fuel: u64,
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub cost_micro_usd: u64,
}

/// A turn was taken from the queue, after it had waited.
pub fn turn_taken(waited_s: f64) {
    histogram!(QUEUE_SECONDS).record(waited_s);
}

/// A run is over. `outcome` is the receipt's.
pub fn run_over(outcome: &'static str) {
    counter!(RUNS, "outcome" => outcome).increment(1);
}

/// A turn is over, `seconds` after it was asked.
pub fn turn_over(state: &'static str, seconds: f64) {
    counter!(TURNS, "state" => state).increment(1);
    histogram!(TURN_SECONDS).record(seconds);
}

/// What that turn took, as far as it came.
pub fn turn_took(turn: &TurnOver) {
    let provider = turn.provider;
    histogram!(MODEL_SECONDS, "provider" => provider).record(turn.model_ms as f64 / 1e3);
    histogram!(SANDBOX_SECONDS).record(turn.sandbox_ms as f64 / 1e3);
    histogram!(REPAIRS).record(f64::from(turn.repairs));
    counter!(FUEL).increment(turn.fuel);
    counter!(TOKENS, "provider" => provider, "direction" => "input").increment(turn.input_tokens);
    counter!(TOKENS, "provider" => provider, "direction" => "output").increment(turn.output_tokens);
    counter!(COST, "provider" => provider).increment(turn.cost_micro_usd);
}

/// An answer was stopped, `seconds` after the request came.
pub fn stopped(seconds: f64) {
    histogram!(STOP_SECONDS).record(seconds);
}

pub(super) fn describe() {
    describe_counter!(TURNS, "Turns by how they ended.");
    describe_histogram!(
        TURN_SECONDS,
        Unit::Seconds,
        "From a question to the end of its answer, with the time it waited."
    );
    describe_histogram!(
        QUEUE_SECONDS,
        Unit::Seconds,
        "How long questions waited for their turn."
    );
    describe_histogram!(
        MODEL_SECONDS,
        Unit::Seconds,
        "What models took in a turn, by their providers."
    );
    describe_histogram!(SANDBOX_SECONDS, Unit::Seconds, "What scripts took in a turn.");
    describe_histogram!(
        STOP_SECONDS,
        Unit::Seconds,
        "From the request to stop to the end of the turn."
    );
    describe_histogram!(REPAIRS, "Scripts of a turn that were repaired after an error.");
    describe_counter!(RUNS, "Runs of scripts by their outcome.");
    describe_counter!(FUEL, "Units of fuel that scripts used.");
    describe_counter!(TOKENS, "Tokens by provider and direction.");
    describe_counter!(
        COST,
        "What models cost, in millionths of a US dollar, by their providers."
    );
}
