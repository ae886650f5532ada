//! Loops in plain Python, each beside CPython.

use std::path::Path;

use anyhow::{Context, Result};

use super::{figure::Figure, peer, repeat};
use crate::sandbox::Sandbox;

const SOURCE: &str = include_str!("loops.py");

/// The functions of [`SOURCE`] that are measured.
const NAMES: [&str; 12] = [
    "sum_of_integers",
    "counting_words",
    "joining_texts",
    "sorting_pairs",
    "calling_methods",
    "recursing",
    "arithmetic_of_floats",
    "reading_and_writing_json",
    "matching_patterns",
    "sieving",
    "comprehending",
    "generating",
];

/// Each loop `count` times here and, where `python` is one, there; the last figures are the geometric means.
pub async fn measure(sandbox: &Sandbox, python: Option<&Path>, count: usize, folder: &Path) -> Result<Vec<Figure>> {
    let (mut figures, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for name in NAMES {
        let title = format!("loop: {}", name.replace('_', " "));
        let script = format!("{SOURCE}\n\nprint({name}())\n");
        let figure = Figure::times(&title, "glovebox", repeat(sandbox, &script, count).await?);
        ours.push(figure.p50);
        figures.push(figure);
        if let Some(python) = python {
            let figure = Figure::times(&title, "CPython", peer_times(python, name, count, folder).await?);
            theirs.push(figure.p50);
            figures.push(figure);
        }
    }
    for (who, times) in [("glovebox", ours), ("CPython", theirs)] {
        if !times.is_empty() {
            figures.push(Figure::times(
                "loops, geometric mean",
                who,
                vec![geometric_mean(&times)],
            ));
        }
    }
    Ok(figures)
}

/// The function's time alone, without the start of a process.
async fn peer_times(python: &Path, name: &str, count: usize, folder: &Path) -> Result<Vec<f64>> {
    let script = format!(
        "{SOURCE}\n\nimport time\nbegun = time.perf_counter()\n{name}()\nprint((time.perf_counter() - begun) * 1000)\n"
    );
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let (lines, _) = peer::run(python, &script, folder).await?;
        let line = lines.last().map_or("", |(line, _)| line.as_str());
        times.push(line.parse().context("reading the peer's time")?);
    }
    Ok(times)
}

fn geometric_mean(times: &[f64]) -> f64 {
    (times.iter().map(|time| time.ln()).sum::<f64>() / times.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measured_loop_is_there() {
        for name in NAMES {
            assert!(SOURCE.contains(&format!("def {name}():")), "{name}");
        }
    }

    #[test]
    fn the_mean_is_geometric() {
        assert!((geometric_mean(&[1.0, 4.0, 16.0]) - 4.0).abs() < 1e-9);
    }
}
