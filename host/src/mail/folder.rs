//! Mail where no mail server is set: every message is a file that mail programs open, and a line in the log.
//!
//! The line has the whole text, since nobody receives it: that is how somebody who tries Glovebox on their own machine
//! follows a link or reads a code. The files are for their owner's eyes only.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lettre::message::Mailbox;
use tokio::{
    fs::{DirBuilder, OpenOptions},
    io::AsyncWriteExt,
};
use uuid::Uuid;

use super::{Enclosed, Mail, mailbox, message};

/// The sender where nobody can answer: `localhost` is no host of the network (RFC 6761, 6.3).
const SENDER: &str = "glovebox@localhost";

/// A folder of messages.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    sender: Mailbox,
}

impl Folder {
    pub(super) fn open(path: PathBuf) -> Result<Self> {
        Ok(Self {
            path,
            sender: mailbox(SENDER)?,
        })
    }

    pub(super) async fn send(&self, mail: &Mail, enclosed: &Enclosed) -> Result<()> {
        let message = message(&self.sender, mail, enclosed)?;
        let file = self.path.join(format!("{}.eml", Uuid::now_v7()));
        self.write(&file, &message.formatted()).await?;
        tracing::info!(
            to = mail.to,
            subject = mail.subject,
            text = mail.text,
            file = %file.display(),
            "an email was only written to a file: no mail server is set (EMAIL_SMTP_SERVER)"
        );
        Ok(())
    }

    pub(super) async fn check(&self) -> Result<()> {
        let file = self.path.join(format!("{}.check", Uuid::now_v7()));
        self.write(&file, b"").await?;
        tokio::fs::remove_file(&file)
            .await
            .with_context(|| format!("removing {}", file.display()))
    }

    async fn write(&self, file: &Path, bytes: &[u8]) -> Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.path)
            .await
            .with_context(|| format!("making the folder {} for mail", self.path.display()))?;
        let written = async {
            let mut open = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(file)
                .await?;
            open.write_all(bytes).await?;
            open.flush().await
        };
        written.await.with_context(|| {
            format!(
                "writing the mail {}; check that its folder is writable and its disk has space",
                file.display()
            )
        })
    }
}
