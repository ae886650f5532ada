//! Mail to a mail server, by SMTP (RFC 5321) as mail programs submit it (RFC 6409).
//!
//! The connection is TLS, from the start on port 465 and by STARTTLS on any other, and there is no mail without it
//! unless the settings say so. Every mail has a connection of its own. An error says which setting to look at.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use lettre::{
    Address,
    message::Mailbox,
    transport::smtp::{
        Error as SmtpError, SUBMISSIONS_PORT,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail as MailFrom, Noop, Rcpt},
        extension::{ClientId, Extension, MailParameter},
    },
};
use tokio::{net::lookup_host, time::timeout};

use super::{Cut, Enclosed, Handover, Mail, mailbox, message};
use crate::config::SmtpConfig;

/// How long one address of the server may take to be reached.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the server may take to answer the last word.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(2);

/// A mail server that takes mail from us.
#[derive(Clone)]
pub struct Smtp {
    server: String,
    port: u16,
    sender: Mailbox,
    tls: Tls,
    credentials: Option<Credentials>,
    /// For everything about one mail, from the look-up of the server to its last answer.
    timeout: Duration,
}

#[derive(Clone)]
enum Tls {
    /// In the clear.
    Off,
    /// By STARTTLS, and not without it (RFC 3207).
    Upgrade(TlsParameters),
    /// From the first byte on (RFC 8314).
    FromTheStart(TlsParameters),
}

impl Smtp {
    pub(super) fn open(config: &SmtpConfig, timeout_s: u32) -> Result<Self> {
        let parameters = || {
            TlsParameters::new(config.server.clone()).with_context(|| {
                format!(
                    "EMAIL_SMTP_SERVER is {:?}, which is not a valid name for TLS",
                    config.server
                )
            })
        };
        let tls = match (config.tls, config.port) {
            (false, _) => Tls::Off,
            (true, SUBMISSIONS_PORT) => Tls::FromTheStart(parameters()?),
            (true, _) => Tls::Upgrade(parameters()?),
        };
        if matches!(tls, Tls::Off) && config.password.is_some() && !is_this_machine(&config.server) {
            bail!(
                "EMAIL_SMTP_TLS is off, so EMAIL_SENDER_PASSWORD would be sent to {} unencrypted. Turn TLS on, or \
                 remove the password if the server does not need one.",
                config.server
            );
        }
        let sender = mailbox(&config.sender)?;
        let credentials = config
            .password
            .as_ref()
            .map(|password| Credentials::new(sender.email.to_string(), password.expose().to_owned()));
        Ok(Self {
            server: config.server.clone(),
            port: config.port,
            sender,
            tls,
            credentials,
            timeout: Duration::from_secs(timeout_s.into()),
        })
    }

    pub(super) async fn send(&self, mail: &Mail, enclosed: &Enclosed) -> Result<Handover> {
        let message = message(&self.sender, mail, enclosed)?;
        let [to] = message.envelope().to() else {
            bail!("a mail for {} people", message.envelope().to().len());
        };
        let handing_over = AtomicBool::new(false);
        let done = self
            .within_time(async {
                let mut connection = self.connect().await?;
                let sent = self
                    .hand_over(&mut connection, to, &message.formatted(), &handing_over)
                    .await;
                Ok((sent, connection))
            })
            .await;
        let (sent, connection) = match done {
            Err(error) if handing_over.load(Ordering::Relaxed) => return Err(error.context(Cut)),
            done => done?,
        };
        // A mail that was taken is not sent again because the goodbye failed.
        goodbye(connection).await;
        let sent = sent?;
        match &sent {
            Handover::Taken => tracing::info!(to = mail.to, subject = mail.subject, "a mail was sent"),
            Handover::Refused(why) => {
                tracing::warn!(
                    to = mail.to,
                    subject = mail.subject,
                    why,
                    "the mail server refuses the recipient"
                );
            }
        }
        Ok(sent)
    }

    pub(super) async fn check(&self) -> Result<()> {
        let connection = self
            .within_time(async {
                let mut connection = self.connect().await?;
                let answered = connection.command(Noop).await;
                answered.map_err(|error| self.explained(&error))?;
                Ok(connection)
            })
            .await?;
        goodbye(connection).await;
        Ok(())
    }

    /// A connection on which mail can be sent.
    async fn connect(&self) -> Result<AsyncSmtpConnection> {
        let (server, port) = (self.server.as_str(), self.port);
        let addresses: Vec<SocketAddr> = lookup_host((server, port))
            .await
            .with_context(|| {
                format!(
                    "EMAIL_SMTP_SERVER is {server}, which cannot be resolved; check the spelling and this \
                     machine's DNS"
                )
            })?
            .collect();
        let wrapped = match &self.tls {
            Tls::FromTheStart(parameters) => Some(parameters.clone()),
            Tls::Off | Tls::Upgrade(_) => None,
        };
        let us = ClientId::default();
        let connection = AsyncSmtpConnection::connect_tokio1(&*addresses, Some(CONNECT_TIMEOUT), &us, wrapped, None);
        let mut connection = connection.await.map_err(|error| self.explained(&error))?;
        if let Tls::Upgrade(parameters) = &self.tls {
            if !connection.can_starttls() {
                bail!(
                    "{server} offers no STARTTLS on port {port}, so mail would be sent unencrypted. Set \
                     EMAIL_SMTP_PORT to 465 if the server uses TLS from the start, or EMAIL_SMTP_TLS to off if it runs \
                     on this machine."
                );
            }
            let upgraded = connection.starttls(parameters.clone(), &us).await;
            upgraded.map_err(|error| self.explained(&error))?;
        }
        if let Some(credentials) = &self.credentials {
            let server_info = connection.server_info();
            if server_info.get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
                bail!(
                    "{server} does not accept a password on port {port}. Check EMAIL_SMTP_PORT, or leave \
                     EMAIL_SENDER_PASSWORD out if the server needs none."
                );
            }
            let entered = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            entered.map_err(|error| self.explained(&error))?;
        }
        Ok(connection)
    }

    /// `handing_over` tells from when on the server may have the mail.
    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        to: &Address,
        bytes: &[u8],
        handing_over: &AtomicBool,
    ) -> Result<Handover> {
        let mut parameters = Vec::new();
        // The name before the @ has letters beyond ASCII (RFC 6531); the host is in ASCII by now.
        if !to.user().is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Ok(Handover::Refused(
                    "the mail server accepts only ASCII addresses".to_owned(),
                ));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let from = MailFrom::new(Some(self.sender.email.clone()), parameters);
        connection.command(from).await.map_err(|error| self.explained(&error))?;
        match connection.command(Rcpt::new(to.clone(), Vec::new())).await {
            Err(error) if error.is_permanent() => return Ok(Handover::Refused(error.to_string())),
            accepted => accepted.map_err(|error| self.explained(&error))?,
        };
        connection.command(Data).await.map_err(|error| self.explained(&error))?;
        handing_over.store(true, Ordering::Relaxed);
        connection.message(bytes).await.map_err(|error| match error.status() {
            Some(_) => self.explained(&error),
            None => self.explained(&error).context(Cut),
        })?;
        Ok(Handover::Taken)
    }

    async fn within_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let Ok(done) = timeout(self.timeout, work).await else {
            bail!(
                "{} did not answer on port {} within {} seconds. Check EMAIL_SMTP_PORT (465 uses TLS from the start, \
                 other ports STARTTLS), and whether a firewall blocks outgoing mail.",
                self.server,
                self.port,
                self.timeout.as_secs()
            );
        };
        done
    }

    /// The error with what to do about it.
    fn explained(&self, error: &SmtpError) -> anyhow::Error {
        let (server, port) = (&self.server, self.port);
        if let Some(code) = error.status() {
            // RFC 4954, 6: the password or its lack.
            return match u16::from(code) {
                530 | 534 | 535 | 538 => anyhow!(
                    "{server} refused the login of {}: {error}. Check EMAIL_SENDER_ADDRESS and EMAIL_SENDER_PASSWORD; \
                     some providers require an app password.",
                    self.sender.email
                ),
                _ => anyhow!("{server} answered: {error}"),
            };
        }
        let io = io_error(error);
        let of_tls: Option<&rustls::Error> = io.and_then(|io| io.get_ref()?.downcast_ref());
        if error.is_tls() || of_tls.is_some() {
            return anyhow!(
                "TLS with {server} on port {port} failed: {error}. EMAIL_SMTP_SERVER must be the name in the server's \
                 certificate, and this machine must trust the certificate; port 465 uses TLS from the start, other \
                 ports STARTTLS."
            );
        }
        match io.map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => anyhow!(
                "{server} refuses connections on port {port}. Check EMAIL_SMTP_SERVER and EMAIL_SMTP_PORT, and that \
                 the mail server is running."
            ),
            Some(io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
                anyhow!(
                    "{server} cannot be reached on port {port}. Check EMAIL_SMTP_SERVER and EMAIL_SMTP_PORT, and \
                     whether a firewall blocks outgoing mail."
                )
            }
            _ => anyhow!(
                "{server} on port {port} does not behave like a mail server: {error}. Check EMAIL_SMTP_SERVER and \
                 EMAIL_SMTP_PORT; port 465 uses TLS from the start, other ports STARTTLS."
            ),
        }
    }
}

async fn goodbye(mut connection: AsyncSmtpConnection) {
    let _ = timeout(GOODBYE_TIMEOUT, connection.abort()).await;
}

fn is_this_machine(server: &str) -> bool {
    server == "localhost" || server.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn io_error(error: &SmtpError) -> Option<&io::Error> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref() {
            return Some(io);
        }
        source = inner.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SecretText;

    #[test]
    fn a_password_does_not_cross_the_network_in_the_clear() {
        let check = |server: &str, password: bool, opens: bool| {
            let config = SmtpConfig {
                sender: "glovebox@example.com".to_owned(),
                server: server.to_owned(),
                port: 25,
                password: password.then(|| SecretText::new("hush")),
                tls: false,
            };
            assert_eq!(Smtp::open(&config, 1).is_ok(), opens, "{server} {password}");
        };
        check("localhost", true, true);
        check("127.0.0.1", true, true);
        check("mail.example.com", false, true);
        check("mail.example.com", true, false);
        check("localhost.example.com", true, false);
    }
}
