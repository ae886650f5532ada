//! The corpus: hostile scripts of the project's own making, each with the one outcome that it must have.
//!
//! A file of `host/tests/abuse` is a class, and `# case: NAME` begins a case of it. Below it stand `# expect: OUTCOME`
//! and, where the defaults do not fit, `# limits: NAME=N …`; everything else is the script. An outcome is one of
//!
//! - `prints TEXT`: the script ends, and has printed this and nothing else (a line break is written `\n`);
//! - `prints nothing`: the script ends, and has printed nothing;
//! - `prints N characters`: the script ends, and so much was kept of what it printed;
//! - `raises CLASS` or `raises CLASS: WORDS`: a Python exception whose message holds these words;
//! - `limit NAME`: this limit of `glovebox_sdk::Limits` stops it;
//! - `crash: WORDS`: the run dies by itself, and its report holds these words.

use glovebox_sdk::{Limits, Outcome};

/// The files of the corpus.
const CLASSES: [(&str, &str); CLASS_COUNT] = [
    ("cpu", include_str!("../../../tests/abuse/cpu.py")),
    ("memory", include_str!("../../../tests/abuse/memory.py")),
    ("deep", include_str!("../../../tests/abuse/deep.py")),
    ("output", include_str!("../../../tests/abuse/output.py")),
    ("files", include_str!("../../../tests/abuse/files.py")),
    ("time", include_str!("../../../tests/abuse/time.py")),
    ("interpreter", include_str!("../../../tests/abuse/interpreter.py")),
    ("forged", include_str!("../../../tests/abuse/forged.py")),
    ("native", include_str!("../../../tests/abuse/native.py")),
    ("polars", include_str!("../../../tests/abuse/polars.py")),
    ("data", include_str!("../../../tests/abuse/data.py")),
    ("processes", include_str!("../../../tests/abuse/processes.py")),
    ("replay", include_str!("../../../tests/abuse/replay.py")),
];

const CLASS_COUNT: usize = 13;

/// One hostile script.
#[derive(Clone, Debug)]
pub struct Case {
    pub class: &'static str,
    pub name: &'static str,
    pub script: String,
    pub expected: Expected,
    pub limits: Limits,
}

/// The one outcome that a case may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    Prints(String),
    PrintsCharacters(usize),
    Raises { class: String, words: String },
    Limit(String),
    Crash(String),
}

/// The names of all classes.
pub fn classes() -> impl Iterator<Item = &'static str> {
    CLASSES.iter().map(|(class, _)| *class)
}

/// All cases in the order of their files. Fails where a file of the corpus is not written as this module says.
pub fn all() -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for (class, text) in CLASSES {
        for part in text.split("# case: ").skip(1) {
            let name = part.lines().next().unwrap_or_default().trim();
            cases.push(case(class, name, part).map_err(|reason| format!("{class}/{name}: {reason}"))?);
        }
    }
    Ok(cases)
}

fn case(class: &'static str, name: &'static str, text: &'static str) -> Result<Case, String> {
    let (mut expected, mut limits, mut script) = (None, small_limits(), String::new());
    for line in text.lines().skip(1) {
        if let Some(outcome) = line.strip_prefix("# expect: ") {
            expected = Some(Expected::parse(outcome)?);
        } else if let Some(sizes) = line.strip_prefix("# limits: ") {
            for size in sizes.split_whitespace() {
                set(&mut limits, size)?;
            }
        } else {
            script.push_str(line);
            script.push('\n');
        }
    }
    Ok(Case {
        class,
        name,
        script,
        expected: expected.ok_or("it has no `# expect:`")?,
        limits,
    })
}

/// Small enough that all cases together take a minute or two, and that fifty at once fit on a small machine.
fn small_limits() -> Limits {
    Limits {
        fuel: 3_000_000_000,
        memory_bytes: 384 << 20,
        output_bytes: 4 << 20,
        output_file_bytes: 2 << 20,
        output_files: 40,
        ..Limits::default()
    }
}

fn set(limits: &mut Limits, size: &str) -> Result<(), String> {
    let (name, number) = size.split_once('=').ok_or("a limit is written NAME=N")?;
    let number: u64 = number.parse().map_err(|_| format!("{number} is not a number"))?;
    match name {
        "fuel" => limits.fuel = number,
        "wall_ms" => limits.wall_ms = number,
        "memory_mib" => limits.memory_bytes = number << 20,
        "stdout_bytes" => limits.stdout_bytes = number,
        "displayed_rows" => limits.displayed_rows = number,
        _ => return Err(format!("cases do not set the limit {name}")),
    }
    Ok(())
}

impl Expected {
    fn parse(text: &str) -> Result<Self, String> {
        let (kind, rest) = text.split_once(' ').ok_or("`# expect:` needs two words")?;
        let characters = rest.strip_suffix(" characters").and_then(|count| count.parse().ok());
        Ok(match (kind, characters) {
            ("prints", Some(count)) => Self::PrintsCharacters(count),
            ("prints", None) if rest == "nothing" => Self::Prints(String::new()),
            ("prints", None) => Self::Prints(rest.to_owned()),
            ("raises", _) => {
                let (class, words) = rest.split_once(": ").unwrap_or((rest, ""));
                Self::Raises {
                    class: class.to_owned(),
                    words: words.to_owned(),
                }
            }
            ("limit", _) => Self::Limit(rest.to_owned()),
            ("crash:", _) => Self::Crash(rest.to_owned()),
            _ => return Err(format!("there is no outcome {kind}")),
        })
    }

    /// Whether a run ended so.
    pub fn is(&self, outcome: &Outcome, printed: &str) -> bool {
        match (self, outcome) {
            (Self::Prints(text), Outcome::Done { .. }) => *text == one_line(printed),
            (Self::PrintsCharacters(count), Outcome::Done { .. }) => *count == printed.chars().count(),
            (Self::Raises { class, words }, Outcome::Fault(fault)) => {
                *class == fault.kind && fault.message.contains(words.as_str())
            }
            (Self::Limit(name), Outcome::Limit { limit, .. }) => name == limit.name(),
            (Self::Crash(words), Outcome::Crashed { message }) => message.contains(words.as_str()),
            _ => false,
        }
    }
}

/// An outcome in the words of `# expect:`, cut short.
pub fn told(outcome: &Outcome, printed: &str) -> String {
    let text = match outcome {
        Outcome::Done { .. } if printed.is_empty() => "prints nothing".to_owned(),
        Outcome::Done { .. } if printed.len() > 300 => format!("prints {} characters", printed.chars().count()),
        Outcome::Done { .. } => format!("prints {}", one_line(printed)),
        Outcome::Fault(fault) => format!("raises {}: {}", fault.kind, one_line(&fault.message)),
        Outcome::Limit { limit, .. } => format!("limit {}", limit.name()),
        Outcome::Stopped => "stopped".to_owned(),
        Outcome::Crashed { message } => format!("crash: {}", one_line(message)),
    };
    text.chars().take(300).collect()
}

fn one_line(text: &str) -> String {
    text.trim_end_matches('\n').replace('\n', "\\n")
}
