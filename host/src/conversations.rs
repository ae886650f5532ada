//! Conversations of a project: what was asked, what was answered, and what scripts made on the way.
//!
//! A conversation is seen by everybody in its organisation, and through its link, if it has one, by whoever has that.
//! Its messages are a tree in [messages]; the work on an answer is not here. A conversation that is deleted takes its
//! messages and files along, and the bytes of the files follow when the clean-up runs.

pub mod export;
pub mod generated;
pub mod import;
mod markdown;
pub mod messages;
mod notebook;
pub mod parts;
pub mod pdf;
pub mod scripts;
pub mod shares;
pub mod threads;
pub mod titles;

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{ConversationId, ProjectId, UserId},
    llm::Choice,
    orgs::{Member, Role},
    queue::{self, Job},
};

use titles::{Title, UNTITLED};

/// A conversation, without its messages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Conversation {
    pub id: ConversationId,
    pub project_id: ProjectId,
    pub title: String,
    /// Whether somebody set the title; otherwise it comes from the first question.
    pub titled: bool,
    /// Who started it; null once their account is deleted.
    #[schema(value_type = Option<Uuid>)]
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    /// When the last message was added.
    pub updated_at: DateTime<Utc>,
    /// When it was archived; null if it is not archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// When it was shared by a link; null without a link.
    pub shared_at: Option<DateTime<Utc>>,
    /// The model that was chosen last; null if nobody chose one.
    #[schema(value_type = Option<Choice>)]
    pub model: Option<Json<Choice>>,
    /// Where a search found it: a few words around the match. Omitted if there was no search, or if only the title
    /// matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ConversationUpdate {
    pub title: Option<Title>,
    pub archived: Option<bool>,
}

/// Which conversations of a project are listed.
#[derive(Clone, Debug, Default)]
pub struct ConversationFilter {
    /// Archived conversations instead of the others.
    pub archived: bool,
    pub search: Option<Search>,
    pub after: Option<Cursor>,
    pub limit: u32,
}

/// Words to look for: in titles, each from the start of a word; in what was said, as web searches read them, with
/// quotes, `or` and a minus.
#[derive(Clone, Debug)]
pub struct Search {
    words: String,
    /// Regular expressions, all of which a title has to match.
    in_title: Vec<String>,
}

impl Search {
    pub const MAX_CHARS: usize = 200;

    /// `None` where there is nothing to look for.
    pub fn parse(text: &str) -> Result<Option<Self>> {
        let text = text.trim();
        if text.chars().count() > Self::MAX_CHARS {
            let message = format!("Search for {} characters or fewer.", Self::MAX_CHARS);
            return Err(Error::invalid("search", "too_long", message));
        }
        if text.chars().any(char::is_control) {
            return Err(Error::invalid(
                "search",
                "control_character",
                "Search for words, without control characters.",
            ));
        }
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        Ok((!text.is_empty()).then(|| Self {
            words: text.to_owned(),
            in_title: words.map(|word| format!("\\m{word}")).collect(),
        }))
    }
}

/// A place in a list that is sorted by when something was last said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    updated_at: DateTime<Utc>,
    id: ConversationId,
}

impl From<&Conversation> for Cursor {
    fn from(conversation: &Conversation) -> Self {
        Self {
            updated_at: conversation.updated_at,
            id: conversation.id,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.updated_at.timestamp_micros(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (micros, id) = text.split_once('.').ok_or(())?;
        let micros = micros.parse().map_err(|_| ())?;
        // The times that Postgres can hold are fewer than those that are numbers.
        let known = 0..=DateTime::<Utc>::MAX_UTC.timestamp_micros();
        Ok(Self {
            updated_at: DateTime::from_timestamp_micros(micros)
                .filter(|_| known.contains(&micros))
                .ok_or(())?,
            id: id.parse().map_err(|_| ())?,
        })
    }
}

/// A new conversation, in which nothing was said. Without a title it gets one from its first question.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    project_id: ProjectId,
    title: Option<&Title>,
) -> Result<Conversation> {
    member.at_least(Role::Member)?;
    make_room(db, limits, member, project_id).await?;
    let id = ConversationId::new();
    sqlx::query!(
        "insert into conversations (id, org_id, project_id, created_by, title, titled, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        id.0,
        member.org_id.0,
        project_id.0,
        member.user_id.0,
        title.map_or(UNTITLED, Title::as_str),
        title.is_some(),
        now,
    )
    .execute(&mut *db)
    .await?;
    get(db, member, id).await
}

/// A project's conversations, the one in which something was said last first.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    which: &ConversationFilter,
) -> Result<Vec<Conversation>> {
    let search = which.search.as_ref();
    let conversations = sqlx::query_as!(
        Conversation,
        r#"
        with found as (
            select * from conversations c
            where c.org_id = $1 and c.project_id = $2 and (c.archived_at is not null) = $3
                and ($4::text is null
                    or (cardinality($5::text[]) > 0 and c.title ~* all($5))
                    or to_tsvector('english', c.title) @@ websearch_to_tsquery('english', $4)
                    or c.id in (
                        select m.conversation_id from messages m
                        where m.org_id = $1 and m.words @@ websearch_to_tsquery('english', $4)))
                and ($6::timestamptz is null or (c.updated_at, c.id) < ($6, $7::uuid))
            order by c.updated_at desc, c.id desc
            limit $8
        )
        select
            found.id, found.project_id, found.title, found.titled, found.created_by as "created_by: UserId",
            found.created_at, found.updated_at, found.archived_at, found.shared_at, found.model as "model: Json<Choice>",
            case when $4::text is null then null else (
                select ts_headline(
                    'english', m.text, websearch_to_tsquery('english', $4),
                    'StartSel="", StopSel="", MaxWords=24, MinWords=12, MaxFragments=1')
                from messages m
                where m.conversation_id = found.id and m.words @@ websearch_to_tsquery('english', $4)
                order by m.id desc limit 1
            ) end as snippet
        from found
        order by found.updated_at desc, found.id desc
        "#,
        member.org_id.0,
        project_id.0,
        which.archived,
        search.map(|search| search.words.as_str()),
        search.map_or(&[][..], |search| &search.in_title),
        which.after.map(|after| after.updated_at),
        which.after.map(|after| after.id.0),
        i64::from(which.limit),
    )
    .fetch_all(db)
    .await?;
    let in_one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let conversations = conversations.into_iter().map(|conversation| Conversation {
        snippet: conversation.snippet.map(in_one_line),
        ..conversation
    });
    Ok(conversations.collect())
}

/// One conversation.
pub async fn get(db: &mut PgConnection, member: &Member, id: ConversationId) -> Result<Conversation> {
    sqlx::query_as!(
        Conversation,
        r#"select id, project_id, title, titled, created_by as "created_by: UserId", created_at, updated_at,
             archived_at, shared_at, model as "model: Json<Choice>", null as snippet
           from conversations where org_id = $1 and id = $2"#,
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("conversation"))
}

/// Gives it a title, or puts it into the archive or takes it out.
pub async fn update(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: ConversationId,
    changes: &ConversationUpdate,
) -> Result<Conversation> {
    member.at_least(Role::Member)?;
    sqlx::query!(
        "update conversations set
           title = coalesce($3, title), titled = titled or $3 is not null,
           archived_at = case $4::boolean when true then coalesce(archived_at, $5) when false then null
             else archived_at end
         where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        changes.title.as_ref().map(Title::as_str),
        changes.archived,
        now,
    )
    .execute(&mut *db)
    .await?;
    get(db, member, id).await
}

/// Keeps which model somebody chose, for the next question.
pub async fn keep_model(db: &mut PgConnection, member: &Member, id: ConversationId, choice: &Choice) -> Result<()> {
    sqlx::query!(
        "update conversations set model = $3 where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        Json(choice) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes it with everything that was said and made in it.
pub async fn delete(db: &mut PgConnection, member: &Member, id: ConversationId) -> Result<()> {
    member.at_least(Role::Member)?;
    let deleted = sqlx::query!(
        "delete from conversations where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(&mut *db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("conversation"));
    }
    queue::add(db, &Job::CleanUp).await
}

/// Stops where the project has as many conversations as it may. Until the transaction ends, nobody else adds one.
async fn make_room(db: &mut PgConnection, limits: &ServerLimits, member: &Member, project_id: ProjectId) -> Result<()> {
    sqlx::query!(
        "select id from projects where org_id = $1 and id = $2 for no key update",
        member.org_id.0,
        project_id.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("project"))?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from conversations where org_id = $1 and project_id = $2"#,
        member.org_id.0,
        project_id.0,
    )
    .fetch_one(db)
    .await?;
    let limit = limits.conversations_per_project;
    if count >= i64::from(limit) {
        return Err(Error::Limited {
            code: "too_many_conversations",
            message: format!("This project has {count} conversations; the limit is {limit}. Delete some first."),
            retry_after_s: None,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written() {
        let cursor = Cursor {
            updated_at: DateTime::from_timestamp_micros(1_795_219_200_123_456).unwrap(),
            id: ConversationId::new(),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let check = |text: &str| assert_eq!(text.parse::<Cursor>(), Err(()), "{text}");
        check("");
        check("nowhere");
        check(&cursor.id.to_string());
        check(&format!("x.{}", cursor.id));
        check(&format!("-1.{}", cursor.id));
        check(&format!("{}.{}", i64::MAX, cursor.id));
        check("1.2");
    }

    #[test]
    fn a_search_is_words_and_within_reason() {
        let check = |text: &str, expected: Result<Option<&[&str]>, ()>| {
            let found = Search::parse(text).map(|found| found.map(|search| search.in_title));
            let expected = expected.map(|found| found.map(|words| words.iter().map(|w| (*w).to_owned()).collect()));
            assert_eq!(found.map_err(|_| ()), expected, "{text:?}");
        };
        check("  ", Ok(None));
        check("Sales by (city)", Ok(Some(&["\\mSales", "\\mby", "\\mcity"])));
        check("\"…\"", Ok(Some(&[])));
        check("a\0b", Err(()));
        check(&"a".repeat(201), Err(()));
    }
}
