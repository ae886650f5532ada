//! `/v1`: Glovebox for clients of OpenAI's API, as an analyst of a project's files, and the sandbox alone.
//!
//! An API key of the product is the bearer token. A question becomes a turn like any other, in a conversation that people
//! see in the browser app as well. Models, messages, files and errors have OpenAI's shapes; scripts are run here, so a
//! client never sees a call of a tool. What a client sends beyond what is described is ignored.

mod answer;
mod chat;
mod files;
mod links;
mod responses;
pub(super) mod run;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{error::Result, extract::Path, workplace::Workplace};
use crate::{
    app::App,
    error::Error,
    ids::{FileId, MessageId},
    llm::Choice,
    model_providers::choosing::{self, OfferedModel},
    orgs::Member,
    turns,
};

use answer::{Answered, Soon};
pub(super) use answer::{Following, text_of};

/// What a stream says while there is nothing to tell, so that nobody between takes it for dead.
const STILL_THERE: &str = ": still there\n\n";
/// The name of the server's own choice of a model.
const OWN: &str = "glovebox";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(models))
        .routes(routes!(model))
        .merge(chat::routes())
        .merge(responses::routes())
        .merge(files::routes())
        .merge(links::routes())
        .merge(run::routes())
}

/// An available model.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenAiModel)]
struct Model {
    /// `glovebox` for the server's own choice, or a provider and its model, such as `anthropic/claude-sonnet-4-5`.
    id: String,
    /// Always `model`.
    object: &'static str,
    created: i64,
    owned_by: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OpenAiModels)]
struct Models {
    /// Always `list`.
    object: &'static str,
    data: Vec<Model>,
}

/// List the available models
///
/// `glovebox` is the default; `offline` answers by rules, without a model. Models of the organisation's own providers
/// are the provider's name, a slash and the model's name.
#[utoipa::path(
    get, path = "/v1/models", tag = "openai", operation_id = "openai_list_models",
    responses((status = OK, description = "All of them", body = Models)),
)]
async fn models(State(app): State<App>, place: Workplace) -> Result<axum::Json<Models>> {
    Ok(axum::Json(Models {
        object: "list",
        data: offered(&app, &place).await?,
    }))
}

/// A model
#[utoipa::path(
    get, path = "/v1/models/{model}", tag = "openai", operation_id = "openai_get_model",
    params(("model" = String, Path, description = "Its name")),
    responses((status = OK, description = "The model", body = Model)),
)]
async fn model(State(app): State<App>, place: Workplace, Path(name): Path<String>) -> Result<axum::Json<Model>> {
    let mut found = offered(&app, &place).await?.into_iter();
    let found = found.find(|model| model.id == name);
    Ok(axum::Json(found.ok_or(Error::Missing("model"))?))
}

async fn offered(app: &App, place: &Workplace) -> Result<Vec<Model>, Error> {
    let mut db = app.db.acquire().await?;
    let offers = choosing::offers(&mut db, &app.models, &place.member).await?;
    let offers = offers.into_iter().map(
        |OfferedModel {
             provider,
             model,
             account,
         }| {
            let owner = account.unwrap_or(provider);
            let id = model.map_or_else(|| owner.clone(), |model| format!("{owner}/{model}"));
            (id, owner)
        },
    );
    let own = (OWN.to_owned(), "glovebox".to_owned());
    let models = [own].into_iter().chain(offers).map(|(id, owned_by)| Model {
        id,
        object: "model",
        created: 0,
        owned_by,
    });
    Ok(models.collect())
}

/// The choice that a model's name stands for; `None` for the server's own.
pub(super) fn choice(name: Option<&str>) -> Option<Choice> {
    let name = name.map(str::trim).filter(|name| !name.is_empty() && *name != OWN)?;
    let (provider, model) = match name.split_once('/') {
        Some((provider, model)) => (provider, Some(model.to_owned())),
        None => (name, None),
    };
    Some(Choice {
        provider: provider.to_owned(),
        model,
    })
}

/// A part of a message, or of a response's input. Only text and files are supported.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = OpenAiContentPart)]
struct ContentPart {
    /// `text`, `input_text`, `output_text`, `file` or `input_file`.
    r#type: String,
    #[serde(default)]
    text: Option<String>,
    /// In a chat's messages.
    #[serde(default)]
    file: Option<FileReference>,
    /// In a response's input.
    #[serde(default)]
    file_id: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = OpenAiFileReference)]
struct FileReference {
    /// As returned by `/v1/files`.
    #[serde(default)]
    file_id: Option<String>,
}

/// The content of a message: a text, or parts.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = OpenAiContent)]
enum Content {
    Text(String),
    Parts(Vec<ContentPart>),
}

impl Content {
    /// Its words, and the files that it names. `field` is named in errors.
    fn read(&self, field: &str) -> Result<(String, Vec<FileId>), Error> {
        let parts = match self {
            Self::Text(text) => return Ok((text.clone(), Vec::new())),
            Self::Parts(parts) => parts,
        };
        let (mut texts, mut files) = (Vec::new(), Vec::new());
        for part in parts {
            let named = part
                .file_id
                .as_ref()
                .or(part.file.as_ref().and_then(|file| file.file_id.as_ref()));
            match (part.r#type.as_str(), &part.text, named) {
                ("text" | "input_text" | "output_text", Some(text), _) => texts.push(text.as_str()),
                ("file" | "input_file", _, Some(id)) => files.push(file_id(id).ok_or_else(|| {
                    Error::invalid(
                        field,
                        "file_id",
                        "Upload the file at /v1/files first, and refer to it by its ID.",
                    )
                })?),
                _ => {
                    let message = "Send text, and files by their IDs; upload tables at /v1/files. Images and audio are \
                                   not supported.";
                    return Err(Error::invalid(field, "content", message));
                }
            }
        }
        files.dedup();
        Ok((texts.join("\n\n"), files))
    }
}

/// An id with the prefix by which clients of OpenAI tell kinds apart.
fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}{}", id.simple())
}

/// The id behind a prefix, or a plain one.
fn unprefixed(prefix: &str, text: &str) -> Option<Uuid> {
    text.strip_prefix(prefix).unwrap_or(text).parse().ok()
}

fn file_id(text: &str) -> Option<FileId> {
    unprefixed("file-", text).map(FileId)
}

/// Ends a turn that nobody waits for any more: whoever hangs up has stopped their answer.
pub(super) struct StopOnDrop {
    app: App,
    member: Member,
    answer_id: Option<MessageId>,
}

impl StopOnDrop {
    pub fn new(app: &App, member: &Member, answer_id: MessageId) -> Self {
        Self {
            app: app.clone(),
            member: member.clone(),
            answer_id: Some(answer_id),
        }
    }

    /// The turn has ended by itself.
    pub fn over(&mut self) {
        self.answer_id = None;
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        let Some(answer_id) = self.answer_id.take() else { return };
        // At the end of the process there is nobody to do it; the turn ends as interrupted.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (app, member) = (self.app.clone(), self.member.clone());
        runtime.spawn(async move {
            let stopping = async {
                let mut tx = app.db.begin().await?;
                turns::stop(&mut tx, app.clock.now(), &member, answer_id).await?;
                tx.commit().await?;
                Ok::<_, Error>(())
            };
            if let Err(error) = stopping.await {
                tracing::warn!(
                    error = format!("{:#}", anyhow::Error::new(error)),
                    "a turn was not stopped"
                );
            }
        });
    }
}

/// An event of a stream.
fn event(data: &serde_json::Value) -> String {
    format!("data: {data}\n\n")
}

/// The headers of a stream.
fn stream_headers() -> [(axum::http::HeaderName, &'static str); 2] {
    let buffering = axum::http::HeaderName::from_static("x-accel-buffering");
    [
        (axum::http::header::CONTENT_TYPE, "text/event-stream"),
        (buffering, "no"),
    ]
}

/// What was used, as `chat/completions` tells it.
fn usage(answered: &Answered) -> serde_json::Value {
    let (input, output) = (answered.input_tokens, answered.output_tokens);
    json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_model_is_a_provider_and_what_it_calls_it() {
        let check = |name: Option<&str>, expected: Option<(&str, Option<&str>)>| {
            let expected = expected.map(|(provider, model)| Choice {
                provider: provider.to_owned(),
                model: model.map(str::to_owned),
            });
            assert_eq!(choice(name), expected, "{name:?}");
        };
        check(None, None);
        check(Some("glovebox"), None);
        check(Some("offline"), Some(("offline", None)));
        check(Some("compatible/meta/llama"), Some(("compatible", Some("meta/llama"))));
    }

    #[test]
    fn a_message_is_text_and_files_and_nothing_else() {
        let id = FileId::new();
        let read = |json: serde_json::Value| {
            serde_json::from_value::<Content>(json)
                .unwrap()
                .read("messages[0].content")
        };
        assert_eq!(read(json!("Hello")).unwrap(), ("Hello".to_owned(), Vec::new()));
        let parts = json!([{"type": "text", "text": "Sum it."}, {"type": "file", "file": {"file_id": format!("file-{}", id.0.simple())}}]);
        assert_eq!(read(parts).unwrap(), ("Sum it.".to_owned(), vec![id]));
        assert!(read(json!([{"type": "image_url", "image_url": {"url": "x"}}])).is_err());
    }
}
