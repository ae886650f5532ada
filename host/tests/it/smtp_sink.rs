//! A mail server on loopback that keeps what it is given, and answers badly when a test wants that.

use std::{
    io,
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use glovebox::config::{MailConfig, SecretText, SmtpConfig};
use mail_parser::{Message, MessageParser};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// Whose mail the sink takes, where it asks for a password.
pub const SENDER: &str = "glovebox@example.com";
pub const SENDER_PASSWORD: &str = "app password 42";

/// How the sink behaves. By default it takes every mail from everybody, in the clear.
#[derive(Clone, Default)]
pub struct Manners {
    /// `AUTH PLAIN` or `AUTH LOGIN` with [`SENDER`] and [`SENDER_PASSWORD`] is offered, and needed before a mail.
    pub auth: Option<&'static str>,
    /// Answers to the greeting, `RCPT` and the end of the message, in place of the good ones.
    pub greeting: Option<&'static str>,
    pub rcpt: Option<&'static str>,
    pub end: Option<&'static str>,
    /// It takes connections and never says a word.
    pub silent: bool,
    /// It takes a message and hangs up instead of saying so.
    pub hangs_up: bool,
    pub tls: TlsManners,
}

#[derive(Clone, Default)]
pub enum TlsManners {
    #[default]
    Off,
    Upgrade(TlsAcceptor),
    FromTheStart(TlsAcceptor),
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
    pub encrypted: bool,
    pub authenticated: bool,
}

#[derive(Clone)]
pub struct SmtpSink {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    manners: Manners,
    received: Vec<Received>,
    connections: usize,
}

impl SmtpSink {
    pub async fn start(manners: Manners) -> Self {
        Self::listen(0, manners).await.unwrap()
    }

    /// A sink on a port of its own choice, if this user may listen there.
    pub async fn listen(port: u16, manners: Manners) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(Mutex::new(State {
            manners,
            ..State::default()
        }));
        let sink = Self { port, state };
        let serving = sink.clone();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let sink = serving.clone();
                // A client that hangs up in the middle is no failure of the sink.
                tokio::spawn(async move { sink.serve(socket).await });
            }
        });
        Ok(sink)
    }

    /// The settings with which the server sends its mail here, in the clear and without a password.
    pub fn config(&self) -> SmtpConfig {
        SmtpConfig {
            sender: SENDER.to_owned(),
            server: "localhost".to_owned(),
            port: self.port,
            password: None,
            tls: false,
        }
    }

    pub fn mail_config(&self) -> MailConfig {
        MailConfig::Smtp(self.config())
    }

    pub fn config_with_password(&self, password: &str) -> MailConfig {
        MailConfig::Smtp(SmtpConfig {
            password: Some(SecretText::new(password)),
            ..self.config()
        })
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    /// The one mail that has come.
    #[track_caller]
    pub fn only(&self) -> Received {
        let mut received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }

    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// From the next connection on.
    pub fn behave(&self, manners: Manners) {
        self.state.lock().unwrap().manners = manners;
    }

    async fn serve(self, socket: TcpStream) -> io::Result<()> {
        let manners = {
            let mut state = self.state.lock().unwrap();
            state.connections += 1;
            state.manners.clone()
        };
        if manners.silent {
            return std::future::pending().await;
        }
        let tls = manners.tls.clone();
        let mut session = Session {
            sink: self,
            manners,
            encrypted: false,
            authenticated: false,
        };
        match tls {
            TlsManners::Off => session.talk(socket, true).await.map(drop),
            TlsManners::FromTheStart(acceptor) => {
                session.encrypted = true;
                session.talk(acceptor.accept(socket).await?, true).await.map(drop)
            }
            TlsManners::Upgrade(acceptor) => {
                let Some(socket) = session.talk(socket, true).await? else {
                    return Ok(());
                };
                session.encrypted = true;
                session.talk(acceptor.accept(socket).await?, false).await.map(drop)
            }
        }
    }
}

impl Received {
    pub fn parsed(&self) -> Message<'_> {
        MessageParser::new().parse(&self.bytes).unwrap()
    }

    pub fn text(&self) -> String {
        self.parsed().body_text(0).unwrap().into_owned()
    }

    pub fn html(&self) -> String {
        self.parsed().body_html(0).unwrap().into_owned()
    }

    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap().to_owned()
    }
}

/// A certificate of its own for `localhost`, as PEM, and an acceptor that shows it.
pub fn certificate() -> (String, TlsAcceptor) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (made.cert.pem(), TlsAcceptor::from(Arc::new(config)))
}

/// One connection's talk.
struct Session {
    sink: SmtpSink,
    manners: Manners,
    encrypted: bool,
    authenticated: bool,
}

impl Session {
    /// Talks until the client leaves; gives the socket back when it asks for TLS.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(&mut self, socket: S, greet: bool) -> io::Result<Option<S>> {
        let mut socket = BufReader::new(socket);
        if greet {
            say(&mut socket, self.manners.greeting.unwrap_or("220 sink at your service")).await?;
        }
        let (mut from, mut to) = (None, Vec::new());
        while let Some(line) = hear(&mut socket).await? {
            let upper = line.to_ascii_uppercase();
            let answer = if upper.starts_with("EHLO") {
                self.extensions()
            } else if upper == "STARTTLS" && matches!(self.manners.tls, TlsManners::Upgrade(_)) {
                say(&mut socket, "220 go ahead").await?;
                return Ok(Some(socket.into_inner()));
            } else if upper.starts_with("AUTH ") {
                self.auth(&mut socket, &line).await?
            } else if upper.starts_with("MAIL FROM:") {
                if self.manners.auth.is_some() && !self.authenticated {
                    "530 5.7.0 authentication required".to_owned()
                } else {
                    from = Some(path(&line));
                    "250 fine".to_owned()
                }
            } else if upper.starts_with("RCPT TO:") {
                if self.manners.rcpt.is_none() {
                    to.push(path(&line));
                }
                self.manners.rcpt.unwrap_or("250 fine").to_owned()
            } else if upper == "DATA" {
                say(&mut socket, "354 go on, end with a dot").await?;
                let bytes = message(&mut socket).await?;
                if self.manners.end.is_none() {
                    self.sink.state.lock().unwrap().received.push(Received {
                        from: from.take().unwrap_or_default(),
                        to: std::mem::take(&mut to),
                        bytes,
                        encrypted: self.encrypted,
                        authenticated: self.authenticated,
                    });
                }
                if self.manners.hangs_up {
                    return Ok(None);
                }
                self.manners.end.unwrap_or("250 taken").to_owned()
            } else if upper == "QUIT" {
                say(&mut socket, "221 bye").await?;
                return Ok(None);
            } else if upper == "NOOP" {
                "250 fine".to_owned()
            } else {
                "500 what?".to_owned()
            };
            say(&mut socket, &answer).await?;
        }
        Ok(None)
    }

    fn extensions(&self) -> String {
        let mut lines = vec!["sink".to_owned(), "8BITMIME".to_owned()];
        if matches!(self.manners.tls, TlsManners::Upgrade(_)) && !self.encrypted {
            lines.push("STARTTLS".to_owned());
        }
        lines.extend(self.manners.auth.map(|mechanism| format!("AUTH {mechanism}")));
        let last = lines.len() - 1;
        let lines = lines.iter().enumerate().map(|(i, line)| {
            let separator = if i == last { ' ' } else { '-' };
            format!("250{separator}{line}")
        });
        lines.collect::<Vec<_>>().join("\r\n")
    }

    async fn auth<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        socket: &mut BufReader<S>,
        line: &str,
    ) -> io::Result<String> {
        let mut words = line.split(' ').skip(1);
        let mechanism = words.next().unwrap_or_default();
        if self.manners.auth != Some(mechanism) {
            return Ok("504 5.5.4 no such mechanism".to_owned());
        }
        let shown = if mechanism == "PLAIN" {
            let text = decoded(words.next().unwrap_or_default());
            let mut parts = text.split('\0').skip(1).map(str::to_owned);
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        } else {
            say(socket, &format!("334 {}", STANDARD.encode("Username:"))).await?;
            let name = decoded(&hear(socket).await?.unwrap_or_default());
            say(socket, &format!("334 {}", STANDARD.encode("Password:"))).await?;
            (name, decoded(&hear(socket).await?.unwrap_or_default()))
        };
        self.authenticated = shown == (SENDER.to_owned(), SENDER_PASSWORD.to_owned());
        Ok(if self.authenticated {
            "235 welcome"
        } else {
            "535 5.7.8 credentials invalid"
        }
        .to_owned())
    }
}

async fn say<S: AsyncWrite + Unpin>(socket: &mut S, line: &str) -> io::Result<()> {
    socket.write_all(format!("{line}\r\n").as_bytes()).await?;
    socket.flush().await
}

async fn hear<S: AsyncRead + Unpin>(socket: &mut BufReader<S>) -> io::Result<Option<String>> {
    let mut line = String::new();
    let heard = socket.read_line(&mut line).await?;
    Ok((heard > 0).then(|| line.trim_end().to_owned()))
}

/// The message up to its dot, with the dots that were doubled on the way made single (RFC 5321, 4.5.2).
async fn message<S: AsyncRead + Unpin>(socket: &mut BufReader<S>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = Vec::new();
        if socket.read_until(b'\n', &mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(bytes);
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

/// The address between the angle brackets.
fn path(line: &str) -> String {
    let start = line.find('<').map_or(0, |at| at + 1);
    let end = line.find('>').unwrap_or(line.len());
    line[start..end].to_owned()
}

fn decoded(text: &str) -> String {
    STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}
