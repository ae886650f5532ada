//! Who answers a turn, found when the turn begins: the rules, or a model whose key is unsealed here and nowhere else.

use super::{lease::Lease, spending, work::TurnWorker};
use crate::{
    agent::{Agent, Budgets, Writer},
    error::{Error, Result},
    llm::Model,
    model_providers::choosing::{self, Chosen},
    orgs::{Owned, membership},
};

impl TurnWorker {
    /// What answers the turn of `lease`: `script` as it is, or whoever was chosen.
    pub(super) async fn agent(&self, lease: &Lease, script: Option<String>) -> Result<Agent> {
        let writer = match script {
            Some(script) => Writer::Script(script),
            None => self.model(lease).await?.map_or(Writer::Rules, Writer::Model),
        };
        let limits = &self.limits;
        Ok(Agent {
            writer,
            sandbox: self.sandbox.clone(),
            budgets: Budgets {
                model_tokens: limits.turn_model_tokens,
                runs: limits.turn_runs,
                repairs: limits.turn_repairs,
                queries: limits.turn_queries,
                fuel: limits.turn_fuel,
                wall_ms: u64::from(limits.turn_wall_s) * 1000,
                ..Budgets::default()
            },
        })
    }

    /// The model; `None` for the rules.
    async fn model(&self, lease: &Lease) -> Result<Option<Model>> {
        let mut db = self.db.acquire().await?;
        let conversation = Owned::Conversation(lease.conversation_id);
        let member = membership(&mut db, lease.asked_by, conversation).await?;
        let chosen = choosing::choose(&mut db, &self.models, &member, lease.choice.as_ref()).await;
        let chosen = chosen.map_err(as_sentence)?;
        if chosen.is_model() {
            // Others may have spent what was left while this turn waited.
            spending::within_cap(&mut db, self.clock.now(), &member).await?;
        }
        match chosen {
            Chosen::Rules => Ok(None),
            Chosen::Server(choice) => self.models.choose(choice.as_ref()),
            Chosen::Own { provider, model } => {
                let own = choosing::open(&mut db, &self.signing_key, &member, &provider, &model).await;
                let own = own.map_err(as_sentence)?;
                drop(db);
                Ok(Some(own.dial(&self.addresses, None).await?))
            }
        }
    }
}

/// What was wrong with a request is told to a reader now, who knows no fields.
fn as_sentence(error: Error) -> Error {
    match error {
        Error::Invalid(fields) => {
            let messages: Vec<_> = fields.into_iter().map(|field| field.message).collect();
            Error::conflict("model_unavailable", messages.join(" "))
        }
        other => other,
    }
}
