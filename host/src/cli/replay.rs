//! `glovebox replay`: runs a job again from its receipt and compares.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use glovebox_sdk::{CONTRACT_VERSION, Digest, FileDigest, LimitKind, Limits, Mode, Receipt};
use serde::{Deserialize, Serialize};

use super::{
    Exit, LimitArgs, ReplayArgs, UsageError, data,
    out_folder::OutFolder,
    run, show,
    signals::Signals,
    source::{Source, read_text},
};
use crate::sandbox::{Layers, Task, sha256};

/// A receipt with the places of what it speaks of.
#[derive(Serialize, Deserialize)]
struct Record {
    receipt: Receipt,
    /// None for a script that came by standard input.
    script: Option<PathBuf>,
    #[serde(default)]
    inputs: BTreeMap<String, PathBuf>,
    /// What protected the machine from the script.
    #[serde(default)]
    layers: Option<Layers>,
    /// What commands have left in the folder, by place: the next one may replace it.
    #[serde(default)]
    kept: BTreeMap<String, Digest>,
}

/// Leaves the receipt in the output folder and answers its path. A script that is no file is `-`, or none.
pub fn write(
    out: &mut OutFolder,
    receipt: &Receipt,
    layers: &Layers,
    script: Option<&Path>,
    inputs: &BTreeMap<String, PathBuf>,
) -> Result<PathBuf> {
    let script = script.filter(|script| *script != Path::new("-"));
    let kept = Record {
        receipt: receipt.clone(),
        script: script.and_then(|script| std::path::absolute(script).ok()),
        inputs: inputs.clone(),
        layers: Some(layers.clone()),
        kept: out.left(),
    };
    let json = serde_json::to_string_pretty(&kept).context("writing the receipt as JSON")?;
    out.keep_receipt(&(json + "\n")).context("keeping the receipt")
}

/// Runs the receipt's job again and says whether it came out the same.
pub async fn replay(args: ReplayArgs) -> Result<Exit> {
    let kept = read(&args.receipt)?;
    let receipt = kept.receipt;
    may_be_repeated(&receipt, &args.limits)?;
    let script = args
        .script
        .or(kept.script)
        .ok_or_else(|| UsageError("the receipt does not say where its script is; give it with --script".to_owned()))?;
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
        .collect::<Result<Vec<_>, UsageError>>()?;
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
    let Some((mut run, _)) = run::begin(task, Signals::listen()?).await? else {
        return Ok(Exit::Stopped);
    };
    while run.next().await.is_some() {}
    let again = run.finish().await.context("finishing the replay")?.report.receipt;
    for (before, now) in receipt.inputs.iter().zip(&again.inputs) {
        unchanged("the input", Path::new(&before.name), &before.sha256.0, &now.sha256.0)?;
    }
    if again.outcome == "stopped" && receipt.outcome != "stopped" {
        return Ok(Exit::Stopped);
    }
    let differences = differences(&receipt, &again);
    if let Some(foreign) = foreign(&receipt, &again) {
        println!("{}", show::plain(&foreign));
        if differences.is_empty() {
            println!("It ended, printed and wrote the same here: {}", show::receipt(&again));
        }
    } else if differences.is_empty() {
        println!("The same: {}", show::receipt(&again));
        return Ok(Exit::Done);
    }
    for difference in &differences {
        println!("{}", show::plain(difference));
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

/// Bytes of a receipt that are read.
const RECEIPT_MAX_BYTES: u64 = 16 << 20;

fn read(path: &Path) -> Result<Record, UsageError> {
    let text = read_text(path, RECEIPT_MAX_BYTES)
        .map_err(|error| UsageError(format!("the receipt {} cannot be read: {error}", path.display())))?;
    serde_json::from_str(&text)
        .map_err(|error| UsageError(format!("{} is no receipt of glovebox run: {error}", path.display())))
}

/// Whether the receipt is one that a run of this program can have left, and asks for no more than a run may have: its
/// writer may be anybody.
fn may_be_repeated(receipt: &Receipt, allowed: &LimitArgs) -> Result<(), UsageError> {
    let measured = receipt.fuel_used.is_some() || !matches!(receipt.outcome.as_str(), "done" | "fault");
    if receipt.version == 0 || receipt.version > CONTRACT_VERSION || !measured {
        return Err(UsageError(format!(
            "the receipt is damaged or from a newer version of glovebox: it names contract version {} and fuel {}",
            receipt.version,
            receipt
                .fuel_used
                .map_or_else(|| "unknown".to_owned(), |fuel| fuel.to_string()),
        )));
    }
    let digested: u64 = receipt.inputs.iter().map(|input| input.bytes).sum();
    if digested != receipt.input_bytes {
        return Err(UsageError(
            "the receipt does not name all of its inputs, since its run ended before they were read; run the script again"
                .to_owned(),
        ));
    }
    let allowed = allowed.limits();
    for (kind, flag) in KINDS {
        let (asked, allowed) = (kind.size(&receipt.limits), kind.size(&allowed));
        if asked > allowed {
            let advice = flag.map_or_else(String::new, |(flag, unit)| {
                format!("; if you trust it, allow it by {flag} {}", asked.div_ceil(unit))
            });
            let name = kind.name();
            return Err(UsageError(format!(
                "the receipt asks for {name} {asked}, more than {allowed}{advice}"
            )));
        }
    }
    let text_bytes = (receipt.limits.stdout_bytes, Limits::default().stdout_bytes);
    let rows = (receipt.limits.displayed_rows, allowed.displayed_rows);
    for (name, (asked, allowed), advice) in [
        ("stdout_bytes", text_bytes, ""),
        ("displayed_rows", rows, "; allow it by --rows"),
    ] {
        if asked > allowed {
            return Err(UsageError(format!(
                "the receipt asks for {name} {asked}, more than {allowed}{advice}"
            )));
        }
    }
    Ok(())
}

/// Every limit that ends a run, and the flag that raises it, in units of so much.
const KINDS: [(LimitKind, Option<(&str, u64)>); 10] = [
    (LimitKind::Fuel, Some(("--fuel", 1))),
    (LimitKind::WallMs, Some(("--timeout-ms", 1))),
    (LimitKind::MemoryBytes, Some(("--memory-mib", 1 << 20))),
    (LimitKind::TableElements, None),
    (LimitKind::OutputBytes, None),
    (LimitKind::OutputFiles, None),
    (LimitKind::OutputFileBytes, None),
    (LimitKind::PathDepth, None),
    (LimitKind::NameBytes, None),
    (LimitKind::InputBytes, None),
];

fn found(input: &FileDigest, inputs: &BTreeMap<String, PathBuf>) -> Result<(String, PathBuf), UsageError> {
    let path = inputs.get(&input.name).filter(|path| path.is_file());
    path.map(|path| (input.name.clone(), path.clone())).ok_or_else(|| {
        UsageError(format!(
            "the input {} is no longer there; say where it is with --data",
            input.name
        ))
    })
}

fn unchanged(what: &str, path: &Path, before: &str, now: &str) -> Result<(), UsageError> {
    if before == now {
        return Ok(());
    }
    Err(UsageError(format!(
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
    if before.module_sha256 == again.module_sha256 {
        compare(
            "the contract version",
            before.version.to_string(),
            again.version.to_string(),
        );
    }
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
