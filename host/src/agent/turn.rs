//! The course of a turn: write, run, tell, and again until there is an answer, a stop or a used-up budget.
//!
//! What ends a turn early travels as the error of its parts: an [`Ending`]. Whatever happens, the last event is told.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::{
    Agent, Budget, Ended, Ending, Event, Exchange, Failure, QueryRows, Totals, Turn, Writer,
    events::EventSender,
    prompt::Prompt,
    step::Reply,
    tool::{self, TOOL, Wanted},
};
use crate::{
    llm::{Finish, Message, ToolCall},
    sandbox::OutFolder,
};

/// The longest turn, so that adding it to an instant cannot overflow: 35 years.
const WALL_MAX_MS: u64 = 1 << 40;

/// What the model is told when it ends without a word, once a turn.
const SILENT: &str = "Nothing of that reached the person who asked. Answer the question now, in words.";
/// What it is told when it calls although it was told that no run is left, once a turn.
const NO_RUN_LEFT: &str = "No run is left for this question. Answer now from what you have, and say what is missing.";
const CUT_OFF: &str = "The call was cut off, since the reply had grown too long. Write a shorter script.";

/// A turn that goes on.
pub struct ActiveTurn {
    pub agent: Agent,
    pub turn: Turn,
    pub tell: EventSender,
    pub totals: Totals,
    /// What was written and found out, as the model is told it.
    pub messages: Vec<Message>,
    pub ran: Vec<Ran>,
    /// Files of this turn's runs by name, and who keeps them there.
    pub made: BTreeMap<String, (PathBuf, Arc<OutFolder>)>,
    /// The queries of this turn that gave rows, which stay on this machine with them.
    pub asked: Vec<Arc<QueryRows>>,
    /// Why the last query gave none.
    pub query_problem: Option<String>,
    /// Calls so far, those included that were refused.
    pub calls: u32,
    /// Units of fuel that count against the budget.
    pub fuel: u64,
    deadline: Instant,
    /// Calls in a row that failed.
    failures: u32,
    /// The budget that keeps the model from another run.
    reached: Option<Budget>,
    /// The model was told so and called nevertheless.
    refused: bool,
    nudged: bool,
}

/// A run as rules look at it.
pub struct Ran {
    pub script: String,
    pub succeeded: bool,
    pub output: String,
    pub files: Vec<String>,
    pub fault: Option<String>,
}

/// What ends a turn from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    Stop,
    WallMs,
}

/// Begins `turn`. Its events go to `tell`.
pub fn begin(agent: Agent, turn: Turn, tell: EventSender) {
    let (spare, question) = (tell.spare(), turn.question.clone());
    let deadline = Instant::now() + Duration::from_millis(agent.budgets.wall_ms.min(WALL_MAX_MS));
    let going = ActiveTurn {
        agent,
        turn,
        tell,
        totals: Totals {
            cost_micro_usd: Some(0),
            ..Totals::default()
        },
        messages: Vec::new(),
        ran: Vec::new(),
        made: BTreeMap::new(),
        asked: Vec::new(),
        query_problem: None,
        calls: 0,
        fuel: 0,
        deadline,
        failures: 0,
        reached: None,
        refused: false,
        nudged: false,
    };
    tokio::spawn(async move {
        if let Err(error) = tokio::spawn(going.go()).await {
            tracing::error!(%error, "a turn ended by a fault of ours");
            let ended = Ended {
                ending: Ending::Failed(Failure::Internal),
                totals: Totals::default(),
                exchange: Exchange {
                    question,
                    messages: Vec::new(),
                    pinned: false,
                },
            };
            let _ = spare.send(Event::Ended(Box::new(ended)));
        }
    });
}

impl ActiveTurn {
    async fn go(mut self) {
        let (Ok(ending) | Err(ending)) = self.steps().await;
        let ended = Ended {
            ending,
            totals: self.totals,
            exchange: Exchange {
                question: self.turn.question.clone(),
                messages: std::mem::take(&mut self.messages),
                pinned: false,
            },
        };
        self.tell.tell(Event::Ended(Box::new(ended)));
    }

    async fn steps(&mut self) -> Result<Ending, Ending> {
        let prompt = match &self.agent.writer {
            Writer::Model(model) => Some((model.clone(), Prompt::new(&self.turn, &self.agent.budgets))),
            Writer::Rules | Writer::Script(_) => None,
        };
        loop {
            self.caught_up().await?;
            self.totals.steps += 1;
            self.tell.tell(Event::StepBegun {
                step: self.totals.steps,
            });
            let said = match &prompt {
                Some((model, prompt)) => self.ask(model, prompt).await?,
                None => self.work_out().await?,
            };
            if said.calls.is_empty() {
                if let Some(ending) = self.last_word(&said) {
                    return Ok(ending);
                }
                continue;
            }
            for (call, tool_call) in said.calls {
                self.call(call, tool_call, said.finish).await?;
            }
            if matches!(self.agent.writer, Writer::Script(_)) {
                return Ok(Ending::Answered);
            }
        }
    }

    /// How the turn ends after a reply without a call; `None` where the model has to be asked again.
    fn last_word(&mut self, said: &Reply) -> Option<Ending> {
        if said.finish == Finish::Length {
            return Some(self.used_up(said.bound_by));
        }
        if said.silent {
            if self.nudged {
                return Some(Ending::Failed(Failure::NoAnswer));
            }
            self.nudged = true;
            self.messages.push(Message::User {
                text: SILENT.to_owned(),
            });
            return None;
        }
        Some(match self.reached {
            Some(budget) => self.used_up(budget),
            None => Ending::Answered,
        })
    }

    /// Does what the model calls for, or tells it why not.
    async fn call(&mut self, number: u32, tool_call: ToolCall, finish: Finish) -> Result<(), Ending> {
        let wanted = tool::wanted(&tool_call, self.turn.sources.is_some());
        if let Ok(Wanted::Script(script)) = &wanted {
            self.tell.tell(Event::Script {
                call: number,
                script: script.clone(),
            });
        }
        if let Some(budget) = self.spent() {
            self.reached = Some(budget);
            if self.refused {
                return Err(self.used_up(budget));
            }
            self.refused = true;
            self.refuse(number, tool_call.id, NO_RUN_LEFT.to_owned());
            return Ok(());
        }
        match wanted {
            Ok(Wanted::Script(script)) => self.run(number, tool_call.id, script).await,
            Ok(Wanted::Sql(sql)) => self.query(number, tool_call.id, sql).await,
            Ok(Wanted::Describe(describe)) => self.describe(tool_call.id, describe).await,
            Err(message) => {
                let cut_off = finish == Finish::Length && tool_call.name == TOOL;
                let message = if cut_off { CUT_OFF.to_owned() } else { message };
                let advice = self.count(false);
                self.refuse(number, tool_call.id, format!("{message}\n{advice}"));
                Ok(())
            }
        }
    }

    pub fn refuse(&mut self, call: u32, call_id: String, message: String) {
        self.messages.push(Message::ToolResult {
            call_id,
            text: message.clone(),
            failed: true,
        });
        self.tell.tell(Event::CallRefused { call, message });
    }

    /// Counts a call that is over, and answers what the model is told to do next.
    pub fn count(&mut self, succeeded: bool) -> &'static str {
        self.failures = if succeeded { 0 } else { self.failures + 1 };
        let spent = self.spent();
        if !succeeded {
            // What failed wants another run.
            self.reached = spent;
        }
        match (spent, succeeded) {
            (None, true) => "",
            (None, false) => "Mend it and call again.\n",
            (Some(_), _) => "That was the last run for this question. Answer now from what you have.\n",
        }
    }

    /// Whether a run failed just before.
    pub fn repairing(&self) -> bool {
        self.failures > 0
    }

    /// The budget that allows no other run.
    fn spent(&self) -> Option<Budget> {
        let budgets = &self.agent.budgets;
        if self.totals.runs >= budgets.runs {
            Some(Budget::Runs)
        } else if self.failures > budgets.repairs {
            Some(Budget::Repairs)
        } else if self.fuel >= budgets.fuel {
            Some(Budget::Fuel)
        } else {
            None
        }
    }

    /// The ending at `budget`.
    pub fn used_up(&self, budget: Budget) -> Ending {
        Ending::Budget {
            budget,
            size: budget.size(&self.agent.budgets),
        }
    }

    pub fn left_ms(&self) -> u64 {
        let left = self.deadline.saturating_duration_since(Instant::now());
        left.as_millis() as u64
    }

    /// Waits until the turn has to end.
    pub async fn halted(&self) -> Halt {
        tokio::select! {
            biased;
            () = self.turn.stop.cancelled() => Halt::Stop,
            () = self.tell.gone() => Halt::Stop,
            () = sleep_until(self.deadline) => Halt::WallMs,
        }
    }

    pub fn ended_by(&self, halt: Halt) -> Ending {
        match halt {
            Halt::Stop => Ending::Stopped,
            Halt::WallMs => self.used_up(Budget::WallMs),
        }
    }

    /// Waits until the follower has taken everything.
    async fn caught_up(&mut self) -> Result<(), Ending> {
        let stop = self.turn.stop.clone();
        let deadline = self.deadline;
        let halt = tokio::select! {
            biased;
            () = stop.cancelled() => Halt::Stop,
            () = self.tell.caught_up() => return Ok(()),
            () = sleep_until(deadline) => Halt::WallMs,
        };
        Err(self.ended_by(halt))
    }
}
