//! A measured figure, and the table of all of them.

use std::{fmt::Write as _, time::Duration};

use serde::Serialize;

use crate::cli::show;

/// One measured figure.
#[derive(Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// Who did it: `glovebox`, or a peer.
    pub who: String,
    /// `ms`, `runs/s` or `MiB`.
    pub unit: &'static str,
    /// Measurements behind the figure.
    pub count: usize,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

impl Figure {
    /// Of single times in milliseconds.
    pub fn times(name: &str, who: &str, mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1];
        Self {
            name: name.to_owned(),
            who: who.to_owned(),
            unit: "ms",
            count: times.len(),
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            max: at(1.0),
        }
    }

    /// Of one number.
    pub fn single(name: &str, unit: &'static str, value: f64) -> Self {
        let who = "glovebox".to_owned();
        Self {
            name: name.to_owned(),
            who,
            unit,
            count: 1,
            p50: value,
            p95: value,
            p99: value,
            max: value,
        }
    }
}

/// The figures as a table, with the ratio of each peer to ours.
pub fn report(figures: &[Figure]) -> String {
    let mut text = format!(
        "{:<42} {:<12} {:>10} {:>10} {:>10} {:>10}  {}\n",
        "what", "who", "p50", "p95", "p99", "max", "beside glovebox"
    );
    for figure in figures {
        let show = |value: f64| match figure.unit {
            "ms" => show::duration(Duration::from_secs_f64(value / 1000.0)),
            unit => format!("{value:.1} {unit}"),
        };
        let ours = figures
            .iter()
            .find(|other| other.name == figure.name && other.who == "glovebox");
        let ratio = ours
            .filter(|_| figure.who != "glovebox")
            .map(|ours| format!("{:.2} ×", figure.p50 / ours.p50));
        let _ = writeln!(
            text,
            "{:<42} {:<12} {:>10} {:>10} {:>10} {:>10}  {}",
            figure.name,
            figure.who,
            show(figure.p50),
            show(figure.p95),
            show(figure.p99),
            show(figure.max),
            ratio.unwrap_or_default()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_values() {
        let figure = Figure::times("x", "y", (1..=100).map(f64::from).rev().collect());
        assert_eq!(
            (figure.p50, figure.p95, figure.p99, figure.max),
            (50.0, 95.0, 99.0, 100.0)
        );
        let one = Figure::times("x", "y", vec![7.0]);
        assert_eq!((one.p50, one.p99), (7.0, 7.0));
    }
}
