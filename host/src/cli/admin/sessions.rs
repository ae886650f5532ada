//! `glovebox admin sessions`.

use anyhow::Result;
use clap::Subcommand;

use super::{AdminContext, print_json, say, show};
use crate::admin::{self, Session};

#[derive(Subcommand)]
pub enum SessionsCommand {
    /// List open sessions, most recently used first.
    List {
        /// Only this user's sessions.
        user: Option<String>,
        /// Maximum number of results.
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    /// End every session and token of a user; API keys stay.
    End { user: String },
}

pub(super) async fn run(context: AdminContext, step: SessionsCommand) -> Result<()> {
    match step {
        SessionsCommand::List { user, limit } => list(&context, user.as_deref(), limit).await,
        SessionsCommand::End { user } => end(&context, &user).await,
    }
}

async fn list(context: &AdminContext, user: Option<&str>, limit: u32) -> Result<()> {
    let mut db = context.db.acquire().await?;
    let user_id = match user {
        Some(user) => Some(admin::user(&mut db, context.now, user).await?.id),
        None => None,
    };
    let sessions = admin::list_sessions(&mut db, context.now, user_id, limit).await?;
    if context.json {
        return print_json(&sessions);
    }
    let row = |session: &Session| {
        [
            session.email.clone(),
            session.address.clone(),
            session.user_agent.clone(),
            show::time(session.created_at),
            show::time(session.last_seen_at),
            show::time(session.expires_at),
        ]
    };
    let header = ["email", "address", "browser", "since", "last seen", "until"];
    say(show::table(header, sessions.iter().map(row).collect(), &[], "session"));
    Ok(())
}

async fn end(context: &AdminContext, user: &str) -> Result<()> {
    let mut tx = context.db.begin().await?;
    let user = admin::user(&mut tx, context.now, user).await?;
    admin::end_sessions(&mut tx, user.id).await?;
    tx.commit().await?;
    if context.json {
        return print_json(&serde_json::json!({ "user_id": user.id, "ended": user.sessions }));
    }
    say(format_args!(
        "{}: sessions ended: {}, and every token",
        user.email, user.sessions
    ));
    Ok(())
}
