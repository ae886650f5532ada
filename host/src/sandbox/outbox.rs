//! What a worker sends: printed text, the guest's messages, and the end.
//!
//! A script prints in small pieces, so text is gathered and sent when there is enough of it or when it has waited for
//! [`TEXT_WAIT`]. What was printed always leaves before anything that came after it. Text beyond the run's limit is
//! dropped, and a notice says so once.

use std::{
    io::{self, Write},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use glovebox_sdk::Stream;

use super::frame;

/// Text is sent when this many bytes have gathered.
const TEXT_BYTES: usize = 8 << 10;

/// Text is sent when it has waited this long.
pub const TEXT_WAIT: Duration = Duration::from_millis(10);

pub struct Outbox(Mutex<Pending>);

struct Pending {
    pipe: Box<dyn Write + Send>,
    stream: Stream,
    text: String,
    since: Instant,
    text_max_bytes: u64,
    text_bytes: u64,
    truncated: bool,
}

impl Outbox {
    pub fn new(pipe: impl Write + Send + 'static) -> Self {
        Self(Mutex::new(Pending {
            pipe: Box::new(pipe),
            stream: Stream::Stdout,
            text: String::new(),
            since: Instant::now(),
            text_max_bytes: u64::MAX,
            text_bytes: 0,
            truncated: false,
        }))
    }

    /// Keeps no more than `bytes` of text.
    pub fn limit_text(&self, bytes: u64) {
        self.with(|pending| pending.text_max_bytes = bytes);
    }

    /// Takes text that was printed. An error means that nobody listens any more.
    pub fn print(&self, stream: Stream, text: &str) -> io::Result<()> {
        self.with(|pending| pending.print(stream, text))
    }

    /// Whether more text would be kept.
    pub fn has_room(&self) -> bool {
        self.with(|pending| !pending.truncated)
    }

    /// Sends a frame, after all text before it.
    pub fn send(&self, frame: &[u8]) -> io::Result<()> {
        self.with(|pending| {
            pending.flush()?;
            pending.pipe.write_all(frame)
        })
    }

    /// Sends the text that has waited long enough.
    pub fn send_waiting_text(&self) -> io::Result<()> {
        self.with(|pending| {
            if pending.since.elapsed() >= TEXT_WAIT {
                pending.flush()
            } else {
                Ok(())
            }
        })
    }

    fn with<T>(&self, body: impl FnOnce(&mut Pending) -> T) -> T {
        body(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pending {
    fn print(&mut self, stream: Stream, text: &str) -> io::Result<()> {
        if self.truncated || text.is_empty() {
            return Ok(());
        }
        if stream != self.stream {
            self.flush()?;
            self.stream = stream;
        }
        if self.text.is_empty() {
            self.since = Instant::now();
        }
        let room = usize::try_from(self.text_max_bytes - self.text_bytes).unwrap_or(usize::MAX);
        let kept = text.floor_char_boundary(room);
        self.text.push_str(&text[..kept]);
        self.text_bytes += kept as u64;
        if kept < text.len() {
            self.truncated = true;
            let line_break = if self.text.is_empty() || self.text.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            self.text.push_str(line_break);
            self.text.push_str(&truncation_notice(self.text_max_bytes));
        }
        if self.text.len() >= TEXT_BYTES || self.truncated {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        for piece in pieces(&self.text) {
            self.pipe.write_all(&frame::printed(self.stream, piece))?;
        }
        self.text.clear();
        Ok(())
    }
}

/// What a reader sees in place of the text that was dropped.
pub fn truncation_notice(bytes: u64) -> String {
    format!("[output truncated after {}]\n", in_units(bytes))
}

/// A number of bytes in the largest unit that tells it exactly.
pub fn in_units(bytes: u64) -> String {
    match bytes {
        bytes if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        bytes if bytes >= 1 << 10 && bytes.is_multiple_of(1 << 10) => format!("{} KiB", bytes >> 10),
        bytes => format!("{bytes} bytes"),
    }
}

/// Cuts text so that every piece fits into a frame.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (piece, rest) = text.split_at(text.floor_char_boundary(frame::FRAME_MAX_BYTES));
        text = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn check(limit: u64, prints: &[(Stream, &str)], expected: &[(Stream, &str)]) {
        let sink = Sink::default();
        let outbox = Outbox::new(sink.clone());
        outbox.limit_text(limit);
        for (stream, text) in prints {
            outbox.print(*stream, text).unwrap();
        }
        outbox.send(&[]).unwrap();
        let mut decoder = frame::Decoder::default();
        decoder.push(&sink.0.lock().unwrap());
        for (stream, text) in expected {
            let expected = frame::FromWorker::Text {
                stream: *stream,
                text: (*text).to_owned(),
            };
            assert_eq!(decoder.next_from_worker(), Ok(Some(expected)));
        }
        assert_eq!(decoder.next_from_worker(), Ok(None));
    }

    #[test]
    fn small_prints_travel_together_and_streams_keep_their_order() {
        use Stream::{Stderr, Stdout};
        check(
            100,
            &[(Stdout, "a"), (Stdout, "b"), (Stderr, "c"), (Stdout, "d")],
            &[(Stdout, "ab"), (Stderr, "c"), (Stdout, "d")],
        );
    }

    #[test]
    fn text_beyond_the_limit_is_dropped_with_one_notice() {
        use Stream::Stdout;
        let notice = "ab\n[output truncated after 3 bytes]\n";
        check(
            3,
            &[(Stdout, "ab"), (Stdout, "μμ"), (Stdout, "more")],
            &[(Stdout, notice)],
        );
        check(3, &[(Stdout, "abc")], &[(Stdout, "abc")]);
    }
}
