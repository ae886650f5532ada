//! A conversation as a Jupyter notebook (nbformat 4.5) that runs from top to bottom under CPython.
//!
//! Questions and words are Markdown cells. A script that ran to its end is a code cell with what it printed and showed;
//! any other script, and one that was imported, is text. The notebook needs the tables beside it, works on copies of
//! them in a folder of its own, and says where a table is not the one that the answers read. It is one way through the
//! conversation: the one that ends with what was said last.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use glovebox_sdk::{Receipt, Table};
use serde_json::{Value, json};

use super::{
    generated::GeneratedFile,
    markdown,
    messages::{Message, Speaker},
    parts::{Part, RunOutcome},
    scripts,
};
use crate::ids::{GeneratedFileId, MessageId};

/// Bytes of a chart that goes into a notebook; of a larger one its description is left.
pub const IMAGE_MAX_BYTES: u64 = 8 << 20;

/// What is known of the conversation before the first cell is written.
#[derive(Default)]
pub struct Outline {
    parents: HashMap<MessageId, Option<MessageId>>,
    runs: HashMap<MessageId, Vec<Files>>,
    newest: Option<MessageId>,
}

/// The files of a run, by name and digest.
struct Files {
    read: Vec<(String, String)>,
    made: Vec<(String, String)>,
}

/// The messages that are in the notebook, and what their scripts read.
#[derive(Debug, Default)]
pub struct Way {
    messages: BTreeSet<MessageId>,
    /// Digests of each table, in the order in which they were read.
    tables: BTreeMap<String, Vec<String>>,
}

/// The bytes of charts, by their files.
pub type Images = HashMap<GeneratedFileId, Vec<u8>>;

impl Outline {
    /// Takes in the next message, in the order in which they were made.
    pub fn add(&mut self, message: &Message) {
        self.parents.insert(message.id, message.parent_id);
        self.newest = Some(message.id);
        let runs = runs(message).filter(|run| run.is_repeatable(message));
        let files = runs.filter_map(|run| Some((run.script, run.receipt?)));
        let files = files.map(|(script, receipt)| {
            let named = |file: &glovebox_sdk::FileDigest| (file.name.clone(), file.sha256.0.clone());
            let inputs = receipt.inputs.iter();
            Files {
                read: inputs
                    .filter(|input| scripts::may_read(script, &input.name))
                    .map(named)
                    .collect(),
                made: receipt.outputs.iter().map(named).collect(),
            }
        });
        self.runs.insert(message.id, files.collect());
    }

    /// The way that ends with the newest message.
    pub fn way(mut self) -> Way {
        let mut path = Vec::new();
        let mut at = self.newest;
        while let Some(id) = at {
            path.push(id);
            at = self.parents.remove(&id).flatten();
        }
        let mut way = Way::default();
        let mut made = BTreeSet::new();
        for id in path.into_iter().rev() {
            way.messages.insert(id);
            for files in self.runs.remove(&id).unwrap_or_default() {
                for (name, sha256) in files.read {
                    // What an earlier cell makes need not lie beside the notebook.
                    if made.contains(&(name.clone(), sha256.clone())) {
                        continue;
                    }
                    let versions = way.tables.entry(name).or_default();
                    versions.retain(|version| *version != sha256);
                    versions.push(sha256);
                }
                made.extend(files.made);
            }
        }
        way
    }
}

impl Way {
    pub fn has(&self, id: MessageId) -> bool {
        self.messages.contains(&id)
    }
}

/// What a notebook begins with, up to its first question.
pub fn head(title: &str, way: &Way) -> String {
    let mut text = markdown::heading(title);
    text.push_str(
        "Each answer's script is a code cell; it needs Python with pandas, polars and matplotlib. The scripts work on \
         copies of the tables in the folder `glovebox-notebook`, so nothing of yours is overwritten. A script that \
         asks for today's date, or draws random numbers in a newer version of a library, can give other figures than \
         the ones kept here.\n",
    );
    if !way.tables.is_empty() {
        text.push_str("\nThese files have to lie beside the notebook, as text in UTF-8 and unpacked:\n\n");
    }
    for (name, versions) in &way.tables {
        let note = match versions.len() {
            1 => "",
            _ => " (changed during the conversation: earlier answers come from older versions)",
        };
        let _ = writeln!(text, "- {}{note}", markdown::escaped(name));
    }
    let tables = serde_json::to_string(&way.tables).unwrap_or_default();
    let begin = SETUP.replace("{TABLES}", &tables);
    let cells = [markdown_cell("head", &text), code_cell("begin", &begin, &[])];
    format!("{{\"cells\":[{},{}", cells[0], cells[1])
}

/// What it ends with, behind its last cell.
pub fn foot() -> String {
    let metadata = json!({
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    });
    format!("],\"metadata\":{metadata},\"nbformat\":4,\"nbformat_minor\":5}}\n")
}

/// The cells of one message, each with a comma before it. `number` is its own, by which cells are named.
pub fn message(number: usize, message: &Message, images: &Images) -> String {
    let mut cells = Cells {
        number,
        count: 0,
        text: String::new(),
    };
    let who = match message.role {
        Speaker::User => "Question",
        Speaker::Assistant => "Answer",
    };
    let mut words = format!("## {who}\n\n");
    let runs: Vec<_> = runs(message).collect();
    let is_run = |id: &str| runs.iter().any(|run| run.id == id && run.is_repeatable(message));
    for part in &message.parts {
        match part {
            Part::Script { run_id, .. } if is_run(run_id) => {
                cells.markdown(&mut words);
                for run in runs.iter().filter(|run| run.id == run_id) {
                    cells.run(run, message, images);
                }
            }
            // The answer has the script, with what came of it.
            Part::Script { .. } if message.role == Speaker::User => {}
            Part::Output { run_id, .. }
            | Part::Table { run_id, .. }
            | Part::Chart { run_id, .. }
            | Part::Receipt { run_id, .. }
                if is_run(run_id) => {}
            part => markdown::part(&mut words, part, &message.generated_files),
        }
    }
    cells.markdown(&mut words);
    cells.text
}

/// The charts that the cells of a message need.
pub fn charts(message: &Message) -> impl Iterator<Item = &GeneratedFile> {
    let shown = |file: &&GeneratedFile| {
        message
            .parts
            .iter()
            .any(|part| matches!(part, Part::Chart { file_id, .. } if *file_id == file.id))
    };
    let fits = |file: &&GeneratedFile| {
        file.deleted_at.is_none() && file.media_type == "image/png" && file.bytes <= IMAGE_MAX_BYTES
    };
    message.generated_files.iter().filter(fits).filter(shown)
}

struct Cells {
    number: usize,
    count: usize,
    text: String,
}

impl Cells {
    fn id(&mut self) -> String {
        self.count += 1;
        format!("m{}-{}", self.number, self.count)
    }

    fn markdown(&mut self, words: &mut String) {
        if !words.trim().is_empty() {
            let id = self.id();
            self.text.push(',');
            self.text.push_str(&markdown_cell(&id, words));
        }
        words.clear();
    }

    fn run(&mut self, run: &Run, message: &Message, images: &Images) {
        let begin = run.receipt.map(begin).unwrap_or_default();
        let script = by_bare_names(run.script);
        // Only such an import has to come first.
        let source = if script.contains("from __future__") {
            let id = self.id();
            self.text.push(',');
            self.text.push_str(&code_cell(&id, &begin, &[]));
            script
        } else {
            format!("{begin}\n\n{script}")
        };
        let shown = message.parts.iter().filter(|part| part.run_id() == Some(run.id));
        let outputs: Vec<_> = shown.filter_map(|part| output(part, images)).collect();
        let id = self.id();
        self.text.push(',');
        self.text.push_str(&code_cell(&id, &source, &outputs));
    }
}

/// A script of an answer, with how it ended.
struct Run<'a> {
    id: &'a str,
    script: &'a str,
    outcome: Option<RunOutcome>,
    receipt: Option<&'a Receipt>,
}

impl Run<'_> {
    /// Nothing vouches for what was imported, and what raised would end the notebook.
    fn is_repeatable(&self, message: &Message) -> bool {
        message.role == Speaker::Assistant && !message.imported && self.outcome == Some(RunOutcome::Done)
    }
}

fn runs(message: &Message) -> impl Iterator<Item = Run<'_>> {
    message.parts.iter().filter_map(|part| {
        let Part::Script { run_id, script } = part else {
            return None;
        };
        let ended = message.parts.iter().find_map(|part| match part {
            Part::Receipt {
                run_id: of,
                outcome,
                receipt,
            } if of == run_id => Some((*outcome, receipt.as_ref())),
            _ => None,
        });
        Some(Run {
            id: run_id,
            script,
            outcome: ended.map(|(outcome, _)| outcome),
            receipt: ended.map(|(_, receipt)| receipt),
        })
    })
}

/// The call that puts the tables in place and sets what a script finds.
fn begin(receipt: &Receipt) -> String {
    if receipt.parameters.is_empty() {
        return format!("begin(seed={})", receipt.seed);
    }
    let parameters = serde_json::to_string(&receipt.parameters).unwrap_or_default();
    // A text in JSON is one in Python as well.
    let literal = Value::String(parameters).to_string();
    format!("begin(seed={}, params=json.loads({literal}))", receipt.seed)
}

/// The script as it reads and writes outside of the sandbox, where its two folders are the working folder.
fn by_bare_names(script: &str) -> String {
    let mut script = script.trim_start_matches('\u{feff}').to_owned();
    for quote in ['"', '\''] {
        for folder in ["/data", "/out"] {
            for whole in [format!("{quote}{folder}{quote}"), format!("{quote}{folder}/{quote}")] {
                script = script.replace(&whole, &format!("{quote}.{quote}"));
            }
            script = script.replace(&format!("{quote}{folder}/"), &quote.to_string());
        }
    }
    script
}

fn output(part: &Part, images: &Images) -> Option<Value> {
    let shown = |data: Value| json!({"output_type": "display_data", "data": data, "metadata": {}});
    match part {
        Part::Output { text, truncated, .. } => {
            let more = if *truncated { "[there was more output]\n" } else { "" };
            Some(json!({"output_type": "stream", "name": "stdout", "text": format!("{text}{more}")}))
        }
        Part::Table { table, .. } => Some(shown(json!({"text/html": html(table), "text/plain": plain(table)}))),
        Part::Chart {
            file_id, title, alt, ..
        } => {
            let said = format!("{title} {alt}");
            let mut data = json!({"text/plain": said.trim()});
            if let Some(image) = images.get(file_id) {
                data["image/png"] = BASE64_STANDARD.encode(image).into();
            }
            Some(shown(data))
        }
        _ => None,
    }
}

fn extent(table: &Table) -> String {
    match table.rows.len() as u64 {
        shown if shown < table.row_count => format!("first {shown} of {} rows", table.row_count),
        _ => format!("{} rows", table.row_count),
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn plain(table: &Table) -> String {
    let mut text: String = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect::<Vec<_>>()
        .join("\t");
    for row in &table.rows {
        text.push('\n');
        text.push_str(&row.iter().map(cell).collect::<Vec<_>>().join("\t"));
    }
    let _ = write!(text, "\n({})", extent(table));
    text
}

fn html(table: &Table) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut text = "<table><thead><tr>".to_owned();
    for column in &table.columns {
        let _ = write!(text, "<th>{}</th>", escaped(&column.name));
    }
    text.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        text.push_str("<tr>");
        for value in row {
            let _ = write!(text, "<td>{}</td>", escaped(&cell(value)));
        }
        text.push_str("</tr>");
    }
    let _ = write!(text, "</tbody></table><p>{}</p>", extent(table));
    text
}

fn markdown_cell(id: &str, source: &str) -> String {
    json!({"cell_type": "markdown", "id": id, "metadata": {}, "source": source.trim_end()}).to_string()
}

fn code_cell(id: &str, source: &str, outputs: &[Value]) -> String {
    let (source, execution_count) = (source.trim_end(), Value::Null);
    json!({"cell_type": "code", "id": id, "metadata": {}, "source": source, "outputs": outputs,
           "execution_count": execution_count})
    .to_string()
}

const SETUP: &str = include_str!("notebook.py");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_reads_and_writes_by_bare_names() {
        let check = |script, expected| assert_eq!(by_bare_names(script), expected);
        check("pl.read_csv('/data/sales.csv')", "pl.read_csv('sales.csv')");
        check("df.write_csv(f\"/out/{name}.csv\")", "df.write_csv(f\"{name}.csv\")");
        check(
            "os.listdir('/data'), os.listdir(\"/out/\")",
            "os.listdir('.'), os.listdir(\".\")",
        );
        check("get('http://x/data/a')", "get('http://x/data/a')");
        check("\u{feff}print(1)", "print(1)");
    }
}
