//! Stop, from request to the run being over, in the middle of five kinds of work.

use std::time::Instant;

use anyhow::{Context, Result};
use glovebox_sdk::{Event, Outcome};

use super::{Figure, job};
use crate::sandbox::Sandbox;

/// Scripts that never end by themselves within the bench; each prints a line when its work begins.
const KINDS: [(&str, &str); 5] = [
    ("loop", "print('on')\nwhile True:\n    pass\n"),
    ("sleep", "import time\nprint('on')\ntime.sleep(60)\n"),
    (
        "sort",
        "import polars as pl\ns = pl.int_range(0, 4_000_000, eager=True).shuffle(1)\nprint('on')\nwhile True:\n    s.sort()\n",
    ),
    ("regex", "import re\nprint('on')\nre.match(r'(a+)+$', 'a' * 40 + 'b')\n"),
    (
        "allocation",
        "print('on')\nkept = []\nwhile True:\n    kept.append(bytearray(1 << 20))\n    if len(kept) > 500:\n        kept.clear()\n",
    ),
];

/// Stops `count` runs, spread over the kinds, and measures each in milliseconds.
pub async fn measure(sandbox: &Sandbox, count: usize) -> Result<Vec<Figure>> {
    let mut all = Vec::with_capacity(count);
    let mut figures = Vec::new();
    for (kind, script) in KINDS {
        let mut of_kind = Vec::new();
        for _ in 0..count.div_ceil(KINDS.len()) {
            of_kind.push(
                stop_once(sandbox, script)
                    .await
                    .with_context(|| format!("stopping the {kind}"))?,
            );
        }
        all.extend_from_slice(&of_kind);
        figures.push(Figure::times(&format!("stop {kind}"), "glovebox", of_kind));
    }
    figures.insert(0, Figure::times("stop", "glovebox", all));
    Ok(figures)
}

async fn stop_once(sandbox: &Sandbox, script: &str) -> Result<f64> {
    sandbox.warm().await;
    let mut run = sandbox.run(job(script, Vec::new())).await?;
    while let Some(event) = run.next().await {
        if matches!(event, Event::Output { .. }) {
            break;
        }
    }
    let asked = Instant::now();
    run.stopper().stop();
    let finished = run.finish().await?;
    let took = asked.elapsed().as_secs_f64() * 1000.0;
    anyhow::ensure!(
        finished.report.outcome == Outcome::Stopped,
        "the run ended by itself: {:?}",
        finished.report.outcome
    );
    Ok(took)
}
