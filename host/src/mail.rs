//! Mail on its way out: over SMTP, or into a folder where no mail server is set.
//!
//! A mail is one message with its text and its HTML, from Glovebox to one person, in the format of RFC 5322. No word of
//! it can become a header or another recipient. `templates` has the words of every mail; who gets which is not known here.

mod enclosed;
mod folder;
mod smtp;
pub mod templates;

use std::fmt;

use anyhow::Context;
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{HeaderName, HeaderValue},
    },
};
use url::Host;
use uuid::Uuid;

use crate::{
    config::{MailConfig, ServerConfig},
    error::Result,
    queue::Job,
};

pub use enclosed::{Enclosed, File, Picture};
pub use folder::Folder;
pub use smtp::Smtp;

/// The name that stands before the sender's address.
const SENDER_NAME: &str = "Glovebox";

/// A written mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What became of a mail that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    Taken,
    /// For good: trying again would change nothing.
    Refused(String),
}

/// Stands in the error of a mail that was handed over and of which the server said nothing more: it may have been taken.
#[derive(Clone, Copy, Debug)]
pub struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the mail server did not say whether it took the mail")
    }
}

/// Whatever takes mail. Cheap to clone.
#[derive(Clone)]
pub enum Mailer {
    /// Every mail becomes a file, and a line in the log.
    Folder(Folder),
    /// Every mail is handed to a mail server.
    Smtp(Smtp),
}

impl Mailer {
    /// The one that the settings name; nothing is connected yet.
    pub fn open(config: &ServerConfig) -> Result<Self> {
        Ok(match &config.mail {
            MailConfig::Folder => Self::Folder(Folder::open(config.data.join("mail"))?),
            MailConfig::Smtp(smtp) => Self::Smtp(Smtp::open(smtp, config.limits.mail_timeout_s)?),
        })
    }

    /// Hands the mail over. An error means that it was not taken, and can be tried again, unless it says [`Cut`]; a mail
    /// that is refused for good, as for a mailbox that does not exist, is logged and given up.
    pub async fn send(&self, mail: &Mail) -> Result<()> {
        self.send_with(mail, &Enclosed::default()).await?;
        Ok(())
    }

    /// The same with pictures, files and headers, and with an answer to whether the mail was refused.
    pub async fn send_with(&self, mail: &Mail, enclosed: &Enclosed) -> Result<Handover> {
        Ok(match self {
            Self::Folder(folder) => {
                folder.send(mail, enclosed).await?;
                Handover::Taken
            }
            Self::Smtp(smtp) => smtp.send(mail, enclosed).await?,
        })
    }

    /// Whether mail would be taken, as far as that can be known without sending any. An error says what to do.
    pub async fn check(&self) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.check().await?,
            Self::Smtp(smtp) => smtp.check().await?,
        }
        Ok(())
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

/// The sender's mailbox, which shows as Glovebox.
fn mailbox(sender: &str) -> anyhow::Result<Mailbox> {
    let address: Address = sender.trim().parse().map_err(|error| {
        anyhow::anyhow!("EMAIL_SENDER_ADDRESS is {sender:?}, which is not an email address: {error}")
    })?;
    Ok(Mailbox::new(Some(SENDER_NAME.to_owned()), address))
}

/// The mail as a message with its own id and date.
fn message(from: &Mailbox, mail: &Mail, enclosed: &Enclosed) -> anyhow::Result<Message> {
    let to: Address = mail
        .to
        .parse()
        .map_err(|error| anyhow::anyhow!("{:?} is not an email address: {error}", mail.to))?;
    let to = in_ascii(to)?;
    // A header is one line. The library would encode a line's end, but what it would show is not what was meant.
    let subject: String = mail
        .subject
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let id = enclosed.id.unwrap_or_else(Uuid::now_v7);
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject)
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        // So that no holiday note comes back (RFC 3834, 5).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    let unsubscribe = enclosed.unsubscribe_headers()?;
    let message = unsubscribe
        .into_iter()
        .fold(message, lettre::message::MessageBuilder::raw_header);
    message
        .multipart(enclosed.around(mail)?)
        .context("putting a mail together")
}

/// The address with its host in ASCII (IDNA), which every mail server understands.
fn in_ascii(address: Address) -> anyhow::Result<Address> {
    if address.domain().is_ascii() {
        return Ok(address);
    }
    let host = Host::parse(address.domain()).with_context(|| format!("the host of {address}"))?;
    Address::new(address.user(), host.to_string()).with_context(|| format!("the host of {address} in ASCII"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(to: &str, subject: &str) -> anyhow::Result<String> {
        let mail = Mail {
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        };
        let message = message(&mailbox("glovebox@example.com")?, &mail, &Enclosed::default())?;
        Ok(String::from_utf8(message.formatted())?)
    }

    #[test]
    fn no_word_of_a_mail_becomes_a_header() {
        let text = formatted("ada@example.com", "Hi\r\nBcc: eve@example.com\r\n\r\nbody").unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert_eq!(head.matches("\r\nTo: ").count(), 1, "{head}");
        for to in [
            "ada@example.com\r\nBcc: eve@example.com",
            "ada@example.com, eve@example.com",
            "ada@example.com> RCPT TO:<eve@example.com",
            "Ada <ada@example.com>",
            "",
        ] {
            assert!(formatted(to, "Hi").is_err(), "{to:?}");
        }
    }

    #[test]
    fn a_message_says_who_when_and_that_a_program_wrote_it() {
        let text = formatted("ada@example.com", "Hi").unwrap();
        for header in [
            "From: Glovebox <glovebox@example.com>\r\n",
            "To: ada@example.com\r\n",
            "Subject: Hi\r\n",
            "Message-ID: <",
            "@example.com>\r\n",
            "Date: ",
            "Auto-Submitted: auto-generated\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(text.contains(header), "{header} is not in {text}");
        }
    }

    #[test]
    fn a_host_beyond_ascii_is_written_in_ascii() {
        let text = formatted("ada@bücher.example", "Hi").unwrap();
        assert!(text.contains("To: ada@xn--bcher-kva.example\r\n"), "{text}");
    }
}
