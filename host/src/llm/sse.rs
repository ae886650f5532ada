//! Server-sent events, as far as models use them: the `data` of each event.
//!
//! Follows the WHATWG specification's parsing rules (<https://html.spec.whatwg.org/multipage/server-sent-events.html>);
//! names, ids and comments are passed over, since every provider repeats the name inside its data. The length of an
//! event and of the whole stream is bounded, so a broken or hostile server costs a known amount of memory.

use std::collections::VecDeque;

/// Bytes of one event. The longest known is OpenAI's last one, which repeats the instructions and the whole reply.
pub(super) const EVENT_MAX_BYTES: usize = 8 << 20;
/// Bytes of one whole stream: 128,000 tokens at 500 bytes each.
pub(super) const STREAM_MAX_BYTES: usize = 64 << 20;

/// What is wrong with a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    #[error("an event of its stream is longer than {EVENT_MAX_BYTES} bytes")]
    LongEvent,
    #[error("its stream is longer than {STREAM_MAX_BYTES} bytes")]
    LongStream,
    #[error("its stream is not UTF-8")]
    NotText,
}

/// Takes a stream's bytes in pieces, cut anywhere.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    /// The last byte was a carriage return, so a line feed now ends no second line.
    after_return: bool,
    seen_line: bool,
    total: usize,
}

impl Parser {
    /// Appends the data of every event that `bytes` complete to `events`.
    pub fn feed(&mut self, bytes: &[u8], events: &mut VecDeque<String>) -> Result<(), Broken> {
        self.total = self.total.saturating_add(bytes.len());
        if self.total > STREAM_MAX_BYTES {
            return Err(Broken::LongStream);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            if std::mem::take(&mut self.after_return) && rest[0] == b'\n' {
                rest = &rest[1..];
                continue;
            }
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let piece = &rest[..end.unwrap_or(rest.len())];
            if self.line.len() + self.data.len() + piece.len() > EVENT_MAX_BYTES {
                return Err(Broken::LongEvent);
            }
            self.line.extend_from_slice(piece);
            let Some(end) = end else { break };
            self.after_return = rest[end] == b'\r';
            rest = &rest[end + 1..];
            self.end_line(events)?;
        }
        Ok(())
    }

    /// The stream is over. An event that lacks only its empty line still counts: some servers leave it out.
    pub fn end(&mut self, events: &mut VecDeque<String>) -> Result<(), Broken> {
        if !self.line.is_empty() {
            self.end_line(events)?;
        }
        self.end_event(events)
    }

    fn end_line(&mut self, events: &mut VecDeque<String>) -> Result<(), Broken> {
        let line = std::mem::take(&mut self.line);
        let line = match line.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) if !self.seen_line => rest,
            _ => &line,
        };
        self.seen_line = true;
        if line.is_empty() {
            return self.end_event(events);
        }
        let value = match line.strip_prefix(b"data") {
            Some([b':', b' ', value @ ..] | [b':', value @ ..]) => value,
            Some([]) => &[],
            _ => return Ok(()),
        };
        if std::mem::replace(&mut self.has_data, true) {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(value);
        Ok(())
    }

    fn end_event(&mut self, events: &mut VecDeque<String>) -> Result<(), Broken> {
        if std::mem::take(&mut self.has_data) {
            let data = String::from_utf8(std::mem::take(&mut self.data)).map_err(|_| Broken::NotText)?;
            events.push_back(data);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(stream: &[u8], piece: usize) -> Vec<String> {
        let (mut parser, mut events) = (Parser::default(), VecDeque::new());
        for bytes in stream.chunks(piece) {
            parser.feed(bytes, &mut events).unwrap();
        }
        parser.end(&mut events).unwrap();
        events.into()
    }

    #[test]
    fn events_are_the_same_however_the_stream_is_cut() {
        let check = |stream: &str, expected: &[&str]| {
            for piece in 1..=stream.len() {
                assert_eq!(
                    parse(stream.as_bytes(), piece),
                    expected,
                    "{stream:?} in pieces of {piece}"
                );
            }
        };
        check("data: one\n\ndata: two\n\n", &["one", "two"]);
        check("event: ping\r\ndata: {}\r\n\r\n", &["{}"]);
        check("data: a\rdata: b\r\r", &["a\nb"]);
        check(": comment\n\nid: 7\nretry: 10\n\ndata:tight\n\n", &["tight"]);
        check("\u{feff}data: after a mark\n\n", &["after a mark"]);
        check("data: grüße 🙂\n\n", &["grüße 🙂"]);
        check("data\n\n", &[""]);
        check("database: no\n\n", &[]);
        check("data: no empty line at the end", &["no empty line at the end"]);
        check("data:  two spaces\n\n", &[" two spaces"]);
    }

    #[test]
    fn what_is_too_long_or_no_text_is_an_error() {
        let feed = |stream: &[u8], times: usize| {
            let (mut parser, mut events) = (Parser::default(), VecDeque::new());
            (0..times).try_for_each(|_| {
                events.clear();
                parser.feed(stream, &mut events)
            })
        };
        let mebibyte = vec![b'a'; 1 << 20];
        assert_eq!(feed(&mebibyte, 8), Ok(()));
        assert_eq!(feed(&mebibyte, 9), Err(Broken::LongEvent));
        let lines = [b"data: ".as_slice(), &mebibyte[..1 << 19], b"\n"].concat();
        assert_eq!(feed(&lines, 17), Err(Broken::LongEvent));
        let comment = [b":".as_slice(), &mebibyte[2..], b"\n"].concat();
        assert_eq!(feed(&comment, 64), Ok(()));
        assert_eq!(feed(&comment, 65), Err(Broken::LongStream));
        assert_eq!(feed(b"data: \xff\n\n", 1), Err(Broken::NotText));
    }
}
