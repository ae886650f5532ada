//! The figures that Prometheus collects, and the functions by which the rest of the program reports them.
//!
//! Until [`install`] was called, and in commands that do not serve, reporting costs nothing and goes nowhere. Labels
//! are closed sets: a route's template, never its path, and no ids, addresses or names.

mod turns;

use std::{fs, time::Duration};

use ::metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use anyhow::{Context, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sqlx::PgPool;

pub use turns::{TurnOver, run_over, stopped, turn_over, turn_taken, turn_took};

/// Seconds, for requests: from a look at a cache to an upload of a gigabyte.
const REQUEST_BUCKETS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0,
];
/// Seconds, for jobs.
const JOB_BUCKETS: [f64; 8] = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 300.0];
/// How often what was reported is put into its buckets, so that it does not pile up where nobody collects.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

const REQUESTS: &str = "http_requests_total";
const REQUEST_SECONDS: &str = "http_request_duration_seconds";
const IN_FLIGHT: &str = "http_requests_in_flight";
const RECEIVED: &str = "http_received_bytes_total";
const SENT: &str = "http_sent_bytes_total";
const CONNECTIONS: &str = "http_connections";
const STREAMS: &str = "glovebox_open_streams";
const JOBS: &str = "glovebox_jobs_total";
const JOB_SECONDS: &str = "glovebox_job_duration_seconds";
const FORBIDDEN_CALLS: &str = "glovebox_forbidden_calls_total";
const DATABASE_CONNECTIONS: &str = "glovebox_database_connections";
const DATABASE_CONNECTIONS_MAX: &str = "glovebox_database_connections_max";
const RESIDENT: &str = "process_resident_memory_bytes";
const CPU: &str = "process_cpu_seconds_total";
const OPEN_FILES: &str = "process_open_fds";
const STARTED: &str = "process_start_time_seconds";
const BUILD: &str = "glovebox_build_info";

/// What was reported so far, to be shown to Prometheus.
#[derive(Clone)]
pub struct Exporter(PrometheusHandle);

/// Counts as a request that is being answered, as long as it lives.
#[derive(Debug)]
pub struct InFlight(());

/// Counts as an answer that somebody follows, as long as it lives.
#[derive(Debug)]
pub struct OpenStream(());

/// Counts as an open connection, as long as it lives.
#[derive(Debug)]
pub struct Connected(());

/// From here on, what is reported is kept. Once in a process.
pub fn install() -> Result<Exporter> {
    let own = [(REQUEST_SECONDS, &REQUEST_BUCKETS[..]), (JOB_SECONDS, &JOB_BUCKETS[..])];
    let handle = own
        .into_iter()
        .chain(turns::buckets())
        .try_fold(PrometheusBuilder::new(), |builder, (name, buckets)| {
            builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), buckets)
        })
        .and_then(PrometheusBuilder::install_recorder)
        .context("setting up the metrics")?;
    describe();
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    gauge!(STARTED).set(crate::clock::unix_ms() as f64 / 1000.0);
    gauge!(IN_FLIGHT).set(0.0);
    gauge!(CONNECTIONS).set(0.0);
    counter!(FORBIDDEN_CALLS).absolute(0);
    counter!(RECEIVED).absolute(0);
    counter!(SENT).absolute(0);
    Ok(Exporter(handle))
}

impl Exporter {
    /// Everything in Prometheus' text format, with what is looked up at this moment.
    pub fn render(&self, pool: &PgPool) -> String {
        let idle = pool.num_idle();
        let used = (pool.size() as usize).saturating_sub(idle);
        gauge!(DATABASE_CONNECTIONS, "state" => "idle").set(idle as f64);
        gauge!(DATABASE_CONNECTIONS, "state" => "used").set(used as f64);
        gauge!(DATABASE_CONNECTIONS_MAX).set(f64::from(pool.options().get_max_connections()));
        if let Some(bytes) = resident_bytes() {
            gauge!(RESIDENT).set(bytes as f64);
        }
        if let Some(seconds) = cpu_seconds() {
            // A gauge, because counters here are whole; for Prometheus' functions that is the same.
            gauge!(CPU).set(seconds);
        }
        gauge!(OPEN_FILES).set(fs::read_dir("/proc/self/fd").map_or(0.0, |files| files.count() as f64));
        self.0.render()
    }

    /// Keeps what was reported small, for as long as this is polled.
    pub async fn keep_up(&self) {
        loop {
            tokio::time::sleep(UPKEEP_INTERVAL).await;
            self.0.run_upkeep();
        }
    }
}

/// A request has come.
pub fn request_begun() -> InFlight {
    gauge!(IN_FLIGHT).increment(1.0);
    InFlight(())
}

/// A request was answered to the last byte, or given up. `route` is the template, or `none`.
pub fn request_done(route: &str, method: &str, status: u16, seconds: f64) {
    let (route, method) = (route.to_owned(), known(method));
    counter!(REQUESTS, "route" => route.clone(), "method" => method, "status" => status.to_string()).increment(1);
    histogram!(REQUEST_SECONDS, "route" => route, "method" => method).record(seconds);
}

/// Bytes of a request's body have come.
pub fn received(bytes: u64) {
    counter!(RECEIVED).increment(bytes);
}

/// Bytes of an answer's body have left.
pub fn sent(bytes: u64) {
    counter!(SENT).increment(bytes);
}

/// A client has connected.
pub fn connected() -> Connected {
    gauge!(CONNECTIONS).increment(1.0);
    Connected(())
}

/// Somebody begins to follow an answer.
pub fn stream_opened() -> OpenStream {
    gauge!(STREAMS).increment(1.0);
    OpenStream(())
}

/// A job was tried. One that failed is tried again.
pub fn job_done(job: &'static str, done: bool, seconds: f64) {
    let outcome = if done { "done" } else { "failed" };
    counter!(JOBS, "job" => job, "outcome" => outcome).increment(1);
    histogram!(JOB_SECONDS, "job" => job).record(seconds);
}

/// A sandbox worker was killed for a system call outside its list: somebody may have broken out of WebAssembly.
pub fn forbidden_call() {
    counter!(FORBIDDEN_CALLS).increment(1);
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!(IN_FLIGHT).decrement(1.0);
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        gauge!(STREAMS).decrement(1.0);
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        gauge!(CONNECTIONS).decrement(1.0);
    }
}

fn describe() {
    turns::describe();
    describe_counter!(REQUESTS, "Requests by route, method and status.");
    describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "From a request's head to the last byte of its answer."
    );
    describe_gauge!(STREAMS, "Answers that somebody follows.");
    describe_gauge!(IN_FLIGHT, "Requests that are being answered.");
    describe_counter!(RECEIVED, Unit::Bytes, "Bytes of requests' bodies.");
    describe_counter!(SENT, Unit::Bytes, "Bytes of answers' bodies.");
    describe_gauge!(CONNECTIONS, "Open connections of clients.");
    describe_counter!(JOBS, "Tried jobs by their outcome.");
    describe_histogram!(JOB_SECONDS, Unit::Seconds, "How long jobs took.");
    describe_counter!(
        FORBIDDEN_CALLS,
        "Sandbox workers that were killed for a forbidden system call. Any is a reason to look closer."
    );
    describe_gauge!(DATABASE_CONNECTIONS, "Connections to the database by what they do.");
    describe_gauge!(
        DATABASE_CONNECTIONS_MAX,
        "Maximum number of connections to the database."
    );
    describe_gauge!(
        RESIDENT,
        Unit::Bytes,
        "Memory of this process, without its workers and its database."
    );
    describe_gauge!(CPU, Unit::Seconds, "Processor time of this process.");
    describe_gauge!(OPEN_FILES, "Open files of this process.");
    describe_gauge!(
        STARTED,
        Unit::Seconds,
        "When this process was started, since the Unix epoch."
    );
    describe_gauge!(BUILD, "1, with the version of this program.");
}

/// Clients can make up methods without end; labels must not grow by that.
fn known(method: &str) -> &'static str {
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    methods.into_iter().find(|known| *known == method).unwrap_or("other")
}

/// `VmRSS` of proc(5).
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib << 10)
}

/// User and system time, fields 14 and 15 of `/proc/self/stat` (proc(5)).
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in parentheses, which can have anything in it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_knows_its_memory_and_time() {
        assert!(resident_bytes().is_some_and(|bytes| bytes > 1 << 20));
        assert!(cpu_seconds().is_some());
    }

    #[test]
    fn made_up_methods_are_one() {
        assert_eq!(known("PATCH"), "PATCH");
        assert_eq!(known("BREW"), "other");
    }
}
