//! `glovebox abuse`: hostile scripts of known outcome, run in this machine's own sandbox.
//!
//! It is for operators, after an installation or a new kernel: the same cases as in the project's tests, so that what
//! SECURITY.md promises is seen to hold here. It changes nothing but temporary files.

mod cases;
mod running;

use std::io::{Write, stdout};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use self::{
    cases::Case,
    running::{Canary, Grounds, Latency, Surprise},
};
use super::{Exit, UsageError, show};
use crate::{app, config::Config, sandbox::Layers};

#[derive(Args)]
pub struct AbuseArgs {
    /// Only this class of cases. Can be given several times.
    #[arg(long = "class", value_name = "NAME")]
    classes: Vec<String>,
    /// Only the cases with this in their name.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Cases at once. Each takes up to 384 MiB of memory.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=200))]
    parallel: u16,
    /// Memory that all cases at once may take, in MiB; further ones wait.
    #[arg(long, value_name = "N", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(512..))]
    memory_mib: u64,
    /// Run an ordinary script again and again meanwhile, and tell how much longer it takes than alone.
    #[arg(long)]
    canary: bool,
    /// Print the result as one JSON object.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Told<'a> {
    classes: &'a [ClassCount],
    surprises: &'a [Surprise],
    canary: Option<&'a Canary>,
    layers: &'a Layers,
}

/// How many cases of a class went as they must.
#[derive(Serialize)]
struct ClassCount {
    #[serde(rename = "class")]
    name: &'static str,
    cases: usize,
    as_expected: usize,
}

/// Runs the chosen cases and tells about each class, and about each surprise.
pub async fn abuse(args: AbuseArgs) -> Result<Exit> {
    let cases = chosen(&args)?;
    let mut classes = count(&cases);
    let sandbox = app::sandbox(&Config::from_env()?, 2, args.memory_mib << 20).await?;
    let layers = sandbox.layers().clone();
    let grounds = Grounds::prepare(sandbox)?;
    let parallel = usize::from(args.parallel);
    let tell = |case: &Case, surprise: Option<&Surprise>| {
        if let Some(class) = classes.iter_mut().find(|class| class.name == case.class) {
            class.as_expected += usize::from(surprise.is_none());
        }
        if let (Some(surprise), false) = (surprise, args.json) {
            eprintln!("{}/{}: {}", case.class, case.name, show::plain(&surprise.what));
            eprintln!("  expected {:?}", case.expected);
        }
    };
    let (surprises, canary) = if args.canary {
        let (surprises, canary) = grounds.run_beside_canary(cases, parallel, tell).await?;
        (surprises, Some(canary))
    } else {
        (grounds.run(cases, parallel, tell).await?, None)
    };
    let text = if args.json {
        let result = Told {
            classes: &classes,
            surprises: &surprises,
            canary: canary.as_ref(),
            layers: &layers,
        };
        serde_json::to_string(&result).context("writing the result as JSON")?
    } else {
        table(&classes, canary.as_ref())
    };
    writeln!(stdout(), "{}", text.trim_end()).context("writing to standard output")?;
    Ok(if surprises.is_empty() { Exit::Done } else { Exit::Fault })
}

fn chosen(args: &AbuseArgs) -> Result<Vec<Case>> {
    for class in &args.classes {
        if !cases::classes().any(|known| known == class) {
            let known: Vec<_> = cases::classes().collect();
            let known = known.join(", ");
            return Err(UsageError(format!("there is no class {class}; there are {known}")).into());
        }
    }
    let mut cases = cases::all().map_err(anyhow::Error::msg)?;
    cases.retain(|case| {
        let class = args.classes.is_empty() || args.classes.iter().any(|class| class == case.class);
        class && args.only.as_ref().is_none_or(|part| case.name.contains(part.as_str()))
    });
    if cases.is_empty() {
        return Err(UsageError("no case has that name".to_owned()).into());
    }
    Ok(cases)
}

fn count(cases: &[Case]) -> Vec<ClassCount> {
    let all = cases::classes().map(|class| ClassCount {
        name: class,
        cases: cases.iter().filter(|case| case.class == class).count(),
        as_expected: 0,
    });
    all.filter(|class| class.cases > 0).collect()
}

fn table(classes: &[ClassCount], canary: Option<&Canary>) -> String {
    let row = |name: &str, cases: usize, as_expected: usize| {
        format!("{name:<12} {cases:>5} {as_expected:>12} {:>4}\n", cases - as_expected)
    };
    let mut text = format!("{:<12} {:>5} {:>12} {:>4}\n", "class", "cases", "as expected", "not");
    text.extend(
        classes
            .iter()
            .map(|class| row(class.name, class.cases, class.as_expected)),
    );
    let sum = |of: fn(&ClassCount) -> usize| classes.iter().map(of).sum();
    text += &row("all", sum(|class| class.cases), sum(|class| class.as_expected));
    if let Some(Canary { alone, beside }) = canary {
        text += &latency("an ordinary script alone", alone);
        text += &latency("the same beside these", beside);
    }
    text
}

fn latency(what: &str, latency: &Latency) -> String {
    let ms = |us: u64| us as f64 / 1000.0;
    format!(
        "{what}: p50 {:.1} ms, p99 {:.1} ms of {} runs\n",
        ms(latency.p50_us),
        ms(latency.p99_us),
        latency.runs
    )
}
