//! A test of a model: one tiny request, and in words what came of it.

use std::time::{Duration, Instant};

use serde::Serialize;
use utoipa::ToSchema;

use super::choosing::OwnModel;
use crate::{
    addresses::Addresses,
    config::ServerLimits,
    error::{Error, Result},
    llm::{Event, Message, Model, ModelError, Patience, Request, TokenUsage},
};

/// Tokens of the answer. Models that think need some before the first word, and OpenAI takes no fewer than 16.
const OUTPUT_TOKENS: u32 = 64;

/// The result of a test.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelCheck {
    /// The model that was asked.
    pub model: String,
    /// What is wrong and what to do, with the provider's own words; null if the model answered.
    pub problem: Option<String>,
    pub duration_ms: u64,
}

/// Asks the model, and says what it used where it could be asked at all.
///
/// # Errors
/// A fault of ours; what is wrong with the model is in the result.
pub async fn check(
    addresses: &Addresses,
    limits: &ServerLimits,
    own: OwnModel,
) -> Result<(ModelCheck, Option<(Model, TokenUsage)>)> {
    let begun = Instant::now();
    let name = own.model.clone();
    let patience = Patience::short(Duration::from_secs(limits.model_check_s.into()));
    let (problem, used) = match own.dial(addresses, Some(patience)).await {
        Ok(model) => {
            let mut usage = TokenUsage::default();
            let asked = ask(&model, &mut usage).await;
            (asked.err().map(|error| error.to_string()), Some((model, usage)))
        }
        Err(Error::Internal(error)) => return Err(Error::Internal(error)),
        Err(refused) => (Some(refused.to_string()), None),
    };
    let check = ModelCheck {
        model: name,
        problem,
        duration_ms: begun.elapsed().as_millis() as u64,
    };
    Ok((check, used))
}

async fn ask(model: &Model, usage: &mut TokenUsage) -> Result<(), ModelError> {
    let request = Request {
        system: String::new(),
        messages: vec![Message::User {
            text: "Answer with the one word OK.".to_owned(),
        }],
        tools: Vec::new(),
        max_output_tokens: OUTPUT_TOKENS,
    };
    let mut reply = model.reply(&request).await?;
    while let Some(event) = reply.next().await {
        if let Event::Usage(used) = event? {
            *usage = used;
        }
    }
    Ok(())
}
