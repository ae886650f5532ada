//! The tools that servers have in common: their descriptions, what they take, and how results are told to a model.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use glovebox_sdk::{Limits, Mode, Outcome, Receipt, Table};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    sandbox::{Sandbox, Task},
    show,
};

/// Rows of a table that a model is shown where it asks for no other number.
pub const ROWS_DEFAULT: u64 = 20;
/// Rows of a shown table at most.
pub const ROWS_MAX: u64 = 500;
/// Images that one result has, and bytes of each.
pub const IMAGES_MAX: usize = 8;
pub const IMAGE_MAX_BYTES: u64 = 2 << 20;
/// Characters across, for tables.
const COLUMNS: u16 = 160;
/// A model's number for memory is in these.
const MIB: u64 = 1 << 20;

/// What a tool does to the world.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only looks.
    Reads,
    /// It uses what is counted, or adds something; it destroys nothing.
    Works,
    /// The same, and others are asked: a model, a database.
    AsksOthers,
}

/// A tool that takes an object of `properties`.
pub fn tool(
    name: &'static str,
    description: impl Into<String>,
    properties: Value,
    required: &[&str],
    effect: Effect,
) -> Tool {
    let schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    let schema = match schema {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    };
    let hints = ToolAnnotations::new()
        .read_only(effect == Effect::Reads)
        .destructive(false)
        .open_world(effect == Effect::AsksOthers);
    Tool::new(name, description.into(), schema).with_annotations(hints)
}

/// `check_script`.
pub fn check_tool() -> Tool {
    let script = json!({ "type": "string", "description": "Python source text." });
    tool(
        "check_script",
        "Compiles a Python script without running it, and tells its syntax error.",
        json!({ "script": script }),
        &["script"],
        Effect::Reads,
    )
}

/// `read_rows`.
pub fn rows_tool(named_by: &str) -> Tool {
    let rows = json!({
        "file": { "type": "string", "description": format!("A file's name, as {named_by} tells it.") },
        "offset": { "type": "integer", "minimum": 0, "description": "The first row, from 0." },
        "limit": { "type": "integer", "minimum": 1, "maximum": ROWS_MAX, "description": "How many; 20 unless given." },
    });
    tool(
        "read_rows",
        "Reads rows of a table as the text that stands in it.",
        rows,
        &["file"],
        Effect::Reads,
    )
}

/// `run_script`; `kept` says what becomes of its files, `base` is what a run may use.
pub fn run_tool(kept: &str, base: &Limits) -> Tool {
    let description = format!(
        "Runs a Python script on the files in a sandbox without a network. Tells what it printed and the tables that it \
         showed, with charts as images, {kept}, and the error with its line and a hint. A run may use up to {} units of \
         fuel (about one a WebAssembly instruction), {} MiB of memory and {} seconds.",
        show::count(base.fuel),
        base.memory_bytes / MIB,
        base.wall_ms / 1_000,
    );
    let limits = json!({
        "type": "object",
        "description": "Less than a run may use.",
        "properties": {
            "fuel": { "type": "integer", "minimum": 1, "maximum": base.fuel },
            "memory_mib": { "type": "integer", "minimum": 1, "maximum": base.memory_bytes / MIB },
            "timeout_ms": { "type": "integer", "minimum": 1, "maximum": base.wall_ms },
            "rows": { "type": "integer", "minimum": 1, "maximum": ROWS_MAX, "description": "Rows of a shown table." },
        },
        "additionalProperties": false,
    });
    let files = "Names of the files that it reads; the tables unless given.";
    let properties = json!({
        "script": { "type": "string", "description": "Python source text." },
        "parameters": { "type": "object", "description": "What the script finds in the global params." },
        "seed": { "type": "integer", "minimum": 0, "description": "Seeds everything random." },
        "limits": limits,
        "files": { "type": "array", "items": { "type": "string" }, "description": files },
    });
    tool("run_script", description, properties, &["script"], Effect::Works)
}

/// What `read_rows` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsArguments {
    pub file: String,
    #[serde(default)]
    pub offset: u64,
    pub limit: Option<u64>,
}

/// What `check_script` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckArguments {
    pub script: String,
}

/// What `run_script` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunArguments {
    pub script: String,
    #[serde(default)]
    pub parameters: BTreeMap<String, Value>,
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub limits: LimitArguments,
    /// Those that it reads.
    pub files: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitArguments {
    fuel: Option<u64>,
    memory_mib: Option<u64>,
    timeout_ms: Option<u64>,
    rows: Option<u64>,
}

impl LimitArguments {
    /// Those of `base`, or less.
    pub fn limits(&self, base: Limits) -> Result<Limits> {
        let mut limits = Limits {
            displayed_rows: ROWS_MAX,
            ..base
        };
        let memory = self.memory_mib.map(|mib| mib.saturating_mul(MIB));
        let rows = Some(self.rows.unwrap_or(ROWS_DEFAULT));
        let asked = [
            ("fuel", &mut limits.fuel, self.fuel),
            ("memory_mib", &mut limits.memory_bytes, memory),
            ("timeout_ms", &mut limits.wall_ms, self.timeout_ms),
            ("rows", &mut limits.displayed_rows, rows),
        ];
        for (name, limit, wanted) in asked {
            let Some(wanted) = wanted else { continue };
            if wanted == 0 || wanted > *limit {
                let most = if name == "memory_mib" { *limit / MIB } else { *limit };
                bail!("limits.{name}: choose from 1 to {most}");
            }
            *limit = wanted;
        }
        Ok(limits)
    }
}

/// The arguments of a call.
pub fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T> {
    serde_json::from_value(Value::Object(arguments)).context("the arguments are not valid")
}

/// A result as text for a model, and as data.
pub fn told(text: String, json: Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(json);
    result
}

/// Does what `check_script` does.
pub async fn check_script(sandbox: &Sandbox, script: String) -> Result<CallToolResult> {
    let mut task = Task::new("script.py", script);
    task.mode = Mode::Check;
    let mut checking = sandbox.run(task).await.context("starting the check")?;
    while checking.next().await.is_some() {}
    let outcome = checking.finish().await.context("finishing the check")?.report.outcome;
    let text = match &outcome {
        Outcome::Done { .. } => "It compiles.".to_owned(),
        other => show::ending(other).unwrap_or_default(),
    };
    let mut result = told(text, serde_json::to_value(&outcome).context("writing an outcome")?);
    result.is_error = Some(!matches!(outcome, Outcome::Done { .. }));
    Ok(result)
}

/// What a model reads of a run: `json` has what it printed and showed, `files` tells what it left.
pub fn run_text(json: &Value, ending: Option<String>, receipt: &Receipt, files: Option<String>) -> String {
    let mut parts = Vec::new();
    let mut text = |part: &Value| parts.extend(part.as_str().filter(|text| !text.is_empty()).map(str::to_owned));
    text(&json["stdout"]);
    text(&json["stderr"]);
    let tables: Vec<Table> = serde_json::from_value(json["tables"].clone()).unwrap_or_default();
    parts.extend(tables.iter().map(table_text));
    if tables.is_empty() {
        parts.extend(json["result"].as_str().map(str::to_owned));
    }
    parts.extend(ending);
    parts.extend(files);
    parts.push(show::receipt(receipt));
    parts.join("\n")
}

/// A table as a model reads it.
pub fn table_text(table: &Table) -> String {
    show::table(table, ROWS_MAX as usize, Some(COLUMNS))
}
