//! An answer as other programs are told it: its text, with links to its charts and tables at the end.

use std::time::Duration;

use super::links::link;
use crate::{
    app::App,
    conversations::parts::Part,
    error::{Error, Result},
    ids::{GeneratedFileId, MessageId, UserId},
    turns::{
        chunks::{Chunk, FinishReason},
        follow::Follower,
    },
};

/// How long a stream is silent before it says that it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How an answer went, as far as it was followed.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct Answered {
    /// All that was told so far.
    pub text: String,
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// Why there is no answer.
    pub failure: Option<String>,
    /// A budget ended it before its time.
    pub cut_short: bool,
}

/// What came within a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::http) enum Soon {
    More(String),
    /// The answer goes on, and nothing came.
    Nothing,
    End,
}

/// Somebody who follows an answer and is told text alone.
pub(in crate::http) struct Following {
    app: App,
    /// Who may open its links.
    user_id: UserId,
    follower: Follower,
    /// The text that goes on, by its id.
    text_id: Option<String>,
    made: Vec<Part>,
    over: bool,
    pub answered: Answered,
}

impl Following {
    pub fn new(app: &App, user_id: UserId, answer_id: MessageId) -> Self {
        Self {
            follower: Follower::new(app.db.clone(), &app.notifications, answer_id),
            app: app.clone(),
            user_id,
            text_id: None,
            made: Vec::new(),
            over: false,
            answered: Answered::default(),
        }
    }

    /// More of the text; `None` when it is over. Safe to give up and call again, as in `select!`.
    pub async fn next(&mut self) -> Result<Option<String>> {
        while !self.over {
            let more = if let Some(chunk) = self.follower.next().await? {
                self.take(chunk)
            } else {
                self.over = true;
                let links = links(&self.app, self.user_id, &self.made);
                (!links.is_empty()).then(|| self.separated(links))
            };
            if let Some(more) = more {
                self.answered.text.push_str(&more);
                return Ok(Some(more));
            }
        }
        Ok(None)
    }

    /// More of the text, if it comes before a stream has been silent for long.
    pub async fn soon(&mut self) -> Result<Soon> {
        match tokio::time::timeout(KEEP_ALIVE, self.next()).await {
            Ok(more) => Ok(more?.map_or(Soon::End, Soon::More)),
            Err(_) => Ok(Soon::Nothing),
        }
    }

    /// Follows it to its end. A failure is an error that says why.
    pub async fn finish(&mut self) -> Result<&Answered> {
        while self.next().await?.is_some() {}
        match &self.answered.failure {
            Some(message) => Err(Error::Unavailable(message.clone())),
            None => Ok(&self.answered),
        }
    }

    fn take(&mut self, chunk: Chunk) -> Option<String> {
        match chunk {
            Chunk::TextDelta { id, delta } if self.text_id.as_ref() == Some(&id) => Some(delta),
            Chunk::TextDelta { id, delta } => {
                self.text_id = Some(id);
                Some(self.separated(delta))
            }
            Chunk::DataChart { data } | Chunk::DataFile { data } => {
                self.made.push(data);
                None
            }
            // What goes wrong in a run is the script's matter: it is mended, or the answer tells of it.
            Chunk::DataError {
                data:
                    Part::Error {
                        run_id: None,
                        code,
                        message,
                        ..
                    },
            } if code.starts_with("budget_") => Some(self.separated(message)),
            Chunk::DataUsage { data, .. } => {
                self.count(&data["usage"]);
                None
            }
            Chunk::Error { error_text } => {
                self.answered.failure = Some(error_text);
                None
            }
            Chunk::Finish {
                finish_reason,
                message_metadata,
            } => {
                self.answered.cut_short = finish_reason == FinishReason::Length;
                self.count(&message_metadata["usage"]);
                None
            }
            _ => None,
        }
    }

    fn count(&mut self, usage: &serde_json::Value) {
        let tokens = |name: &str| usage[name].as_u64();
        self.answered.input_tokens = tokens("input_tokens").unwrap_or(self.answered.input_tokens);
        self.answered.output_tokens = tokens("output_tokens").unwrap_or(self.answered.output_tokens);
    }

    /// In a paragraph of its own.
    fn separated(&self, text: String) -> String {
        if self.answered.text.is_empty() {
            text
        } else {
            format!("\n\n{text}")
        }
    }
}

/// The text of a message's parts, its charts and tables as links.
pub(in crate::http) fn text_of(app: &App, user_id: UserId, parts: &[Part]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for part in parts {
        match part {
            Part::Text { text } => texts.push(text.clone()),
            Part::Error {
                run_id: None, message, ..
            } => texts.push(message.clone()),
            _ => {}
        }
    }
    let links = links(app, user_id, parts);
    texts.extend((!links.is_empty()).then_some(links));
    texts.join("\n\n")
}

/// Links to the charts and files among parts, in Markdown, a line each. Of files of one name it is the last.
fn links(app: &App, user_id: UserId, parts: &[Part]) -> String {
    let to = |id: &GeneratedFileId| link(app, user_id, *id);
    let mut lines: Vec<(&str, String)> = Vec::new();
    for part in parts {
        match part {
            Part::Chart {
                file_id, title, alt, ..
            } => {
                let said = if alt.is_empty() { title } else { alt };
                lines.push(("", format!("![{}]({})", plain(said), to(file_id))));
            }
            Part::File { file_id, name, .. } => {
                lines.retain(|(of, _)| of != name);
                lines.push((name.as_str(), format!("[{}]({})", plain(name), to(file_id))));
            }
            _ => {}
        }
    }
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// Text that ends no link and begins none.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace(['[', ']', '<', '>', '`'], " ")
}
