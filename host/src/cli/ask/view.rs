//! How a turn looks in a terminal: the answer's Markdown as it comes, tables as grids, and on standard error what is
//! going on.
//!
//! Texts from models, files and scripts move no cursor: their control characters are left out.

use std::{
    io::{IsTerminal, Write, stderr, stdout},
    time::{Duration, Instant},
};

use glovebox_sdk::{Event as RunEvent, Outcome};
use indicatif::{ProgressBar, ProgressStyle};

use super::super::{
    out_folder::{self, KeptFile},
    run::columns,
    show::{self, plain as clean},
};
use crate::agent::{Ended, Ending, Event, RunEnded};

/// One turn.
pub struct Progress {
    show_script: bool,
    begun: Instant,
    bar: Option<ProgressBar>,
    /// What stands last on standard output.
    at: At,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    /// In the answer's text, at the beginning of a line or within one.
    Text {
        line_begun: bool,
    },
    /// In a block of what a script printed.
    Printed {
        line_begun: bool,
    },
    /// After a block.
    Block,
}

impl Progress {
    pub fn new(show_script: bool) -> Self {
        Self {
            show_script,
            begun: Instant::now(),
            bar: None,
            at: At::Start,
        }
    }

    pub fn take(&mut self, event: &Event) {
        match event {
            Event::StepBegun { .. } => self.going_on("thinking…"),
            Event::Text(text) => self.text(text),
            Event::ScriptBegun { .. } => self.going_on("writing a script…"),
            Event::Script { script, .. } if self.show_script => {
                self.block(&format!("```python\n{}\n```", clean(script.trim_end())));
            }
            Event::CallRefused { message, .. } if self.show_script => {
                self.block(&format!("> {}", clean(message.trim())));
            }
            Event::RunBegun { .. } => self.going_on("running…"),
            Event::Run { event, .. } => self.run(event),
            Event::RunEnded { ended, .. } => self.run_ended(ended),
            Event::ScriptDelta { .. }
            | Event::Script { .. }
            | Event::CallRefused { .. }
            | Event::QueryBegun { .. }
            | Event::QueryEnded { .. }
            | Event::Used { .. }
            | Event::Ended(_) => {}
        }
    }

    /// The files, and how it ended where it has no answer.
    pub fn over(mut self, ended: &Ended, files: &[KeptFile]) {
        self.calm();
        self.close();
        let listed = out_folder::list(files);
        if !listed.is_empty() {
            self.block(listed.trim_end_matches('\n'));
        }
        for note in out_folder::notes(files) {
            eprintln!("{note}");
        }
        if ended.ending != Ending::Answered {
            eprintln!("glovebox: {}", clean(&ended.ending.to_string()));
        }
        if stderr().is_terminal() {
            eprintln!("{}", footnote(ended, self.begun.elapsed()));
        }
    }

    fn run(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Output { text, .. } if self.show_script => {
                if !matches!(self.at, At::Printed { .. }) {
                    self.block("```text");
                }
                let text = clean(text);
                put(&text);
                self.at = At::Printed {
                    line_begun: !text.ends_with('\n'),
                };
            }
            RunEvent::Table(table) => self.block(&show::table(table, show::TERMINAL_ROWS, columns())),
            RunEvent::Progress { done, total, label } => {
                let percent = show::percent(*done, *total);
                self.going_on(&format!("{} {percent}%", clean(label)));
            }
            RunEvent::Output { .. } | RunEvent::Chart { .. } => {}
        }
    }

    fn run_ended(&mut self, ended: &RunEnded) {
        let failed = !matches!(ended.report.outcome, Outcome::Done { .. } | Outcome::Stopped);
        if self.show_script
            && failed
            && let Some(ending) = show::ending(&ended.report.outcome)
        {
            self.block(&format!("```text\n{}\n```", clean(&ending)));
        }
        self.calm();
        self.close();
    }

    fn text(&mut self, text: &str) {
        let text = clean(text);
        let in_text = matches!(self.at, At::Text { .. });
        let text = if in_text { text.as_str() } else { text.trim_start() };
        if text.is_empty() {
            return;
        }
        self.calm();
        if !in_text {
            self.separate();
        }
        put(text);
        self.at = At::Text {
            line_begun: !text.ends_with('\n'),
        };
    }

    /// Puts out lines that stand for themselves.
    fn block(&mut self, lines: &str) {
        self.calm();
        self.separate();
        put(lines);
        put("\n");
        self.at = At::Block;
    }

    /// Ends what stands last, and leaves a line free after it.
    fn separate(&mut self) {
        self.close();
        if self.at != At::Start {
            put("\n");
        }
    }

    /// Ends what stands last.
    fn close(&mut self) {
        match self.at {
            At::Text { line_begun: true } => put("\n"),
            At::Printed { line_begun } => put(if line_begun { "\n```\n" } else { "```\n" }),
            At::Text { .. } | At::Block => {}
            At::Start => return,
        }
        self.at = At::Block;
    }

    /// Says on standard error what is going on.
    fn going_on(&mut self, what: &str) {
        if !stderr().is_terminal() {
            return;
        }
        self.calm();
        if matches!(
            self.at,
            At::Text { line_begun: true } | At::Printed { line_begun: true }
        ) {
            // It would be written over the line.
            self.close();
        }
        let bar = ProgressBar::new_spinner();
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed_precise_s}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner()).with_key(
            "elapsed_precise_s",
            |state: &indicatif::ProgressState, to: &mut dyn std::fmt::Write| {
                let _ = write!(to, "{:.1} s", state.elapsed().as_secs_f64());
            },
        );
        bar.set_style(style);
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        self.bar = Some(bar);
    }

    fn calm(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// What it took, in a line.
fn footnote(ended: &Ended, took: Duration) -> String {
    let totals = &ended.totals;
    let mut parts = vec![show::duration(took)];
    parts.push(match totals.runs {
        1 => "1 run".to_owned(),
        runs => format!("{runs} runs"),
    });
    let tokens = totals.usage.input_tokens + totals.usage.output_tokens;
    if tokens > 0 {
        parts.push(format!("{} tokens", show::count(tokens)));
    }
    if let Some(cost) = totals.cost_micro_usd.filter(|cost| *cost > 0) {
        parts.push(format!("${:.4}", cost as f64 / 1e6));
    }
    parts.join(" · ")
}

/// A reader that stops reading (`| head`) is no reason to fail.
fn put(text: &str) {
    let _ = stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush());
}
