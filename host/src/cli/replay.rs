//! `glovebox replay`: runs a job again from its receipt and compares.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use glovebox_sdk::{FileDigest, Mode, Receipt};
use serde::{Deserialize, Serialize};

use super::{Exit, ReplayArgs, Usage, data, run, show, source::Source};
use crate::sandbox::{Task, sha256};

/// The receipt's name in an output folder.
const FILE_NAME: &str = "glovebox-receipt.json";

/// A receipt with the places of what it speaks of.
#[derive(Serialize, Deserialize)]
struct Kept {
    receipt: Receipt,
    /// None for a script that came by standard input.
    script: Option<PathBuf>,
    #[serde(default)]
    inputs: BTreeMap<String, PathBuf>,
}

/// Leaves the receipt in the output folder and answers its path.
pub fn write(out: &Path, receipt: &Receipt, script: &Path, inputs: &BTreeMap<String, PathBuf>) -> Result<PathBuf> {
    let script = if script == Path::new("-") {
        None
    } else {
        std::path::absolute(script).ok()
    };
    let kept = Kept {
        receipt: receipt.clone(),
        script,
        inputs: inputs.clone(),
    };
    let path = out.join(FILE_NAME);
    let json = serde_json::to_string_pretty(&kept).context("writing the receipt as JSON")?;
    std::fs::write(&path, json + "\n").with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}

/// Runs the receipt's job again and says whether it came out the same.
pub async fn replay(args: ReplayArgs) -> Result<Exit> {
    let kept = read(&args.receipt)?;
    let receipt = kept.receipt;
    let script = args
        .script
        .or(kept.script)
        .ok_or_else(|| Usage("the receipt does not say where its script is; give it with --script".to_owned()))?;
    let source = Source::read(&script)?;
    unchanged(
        "the script",
        &script,
        &receipt.script_sha256.0,
        &sha256(source.text.as_bytes()).0,
    )?;
    let inputs = if args.data.is_empty() {
        kept.inputs
    } else {
        data::inputs(&args.data)?
    };
    let inputs = receipt
        .inputs
        .iter()
        .map(|input| found(input, &inputs))
        .collect::<Result<Vec<_>, Usage>>()?;
    let task = Task {
        script_name: source.name,
        script: source.text,
        inputs,
        parameters: receipt.parameters.clone(),
        seed: receipt.seed,
        clock_unix_ms: receipt.clock_unix_ms,
        mode: Mode::Run,
        limits: receipt.limits.clone(),
    };
    let mut run = run::sandbox().await?.run(task).await.context("starting the replay")?;
    while run.next().await.is_some() {}
    let again = run.finish().await.context("finishing the replay")?.report.receipt;
    for (before, now) in receipt.inputs.iter().zip(&again.inputs) {
        unchanged("the input", Path::new(&before.name), &before.sha256.0, &now.sha256.0)?;
    }
    let differences = differences(&receipt, &again);
    if let Some(foreign) = foreign(&receipt, &again) {
        println!("{foreign}");
        if differences.is_empty() {
            println!("It ended, printed and wrote the same here: {}", show::receipt(&again));
        }
    } else if differences.is_empty() {
        println!("The same: {}", show::receipt(&again));
        return Ok(Exit::Done);
    }
    for difference in &differences {
        println!("{difference}");
    }
    Ok(Exit::Fault)
}

/// That another guest left the receipt, where it did.
fn foreign(before: &Receipt, now: &Receipt) -> Option<String> {
    (before.module_sha256 != now.module_sha256).then(|| {
        format!(
            "This receipt belongs to another guest: module {}, contract version {}; here it is {}, version {}. Only a \
             receipt's own guest repeats it byte for byte. Fuel is not compared.",
            before.module_sha256, before.version, now.module_sha256, now.version
        )
    })
}

fn read(path: &Path) -> Result<Kept, Usage> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Usage(format!("the receipt {} cannot be read: {error}", path.display())))?;
    serde_json::from_str(&text)
        .map_err(|error| Usage(format!("{} is no receipt of glovebox run: {error}", path.display())))
}

fn found(input: &FileDigest, inputs: &BTreeMap<String, PathBuf>) -> Result<(String, PathBuf), Usage> {
    let path = inputs.get(&input.name).filter(|path| path.is_file());
    path.map(|path| (input.name.clone(), path.clone())).ok_or_else(|| {
        Usage(format!(
            "the input {} is no longer there; say where it is with --data",
            input.name
        ))
    })
}

fn unchanged(what: &str, path: &Path, before: &str, now: &str) -> Result<(), Usage> {
    if before == now {
        return Ok(());
    }
    Err(Usage(format!(
        "{what} {} has changed since: its SHA-256 was {before} and is {now}",
        path.display()
    )))
}

/// What differs, a line each.
fn differences(before: &Receipt, again: &Receipt) -> Vec<String> {
    let mut lines = Vec::new();
    let mut compare = |what: &str, before: String, now: String| {
        if before != now {
            lines.push(format!("{what} differs: {before}, now {now}"));
        }
    };
    compare("the outcome", before.outcome.clone(), again.outcome.clone());
    // A killed worker tells no fuel, so there is nothing to compare with; another guest's has no meaning here.
    if let (Some(then), Some(now)) = (before.fuel_used, again.fuel_used)
        && before.module_sha256 == again.module_sha256
    {
        compare("fuel", then.to_string(), now.to_string());
    }
    compare(
        "printed text",
        before.stdout_sha256.to_string(),
        again.stdout_sha256.to_string(),
    );
    let outputs = |receipt: &Receipt| -> BTreeMap<String, String> {
        receipt
            .outputs
            .iter()
            .map(|file| (file.name.clone(), file.sha256.to_string()))
            .collect()
    };
    let (before, now) = (outputs(before), outputs(again));
    for name in before
        .keys()
        .chain(now.keys().filter(|name| !before.contains_key(*name)))
    {
        let digest =
            |outputs: &BTreeMap<String, String>| outputs.get(name).cloned().unwrap_or_else(|| "absent".to_owned());
        compare(name, digest(&before), digest(&now));
    }
    lines
}
