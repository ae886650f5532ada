//! The jobs that end in a mail with a secret in it: a link or a code.
//!
//! The secret is made when the mail is written, and the mail goes straight out: the queue never holds either. A job
//! that is done again mails another one.

use crate::{
    accounts::{is_name, verification::MailContext},
    app::App,
    error::Result,
    ids::{PasswordResetId, UserId},
    mail::Mail,
};

pub(super) async fn sign_up(app: &App, email: &str, name: &str, password_hash: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let mail = post(app).sign_up(&mut tx, email, name, password_hash).await?;
    tx.commit().await?;
    send(app, Some(mail)).await
}

pub(super) async fn verification(app: &App, email: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let mail = post(app).link_again(&mut tx, email).await?;
    tx.commit().await?;
    send(app, mail).await
}

pub(super) async fn new_email(app: &App, user: UserId, email: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let mail = post(app).link_to_new(&mut tx, user, email).await?;
    tx.commit().await?;
    send(app, mail).await
}

pub(super) async fn reset_code(app: &App, reset: PasswordResetId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let mail = post(app).reset_code(&mut tx, &app.signing_key, reset).await?;
    tx.commit().await?;
    send(app, mail).await
}

fn post(app: &App) -> MailContext<'_> {
    MailContext {
        now: app.clock.now(),
        limits: &app.config.limits,
        public_url: &app.config.public_url,
    }
}

async fn send(app: &App, mail: Option<Mail>) -> Result<()> {
    match mail {
        Some(mail) if !is_name(&mail.to) => app.mailer.send(&mail).await,
        _ => Ok(()),
    }
}
