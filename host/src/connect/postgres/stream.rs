//! The stream to a PostgreSQL: encrypted where it should be, and with an end to what one message may be long, so that a
//! hostile server cannot fill the memory.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

/// Bytes of a message's head: its type, and its length without the type.
const HEAD_BYTES: usize = 5;
/// The types `ParameterStatus`, `NoticeResponse` and `NotificationResponse`.
const ASIDE: [u8; 3] = *b"SNA";

/// Bytes of settings, notices and news that a server may send unasked, since the driver keeps them.
const ASIDE_MAX_BYTES: usize = 1 << 20;

/// A stream of the server's messages, none of which is longer than allowed.
pub(super) struct Metered<S> {
    stream: S,
    message_max_bytes: usize,
    head: Vec<u8>,
    /// Bytes of the message's body that are still to come.
    rest: usize,
    /// Bytes of what came unasked.
    aside: usize,
}

impl<S> Metered<S> {
    pub(super) fn new(stream: S, message_max_bytes: usize) -> Self {
        Self {
            stream,
            message_max_bytes,
            head: Vec::with_capacity(HEAD_BYTES),
            rest: 0,
            aside: 0,
        }
    }

    fn follow(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.rest > 0 {
                let passed = self.rest.min(bytes.len());
                self.rest -= passed;
                bytes = &bytes[passed..];
                continue;
            }
            let taken = (HEAD_BYTES - self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if let [kind, a, b, c, d] = self.head[..] {
                let length = u32::from_be_bytes([a, b, c, d]) as usize;
                if ASIDE.contains(&kind) {
                    self.aside = self.aside.saturating_add(length);
                }
                if self.aside > ASIDE_MAX_BYTES {
                    return Err(io::Error::other("the server sends too many settings and notices"));
                }
                if length > self.message_max_bytes {
                    return Err(io::Error::other("a row is larger than this server takes"));
                }
                self.rest = length.saturating_sub(HEAD_BYTES - 1);
                self.head.clear();
            }
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = read {
            self.follow(&buffer.filled()[before..])?;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl TlsStream for Metered<tokio_rustls::client::TlsStream<TcpStream>> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

/// What turns a connection into an encrypted one.
pub(super) struct Negotiation {
    connector: TlsConnector,
    name: ServerName<'static>,
    message_max_bytes: usize,
}

impl Negotiation {
    pub(super) fn new(connector: TlsConnector, name: ServerName<'static>, message_max_bytes: usize) -> Self {
        Self {
            connector,
            name,
            message_max_bytes,
        }
    }
}

impl TlsConnect<TcpStream> for Negotiation {
    type Stream = Metered<tokio_rustls::client::TlsStream<TcpStream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Stream>> + Send>>;

    fn connect(self, stream: TcpStream) -> Self::Future {
        Box::pin(async move {
            let encrypted = self.connector.connect(self.name, stream).await?;
            Ok(Metered::new(encrypted, self.message_max_bytes))
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[test]
    fn a_server_that_sends_settings_and_notices_without_end_is_left() {
        let mut metered = Metered::new([].as_slice() as &[u8], 100);
        let notice = |kind: u8| [[kind, 0, 0, 0, 100].as_slice(), [7; 96].as_slice()].concat();
        let most = ASIDE_MAX_BYTES / 100;
        for kind in b"SNA".iter().cycle().take(most) {
            assert!(metered.follow(&notice(*kind)).is_ok());
        }
        assert!(metered.follow(&notice(b'D')).is_ok());
        assert!(metered.follow(&notice(b'N')).is_err());
    }

    #[tokio::test]
    async fn a_message_longer_than_allowed_ends_the_stream() {
        let message = |kind: u8, length: usize| {
            let mut bytes = vec![kind];
            bytes.extend(u32::try_from(length + 4).unwrap().to_be_bytes());
            bytes.extend(vec![7; length]);
            bytes
        };
        for step in [1, 3, 4, 1000] {
            let fine = [message(b'D', 0), message(b'D', 96), message(b'Z', 1)].concat();
            let pieces: Vec<_> = fine.chunks(step).map(<[u8]>::to_vec).collect();
            let mut metered = Metered::new([].as_slice() as &[u8], 100);
            assert!(pieces.iter().all(|piece| metered.follow(piece).is_ok()));
        }
        let long = message(b'D', 97);
        let mut metered = Metered::new(long.as_slice(), 100);
        assert!(metered.read_to_end(&mut Vec::new()).await.is_err());
    }
}
