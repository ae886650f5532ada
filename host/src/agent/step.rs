//! One step's writing: a model's reply as it streams, or what the rules say, told as it comes.

use std::time::Instant;

use chrono::{DateTime, NaiveDate};
use serde_json::json;

use super::{
    Budget, Ending, Event, Failure, Totals, Writer,
    by_rules::Next,
    events::EventSender,
    history, notes,
    prompt::{self, Prompt},
    script_input::ScriptInput,
    tool::{SQL, Sql, TOOL},
    turn::ActiveTurn,
};
use crate::{
    llm::{self, Finish, Message, Model, ModelError, TokenUsage, ToolCall, Verbatim, cost_micro_usd},
    rules::{self, NextStep, Situation},
};

/// Bytes that a token of a reply can have at most on average, for servers that do not keep to the length they are told.
const REPLY_BYTES_A_TOKEN: usize = 16;
/// Tokens below which no reply is worth asking for.
const REPLY_MIN_TOKENS: u64 = 256;
/// Characters of one piece of what the rules say.
const PIECE_CHARS: usize = 48;

/// A step's writing that came to its end.
pub struct Reply {
    /// What to do, with the calls' numbers.
    pub calls: Vec<(u32, ToolCall)>,
    pub finish: Finish,
    /// What ended it where it was too long.
    pub bound_by: Budget,
    /// There is not a word and not a call.
    pub silent: bool,
}

/// A reply as far as it came.
#[derive(Default)]
struct PartialReply {
    text: String,
    open: Vec<Open>,
    calls: Vec<(u32, ToolCall)>,
    verbatim: Option<Verbatim>,
    finish: Option<Finish>,
    usage: TokenUsage,
    bytes: usize,
}

/// What the rules want done.
enum Wanted {
    Script(String),
    Sql(Sql),
}

/// A call that is being written.
struct Open {
    id: String,
    number: u32,
    script: Option<ScriptInput>,
}

impl ActiveTurn {
    /// Has the model write.
    pub async fn ask(&mut self, model: &Model, prompt: &Prompt) -> Result<Reply, Ending> {
        let budgets = &self.agent.budgets;
        let used = self.totals.usage.input_tokens + self.totals.usage.output_tokens;
        let mut request = prompt.request(&self.messages, budgets.reply_tokens);
        let left = budgets
            .model_tokens
            .saturating_sub(used)
            .saturating_sub(prompt::request_tokens(&request));
        let bound_by = if left < u64::from(budgets.reply_tokens) {
            Budget::ModelTokens
        } else {
            Budget::ReplyTokens
        };
        if bound_by == Budget::ModelTokens {
            if left < REPLY_MIN_TOKENS {
                return Err(self.used_up(bound_by));
            }
            request.max_output_tokens = left as u32;
        }
        let mut draft = PartialReply::default();
        let begun = Instant::now();
        let streamed = self.stream(model, &request, &mut draft).await;
        self.totals.model_ms += begun.elapsed().as_millis() as u64;
        self.account(model.name(), draft.usage);
        let PartialReply {
            text,
            calls,
            verbatim,
            finish,
            ..
        } = draft;
        let silent = text.trim().is_empty() && calls.is_empty();
        self.messages.push(Message::Assistant {
            text,
            calls: calls.iter().map(|(_, call)| call.clone()).collect(),
            verbatim: verbatim.filter(|_| streamed.is_ok()),
        });
        streamed?;
        Ok(Reply {
            calls,
            finish: finish.unwrap_or(Finish::End),
            bound_by,
            silent,
        })
    }

    async fn stream(&mut self, model: &Model, request: &llm::Request, draft: &mut PartialReply) -> Result<(), Ending> {
        let bytes_max = (request.max_output_tokens as usize).saturating_mul(REPLY_BYTES_A_TOKEN);
        let replied = tokio::select! {
            biased;
            halt = self.halted() => return Err(self.ended_by(halt)),
            replied = model.reply(request) => replied,
        };
        let mut reply = replied.map_err(failed)?;
        loop {
            let event = tokio::select! {
                biased;
                halt = self.halted() => return Err(self.ended_by(halt)),
                event = reply.next() => event,
            };
            let Some(event) = event else { return Ok(()) };
            let event = event.map_err(failed)?;
            if let llm::Event::Usage(usage) = &event {
                draft.usage = *usage;
                self.tell_used(model.name(), *usage);
            }
            draft.take(event, &mut self.tell, &mut self.calls);
            if draft.bytes > bytes_max {
                return Err(self.used_up(Budget::ReplyTokens));
            }
        }
    }

    /// What the turn has used if its current reply ends here.
    fn tell_used(&mut self, model: &str, usage: TokenUsage) {
        let totals = with_reply(self.totals, model, usage, self.today());
        self.tell.tell(Event::Used {
            usage: totals.usage,
            cost_micro_usd: totals.cost_micro_usd,
        });
    }

    fn account(&mut self, model: &str, usage: TokenUsage) {
        self.totals = with_reply(self.totals, model, usage, self.today());
    }

    fn today(&self) -> NaiveDate {
        let now = i64::try_from(self.turn.clock_unix_ms).ok();
        now.and_then(DateTime::from_timestamp_millis)
            .unwrap_or_default()
            .date_naive()
    }

    /// Has the rules write, or takes the script that was handed in.
    pub async fn work_out(&mut self) -> Result<Reply, Ending> {
        let (say, wanted) = match &self.agent.writer {
            Writer::Script(script) => (String::new(), Some(Wanted::Script(script.clone()))),
            Writer::Rules | Writer::Model(_) => match self.next_by_rules() {
                Next::Ask { say, sql } => (say, Some(Wanted::Sql(sql))),
                Next::Say(say) => (say, None),
                Next::Rules(NextStep::Run { say, script }) => (say, Some(Wanted::Script(script))),
                Next::Rules(NextStep::Say(say)) => {
                    let script = self
                        .ran
                        .iter()
                        .rev()
                        .find(|ran| ran.succeeded)
                        .map(|ran| ran.script.as_str());
                    let sources = script.map(|script| {
                        let asked = |name: &str| self.asked.iter().any(|rows| rows.name == name);
                        let mut tables = self.turn.tables.clone();
                        // Rows of a source are named with that.
                        tables.retain(|table| self.asked.is_empty() || asked(&table.name));
                        notes::of_answer(&tables, script) + &self.asked_notes(script)
                    });
                    (say + &sources.unwrap_or_default(), None)
                }
            },
        };
        let (mut text, mut calls) = (String::new(), Vec::new());
        let said = self.say_by_rules(&say, wanted.as_ref(), &mut text, &mut calls).await;
        let silent = text.trim().is_empty() && calls.is_empty();
        self.messages.push(Message::Assistant {
            text,
            calls: calls.iter().map(|(_, call): &(u32, ToolCall)| call.clone()).collect(),
            verbatim: None,
        });
        said?;
        Ok(Reply {
            finish: if calls.is_empty() { Finish::End } else { Finish::Calls },
            calls,
            bound_by: Budget::ReplyTokens,
            silent,
        })
    }

    fn next_by_rules(&self) -> Next {
        if let Some(next) = self.source_by_rules() {
            return next;
        }
        let question = self.question_by_rules();
        let earlier = history::scripts(&self.turn.history);
        let earlier: Vec<rules::Exchange<'_>> = earlier
            .iter()
            .map(|(question, script)| rules::Exchange {
                question,
                script: script.as_deref(),
            })
            .collect();
        // Rows that were asked for are what the question is about.
        let asked = |name: &str| self.asked.is_empty() || self.asked.iter().any(|rows| rows.name == name);
        let tables = self.turn.tables.iter().filter(|table| asked(&table.name));
        let tables = tables.map(|table| rules::NamedProfile {
            name: &table.name,
            profile: &table.profile,
        });
        let tables: Vec<_> = tables.collect();
        let files: Vec<Vec<&str>> = self
            .ran
            .iter()
            .map(|ran| ran.files.iter().map(String::as_str).collect())
            .collect();
        let runs: Vec<rules::Ran<'_>> = self
            .ran
            .iter()
            .zip(&files)
            .map(|(ran, files)| rules::Ran {
                script: &ran.script,
                succeeded: ran.succeeded,
                output: &ran.output,
                files,
                fault: ran.fault.as_deref(),
            })
            .collect();
        Next::Rules(rules::next(&Situation {
            question: &question,
            earlier: &earlier,
            tables: &tables,
            runs: &runs,
        }))
    }

    async fn say_by_rules(
        &mut self,
        say: &str,
        wanted: Option<&Wanted>,
        text: &mut String,
        calls: &mut Vec<(u32, ToolCall)>,
    ) -> Result<(), Ending> {
        for piece in pieces(say) {
            self.breathe().await?;
            text.push_str(piece);
            self.tell.tell(Event::Text(piece.to_owned()));
        }
        let Some(wanted) = wanted else { return Ok(()) };
        self.calls += 1;
        let call = self.calls;
        let (name, input) = match wanted {
            Wanted::Script(script) => {
                self.write_by_rules(call, script).await?;
                (TOOL, json!({ "script": script }))
            }
            Wanted::Sql(Sql { source, query, name }) => {
                (SQL, json!({ "source": source, "query": query, "name": name }))
            }
        };
        calls.push((
            call,
            ToolCall {
                id: format!("rules_{call}"),
                name: name.to_owned(),
                input: input.to_string(),
            },
        ));
        Ok(())
    }

    async fn write_by_rules(&mut self, call: u32, script: &str) -> Result<(), Ending> {
        self.tell.tell(Event::ScriptBegun { call });
        for line in script.split_inclusive('\n') {
            self.breathe().await?;
            self.tell.tell(Event::ScriptDelta {
                call,
                delta: line.to_owned(),
            });
        }
        Ok(())
    }

    /// Lets others work, and sees whether the turn has to end.
    async fn breathe(&self) -> Result<(), Ending> {
        tokio::task::yield_now().await;
        tokio::select! {
            biased;
            halt = self.halted() => Err(self.ended_by(halt)),
            () = std::future::ready(()) => Ok(()),
        }
    }
}

impl PartialReply {
    fn take(&mut self, event: llm::Event, tell: &mut EventSender, calls: &mut u32) {
        match event {
            llm::Event::Text(text) => {
                self.bytes += text.len();
                // Text with it can neither be kept in Postgres nor shown.
                let text = if text.contains('\0') {
                    text.replace('\0', "")
                } else {
                    text
                };
                self.text.push_str(&text);
                tell.tell(Event::Text(text));
            }
            llm::Event::CallBegun { id, name } => self.begin(id, &name, tell, calls),
            llm::Event::CallInput { id, delta } => {
                self.bytes += delta.len();
                let Some(open) = self.open.iter_mut().rev().find(|open| open.id == id) else {
                    return;
                };
                let more = open
                    .script
                    .as_mut()
                    .map(|script| script.feed(&delta))
                    .unwrap_or_default();
                if !more.is_empty() {
                    tell.tell(Event::ScriptDelta {
                        call: open.number,
                        delta: more,
                    });
                }
            }
            llm::Event::Call(call) => {
                if !self.open.iter().any(|open| open.id == call.id) {
                    self.begin(call.id.clone(), &call.name, tell, calls);
                }
                let at = self.open.iter().rposition(|open| open.id == call.id);
                if let Some(at) = at {
                    self.calls.push((self.open.remove(at).number, call));
                }
            }
            llm::Event::Verbatim(verbatim) => self.verbatim = Some(verbatim),
            llm::Event::Done(finish) => self.finish = Some(finish),
            llm::Event::Usage(_) => {}
        }
    }

    fn begin(&mut self, id: String, name: &str, tell: &mut EventSender, calls: &mut u32) {
        *calls += 1;
        let number = *calls;
        let script = (name == TOOL).then(ScriptInput::default);
        if script.is_some() {
            tell.tell(Event::ScriptBegun { call: number });
        }
        self.open.push(Open { id, number, script });
    }
}

fn failed(error: ModelError) -> Ending {
    Ending::Failed(Failure::Model(error))
}

/// `totals` and a reply. One reply of unknown price makes the whole unknown.
fn with_reply(totals: Totals, model: &str, usage: TokenUsage, today: NaiveDate) -> Totals {
    let cost = cost_micro_usd(model, &usage, today);
    Totals {
        usage: totals.usage.plus(usage),
        cost_micro_usd: totals
            .cost_micro_usd
            .zip(cost)
            .map(|(before, cost)| before.saturating_add(cost)),
        ..totals
    }
}

/// A text in pieces that end between words or lines.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let room = rest.char_indices().nth(PIECE_CHARS).map_or(rest.len(), |(at, _)| at);
        let end = match rest[room..].find([' ', '\n']) {
            Some(at) if room < rest.len() => room + at + 1,
            _ => rest.len(),
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_text_again() {
        let check = |text: &str, expected: usize| {
            assert_eq!(pieces(text).collect::<String>(), text);
            assert_eq!(pieces(text).count(), expected, "{text}");
        };
        check("", 0);
        check("Short.", 1);
        check(&"word ".repeat(30), 3);
        check(&"ä".repeat(100), 1);
    }

    #[test]
    fn a_reply_of_unknown_price_makes_the_sum_unknown() {
        let usage = TokenUsage {
            input_tokens: 1000,
            ..TokenUsage::default()
        };
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let add = |totals, model| with_reply(totals, model, usage, today);
        let nothing = Totals {
            cost_micro_usd: Some(0),
            ..Totals::default()
        };
        let known = add(nothing, "gpt-5");
        assert_eq!(known.cost_micro_usd, Some(1250));
        assert_eq!(add(known, "gpt-5").cost_micro_usd, Some(2500));
        assert_eq!(add(known, "qwen3").cost_micro_usd, None);
        assert_eq!(add(add(known, "qwen3"), "gpt-5").cost_micro_usd, None);
    }
}
