//! One script in the sandbox: begun, followed, stopped where the turn ends, and told to whoever wrote it.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Instant};

use glovebox_sdk::{Limits, Mode, Outcome};

use super::{
    Budget, Ending, Event, Failure, RunEnded,
    tool_result::{self, Seen},
    turn::{ActiveTurn, Ran},
};
use crate::{
    llm::Message,
    sandbox::{Finished, Task},
};

/// How tracebacks name the script.
const SCRIPT_NAME: &str = "script.py";

/// Units of fuel that the quickest code uses in a microsecond.
const FUEL_PER_US: u64 = 10_000;

impl ActiveTurn {
    /// Runs `script` for the model's call `call_id`, the `call`th of the turn.
    pub async fn run(&mut self, call: u32, call_id: String, script: String) -> Result<(), Ending> {
        self.totals.runs += 1;
        self.totals.repairs += u32::from(self.repairing());
        let limits = self.limits();
        let task = Task {
            inputs: self.inputs().into_iter().collect(),
            seed: self.turn.seed,
            clock_unix_ms: self.turn.clock_unix_ms,
            mode: Mode::Run,
            limits: limits.clone(),
            ..Task::new(SCRIPT_NAME, script.as_str())
        };
        self.tell.tell(Event::RunBegun { call });
        let mut seen = Seen::default();
        let begun = Instant::now();
        let followed = self.follow(call, task, &mut seen).await;
        self.totals.sandbox_ms += begun.elapsed().as_millis() as u64;
        let (Finished { report, out }, halt) = followed?;
        let fuel = report.receipt.fuel_used;
        // One that was cut short has no reading, and counts by its time.
        let at_most = report.receipt.wall_us.saturating_mul(FUEL_PER_US).min(limits.fuel);
        self.totals.fuel = self.totals.fuel.saturating_add(fuel.unwrap_or(at_most));
        // A worker that had to be killed counts as if it had taken all that it might.
        self.fuel = self.fuel.saturating_add(fuel.unwrap_or(limits.fuel));
        let out = Arc::new(out);
        let folder = out.path();
        for artifact in &report.artifacts {
            if can_be_input(&artifact.name) {
                let path = folder.join(&artifact.name);
                self.made.insert(artifact.name.clone(), (path, Arc::clone(&out)));
            }
        }
        let succeeded = matches!(report.outcome, Outcome::Done { .. });
        let mut text = seen.told(&script, &report);
        let advice = self.count(succeeded);
        text.push_str(if halt.is_some() { "" } else { advice });
        self.messages.push(Message::ToolResult {
            call_id,
            text,
            failed: !succeeded,
        });
        self.ran.push(Ran {
            succeeded,
            files: report.artifacts.iter().map(|artifact| artifact.name.clone()).collect(),
            fault: fault(&report.outcome),
            output: seen.into_output(&report.outcome),
            script,
        });
        let ended = Box::new(RunEnded { report, out });
        self.tell.tell(Event::RunEnded { call, ended });
        match halt {
            Some(ending) => Err(ending),
            None => Ok(()),
        }
    }

    /// The run, and how the turn has to end where it was stopped.
    async fn follow(&mut self, call: u32, task: Task, seen: &mut Seen) -> Result<(Finished, Option<Ending>), Ending> {
        let broken = |error: anyhow::Error| {
            tracing::error!(error = format!("{error:#}"), "a script could not be run");
            Ending::Failed(Failure::Sandbox)
        };
        let sandbox = self.agent.sandbox.clone();
        let begun = tokio::select! {
            biased;
            halt = self.halted() => return Err(self.ended_by(halt)),
            begun = sandbox.run(task) => begun,
        };
        let mut run = begun.map_err(broken)?;
        let stopper = run.stopper();
        let mut halt = None;
        loop {
            let event = tokio::select! {
                biased;
                found = self.halted(), if halt.is_none() => {
                    halt = Some(self.ended_by(found));
                    stopper.stop();
                    continue;
                }
                event = run.next() => event,
            };
            let Some(event) = event else { break };
            seen.take(&event);
            self.tell.tell(Event::Run { call, event });
        }
        let finished = run.finish().await.map_err(broken)?;
        Ok((finished, halt))
    }

    /// A run's own limits, within what is left of the turn.
    fn limits(&self) -> Limits {
        let limits = &self.agent.budgets.run;
        let fuel = Budget::Fuel.size(&self.agent.budgets).saturating_sub(self.fuel);
        Limits {
            fuel: limits.fuel.min(fuel),
            wall_ms: limits.wall_ms.min(self.left_ms().max(1)),
            ..limits.clone()
        }
    }

    /// What the script may read: the tables, and what scripts have made, where no table has its name.
    fn inputs(&self) -> BTreeMap<String, PathBuf> {
        let earlier = self.turn.files.iter().filter(|file| can_be_input(&file.name));
        let earlier = earlier.map(|file| (file.name.clone(), file.path.clone()));
        let made = self.made.iter().map(|(name, (path, _))| (name.clone(), path.clone()));
        let tables = self
            .turn
            .tables
            .iter()
            .map(|table| (table.name.clone(), table.path.clone()));
        earlier.chain(made).chain(tables).collect()
    }
}

/// Whether a script can read it by its name: inputs have no folders.
fn can_be_input(name: &str) -> bool {
    !name.contains('/')
}

fn fault(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Done { .. } => None,
        Outcome::Fault(fault) => Some(tool_result::fault_line(fault)),
        Outcome::Limit { message, .. } | Outcome::Crashed { message } => Some(message.clone()),
        Outcome::Stopped => Some("it was stopped".to_owned()),
    }
}
