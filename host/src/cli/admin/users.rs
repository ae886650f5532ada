//! `glovebox admin users`.

use std::io::BufRead;

use anyhow::{Context, Result};
use clap::Subcommand;
use serde::Serialize;

use super::{AdminContext, UsageError, print_json, say, show};
use crate::{
    accounts::{Email, passwords::Password},
    admin::{self, Belonging, User},
    app,
};

#[derive(Subcommand)]
pub enum UsersCommand {
    /// List accounts, newest first.
    List {
        /// Only those whose address or name contains this.
        #[arg(long, value_name = "TEXT", default_value = "")]
        search: String,
        /// Maximum number of results.
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    /// Show an account and the organisations it belongs to.
    Show { user: String },
    /// Disable a user: end their sessions and tokens, and refuse their logins until `enable`.
    Disable { user: String },
    /// Let the user log in again.
    Enable { user: String },
    /// Delete an account with its personal organisation and everything in it.
    ///
    /// Shared organisations that nobody else belongs to go with it. It is refused where one with other members would be
    /// left without an owner.
    Delete {
        user: String,
        /// Confirm: this cannot be undone.
        #[arg(long)]
        yes: bool,
    },
    /// Create an account, whose address counts as confirmed.
    ///
    /// Without --password-stdin it has no password, and its owner sets one with "Forgot your password?" on the login
    /// page.
    Create {
        email: String,
        /// Take the password from the first line of standard input, where no list of processes shows it.
        #[arg(long)]
        password_stdin: bool,
    },
}

/// An account as `show` tells of it.
#[derive(Serialize)]
struct Details {
    #[serde(flatten)]
    user: User,
    orgs: Vec<Belonging>,
}

pub(super) async fn run(context: AdminContext, step: UsersCommand) -> Result<()> {
    match step {
        UsersCommand::List { search, limit } => list(&context, &search, limit).await,
        UsersCommand::Show { user } => show(&context, &user).await,
        UsersCommand::Disable { user } => disable(&context, &user).await,
        UsersCommand::Enable { user } => enable(&context, &user).await,
        UsersCommand::Delete { user, yes } => delete(&context, &user, yes).await,
        UsersCommand::Create { email, password_stdin } => create(&context, &email, password_stdin).await,
    }
}

async fn list(context: &AdminContext, search: &str, limit: u32) -> Result<()> {
    let users = admin::users(&mut *context.db.acquire().await?, context.now, search, limit).await?;
    if context.json {
        return print_json(&users);
    }
    let row = |user: &User| {
        [
            user.id.to_string(),
            user.email.clone(),
            user.name.clone(),
            state(user).to_owned(),
            user.sessions.to_string(),
            show::time_or(user.last_login_at, "never"),
        ]
    };
    let header = ["id", "email", "name", "state", "sessions", "last login"];
    say(show::table(header, users.iter().map(row).collect(), &[4], "user"));
    Ok(())
}

async fn show(context: &AdminContext, user: &str) -> Result<()> {
    let mut db = context.db.acquire().await?;
    let user = admin::user(&mut db, context.now, user).await?;
    let orgs = admin::belongings(&mut db, user.id).await?;
    if context.json {
        return print_json(&Details { user, orgs });
    }
    let properties = [
        ("id", user.id.to_string()),
        ("email", user.email.clone()),
        ("name", user.name.clone()),
        ("state", state(&user).to_owned()),
        ("password", show::yes(user.has_password)),
        ("Google", show::yes(user.google_linked)),
        ("created", show::time(user.created_at)),
        ("email confirmed", show::time_or(user.email_verified_at, "no")),
        ("disabled", show::time_or(user.disabled_at, "no")),
        ("last login", show::time_or(user.last_login_at, "never")),
        ("sessions", user.sessions.to_string()),
        ("API keys", user.api_keys.to_string()),
    ];
    say(show::properties(&properties));
    let row = |org: &Belonging| {
        [
            org.org_id.to_string(),
            org.name.clone(),
            org.role.name().to_owned(),
            org.members.to_string(),
        ]
    };
    let header = ["id", "name", "role", "members"];
    say(show::table(
        header,
        orgs.iter().map(row).collect(),
        &[3],
        "organisation",
    ));
    Ok(())
}

async fn disable(context: &AdminContext, user: &str) -> Result<()> {
    let mut tx = context.db.begin().await?;
    let user = admin::user(&mut tx, context.now, user).await?;
    admin::disable_user(&mut tx, context.now, user.id).await?;
    tx.commit().await?;
    told(context, &user, "is disabled; their sessions and tokens have ended").await
}

async fn enable(context: &AdminContext, user: &str) -> Result<()> {
    let mut tx = context.db.begin().await?;
    let user = admin::user(&mut tx, context.now, user).await?;
    admin::enable_user(&mut tx, user.id).await?;
    tx.commit().await?;
    told(context, &user, "is enabled and can log in").await
}

async fn delete(context: &AdminContext, user: &str, yes: bool) -> Result<()> {
    let mut tx = context.db.begin().await?;
    let user = admin::user(&mut tx, context.now, user).await?;
    if !yes {
        let text = format!(
            "this permanently deletes the account of {} with all its projects and files; add --yes to confirm",
            user.email
        );
        return Err(UsageError(text).into());
    }
    let key = app::signing_key(&context.config)?;
    admin::delete_user(&mut tx, &key, user.id).await?;
    tx.commit().await?;
    if context.json {
        return print_json(&serde_json::json!({ "deleted": user.id }));
    }
    say(format_args!(
        "{} is deleted; the bytes of their files are removed by the next clean-up",
        user.email
    ));
    Ok(())
}

async fn create(context: &AdminContext, email: &str, password_stdin: bool) -> Result<()> {
    let email = Email::parse("the address", email)?;
    let hash = if password_stdin {
        Some(
            Password::parse("the password", &password()?, &[email.as_str()])?
                .hash()
                .await?,
        )
    } else {
        None
    };
    let mut tx = context.db.begin().await?;
    let user = admin::create_user(&mut tx, context.now, &email, hash.as_deref()).await?;
    tx.commit().await?;
    let how = if password_stdin {
        "is created and can log in".to_owned()
    } else {
        let server = context.config.public_url.as_str();
        format!("is created; they set a password with \"Forgot your password?\" at {server}")
    };
    told(context, &user, &how).await
}

/// Says what was done, or shows the account as it is now.
async fn told(context: &AdminContext, user: &User, what: &str) -> Result<()> {
    if context.json {
        let now = admin::user(&mut *context.db.acquire().await?, context.now, &user.id.to_string()).await?;
        return print_json(&now);
    }
    say(format_args!("{} {what}", user.email));
    Ok(())
}

/// The first line of standard input, without its end.
fn password() -> Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading the password from standard input")?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn state(user: &User) -> &'static str {
    match user {
        User {
            disabled_at: Some(_), ..
        } => "disabled",
        User {
            email_verified_at: None,
            ..
        } => "unconfirmed",
        _ => "active",
    }
}
