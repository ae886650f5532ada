//! A conversation as a document: questions and answers with their charts and tables, and the scripts at the end.
//!
//! It has all branches, as Markdown has, and says of each message which one it follows.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{
    Conversation, generated,
    messages::{self, Message, Speaker, State},
    notebook,
    parts::Part,
};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{GeneratedFileId, MessageId},
    objects::Objects,
    orgs::Member,
    pdf::{self, Block, Column, Document, Paper, Span, Table},
};

/// Messages that are fetched at a time.
const PAGE_MESSAGES: u32 = 100;
/// Bytes of text for each page that a document may have. More would not fit on them.
const PAGE_BYTES: usize = 10_000;
/// Where the rows are that a document has no room for.
const REST: &str = "The CSV file of the table has all of them.";

/// What a conversation's document is made with.
pub struct Source<'a> {
    pub db: &'a PgPool,
    pub objects: &'a Objects,
    pub limits: &'a ServerLimits,
    pub now: DateTime<Utc>,
    pub member: &'a Member,
}

#[derive(Default)]
struct Draft {
    blocks: Vec<Block>,
    /// The scripts with the number of their message.
    scripts: Vec<(usize, String)>,
    /// Bytes of text, and of pictures.
    text: usize,
    pictures: u64,
}

/// The document of a conversation.
pub async fn document(with: &Source<'_>, conversation: Conversation, paper: Paper) -> Result<Document> {
    let mut draft = Draft::default();
    let mut numbers: HashMap<MessageId, usize> = HashMap::new();
    let mut after = None;
    let text_max = with.limits.pdf_pages as usize * PAGE_BYTES;
    loop {
        let (messages, more) = {
            let mut db = with.db.acquire().await?;
            messages::list(&mut db, with.member, conversation.id, after, PAGE_MESSAGES).await?
        };
        after = messages.last().map(|message| message.id);
        for message in messages {
            let number = numbers.len() + 1;
            numbers.insert(message.id, number);
            let follows = message.parent_id.and_then(|id| numbers.get(&id).copied());
            let follows = follows.filter(|follows| follows + 1 != number);
            let pictures = pictures(with, &message, &mut draft.pictures).await?;
            draft.message(number, follows, message, pictures);
        }
        if draft.text > text_max {
            draft.blocks.push(Block::Problem(
                "The conversation is too long for a PDF: what follows is left out. The Markdown export has all of it."
                    .to_owned(),
            ));
            break;
        }
        if !more {
            break;
        }
    }
    let mut blocks = draft.blocks;
    if !draft.scripts.is_empty() {
        blocks.push(Block::PageBreak);
        blocks.push(Block::Heading {
            level: 1,
            text: "Scripts".to_owned(),
        });
    }
    for (at, (number, script)) in draft.scripts.into_iter().enumerate() {
        let text = format!("Script {}, of message {number}", at + 1);
        blocks.push(Block::Heading { level: 3, text });
        blocks.push(Block::Code(script));
    }
    let (begun, made) = (minute(conversation.created_at), minute(with.now));
    Ok(Document {
        title: conversation.title,
        subtitle: format!("Conversation of {begun}, as of {made}"),
        made_at: with.now,
        paper,
        blocks,
    })
}

/// The charts of a message, as far as they are still there and there is room for them.
async fn pictures(with: &Source<'_>, message: &Message, used: &mut u64) -> Result<HashMap<GeneratedFileId, Vec<u8>>> {
    let mut found = HashMap::new();
    for chart in notebook::charts(message) {
        if *used + chart.bytes > with.limits.pdf_pictures_bytes {
            continue;
        }
        let stored = {
            let mut db = with.db.acquire().await?;
            generated::stored(&mut db, with.member, chart.id).await
        };
        let bytes = match stored {
            Ok(stored) => with.objects.get_bytes(&stored.key, notebook::IMAGE_MAX_BYTES).await?,
            Err(Error::Missing(_)) => None,
            Err(error) => return Err(error),
        };
        *used += chart.bytes;
        found.extend(bytes.map(|bytes| (chart.id, bytes)));
    }
    Ok(found)
}

impl Draft {
    fn message(
        &mut self,
        number: usize,
        follows: Option<usize>,
        message: Message,
        mut pictures: HashMap<GeneratedFileId, Vec<u8>>,
    ) {
        let who = match message.role {
            Speaker::User => "Question",
            Speaker::Assistant => "Answer",
        };
        let follows = follows
            .map(|follows| format!(" (follows {follows})"))
            .unwrap_or_default();
        self.blocks.push(Block::Heading {
            level: 2,
            text: format!("{number}. {who}{follows}"),
        });
        if !message.files.is_empty() {
            let names: Vec<_> = message.files.iter().map(|file| file.name.as_str()).collect();
            self.note(format!("About {}", names.join(", ")));
        }
        for part in message.parts {
            self.part(number, part, &mut pictures);
        }
        let state = match message.state {
            State::Done => None,
            State::Queued | State::Running => Some("This answer is still in progress."),
            State::Stopped => Some("This answer was stopped."),
            State::Failed => Some("This answer failed."),
            State::Interrupted => Some("This answer was interrupted."),
        };
        self.blocks.extend(state.map(|state| Block::Problem(state.to_owned())));
    }

    fn part(&mut self, number: usize, part: Part, pictures: &mut HashMap<GeneratedFileId, Vec<u8>>) {
        match part {
            Part::Text { text } => {
                self.text += text.len();
                self.blocks.extend(pdf::markdown(&text));
            }
            Part::Script { script, .. } => {
                self.text += script.len();
                self.scripts.push((number, script));
                self.note(format!("Script {} is at the end.", self.scripts.len()));
            }
            Part::Output { text, truncated, .. } => {
                self.text += text.len();
                self.blocks.push(Block::Code(text));
                if truncated {
                    self.note("There was more output.".to_owned());
                }
            }
            Part::Table { table, .. } => {
                let columns = table.columns.into_iter();
                let columns = columns
                    .map(|column| Column::typed(column.name, &column.dtype))
                    .collect();
                self.text += table
                    .rows
                    .iter()
                    .flatten()
                    .map(|cell| cell.as_str().map_or(4, str::len))
                    .sum::<usize>();
                self.blocks.push(Block::Table(Table {
                    columns,
                    row_count: table.row_count,
                    rows: table.rows,
                    rest: REST.to_owned(),
                }));
            }
            Part::Chart {
                file_id, title, alt, ..
            } => match pictures.remove(&file_id) {
                Some(png) => {
                    if !title.is_empty() {
                        self.blocks.push(Block::Heading { level: 3, text: title });
                    }
                    self.blocks.push(Block::Picture { png, alt });
                }
                None => self.note(format!(
                    "The picture of this chart is not stored, or is too large. {title} {alt}"
                )),
            },
            Part::File { name, bytes, .. } => self.note(format!("File {name}, {bytes} bytes")),
            Part::Query {
                source,
                sql,
                receipt,
                error,
                ..
            } => {
                self.text += sql.len();
                self.blocks.push(Block::Code(sql));
                match (receipt, error) {
                    (Some(receipt), _) => {
                        let more = if receipt.truncated { ", more were left out" } else { "" };
                        let taken_at = minute(receipt.taken_at);
                        self.note(format!("Query of {source} at {taken_at}: {} rows{more}", receipt.rows));
                    }
                    (None, Some(error)) => {
                        self.blocks
                            .push(Block::Problem(format!("Query of {source} failed: {error}")));
                    }
                    (None, None) => self.note(format!("Query of {source}: it was not run to its end")),
                }
            }
            Part::Error {
                message, line, hint, ..
            } => {
                let line = line.map(|line| format!(" in line {line}")).unwrap_or_default();
                let hint = hint.map(|hint| format!(" {hint}")).unwrap_or_default();
                self.blocks
                    .push(Block::Problem(format!("Error{line}: {message}{hint}")));
            }
            Part::Receipt { .. } => {}
        }
    }

    fn note(&mut self, text: String) {
        self.text += text.len();
        self.blocks.push(Block::Paragraph(vec![Span {
            text,
            face: pdf::SpanFace::Italic,
        }]));
    }
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%F %H:%M UTC").to_string()
}
