//! The frames that a host and its workers exchange over pipes.
//!
//! A frame is a length (four bytes, little-endian), a kind (one byte) and that many bytes of payload. A worker runs
//! foreign code, so the host takes every frame as hostile: no frame is longer than [`FRAME_MAX_BYTES`], nothing is
//! allocated on the word of a length alone, and a payload that is not exactly what its kind promises is an error that
//! ends the run. Nothing in here panics on any bytes.

use glovebox_sdk::{Event, Job, LimitKind, Limits, Message, Stream};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    budget::{self, Allowance, TooMuch},
    layers::Layers,
};

/// The longest payload of any frame, in bytes.
pub const FRAME_MAX_BYTES: usize = 16 << 20;

/// The longest path that an event may name, in bytes.
const EVENT_PATH_MAX_BYTES: usize = 4096;

const HEADER_BYTES: usize = 5;

const KIND_JOB: u8 = 1;
const KIND_STOP: u8 = 2;
const KIND_READY: u8 = 16;
const KIND_STDOUT: u8 = 17;
const KIND_STDERR: u8 = 18;
const KIND_MESSAGE: u8 = 19;
const KIND_END: u8 = 20;
const KIND_TAKEN: u8 = 21;

/// What a host says to a worker.
#[derive(Debug)]
pub enum ToWorker {
    Job(Box<Order>),
    Stop,
}

/// A job and the limits it runs under.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    pub job: Job,
    pub limits: Limits,
}

/// What a worker says to its host: `Ready`, then `Taken`, the run's text and messages, and `End`.
#[derive(Debug, PartialEq)]
pub enum FromWorker {
    Ready(Ready),
    /// It has its job and begins.
    Taken,
    Text {
        stream: Stream,
        text: String,
    },
    /// What the guest said.
    Message(Message),
    End(End),
}

/// A worker is locked down, has its instance and waits for a job.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    pub layers: Layers,
    /// Making the instance, in microseconds.
    pub instantiate_us: u64,
}

/// The guest is over.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    pub cause: Cause,
    /// None where the guest's own code was interrupted: its meter is written down at calls only.
    pub fuel_used: Option<u64>,
    pub peak_memory_bytes: u64,
    /// The last limit that made one of the guest's requests fail.
    pub refused: Option<LimitKind>,
}

/// Why the guest is over.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It returned; its own [`glovebox_sdk::Ending`] tells the rest.
    Returned,
    Stopped,
    Limit(LimitKind),
    /// It trapped for a reason that no limit explains.
    Trapped {
        message: String,
    },
}

/// A frame that breaks the rules.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFrame {
    #[error("a frame of {0} bytes, more than {FRAME_MAX_BYTES}")]
    TooLong(usize),
    #[error("a frame of the unknown kind {0}")]
    UnknownKind(u8),
    #[error("a frame of kind {0} that cannot be read")]
    Unreadable(u8),
    #[error("more messages than a run may")]
    TooMuch,
    #[error("a table whose rows do not fit it")]
    BadTable,
    #[error("an event that names the path {0:?}, which is not a plain path below the output folder")]
    BadPath(String),
}

/// Puts bytes together into frames again, whatever pieces they come in.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    taken: usize,
    allowance: Allowance,
}

/// A whole frame, and what its worker may still send.
struct Frame<'a> {
    kind: u8,
    payload: &'a [u8],
    allowance: &'a mut Allowance,
}

impl Decoder {
    pub fn push(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Result<Option<Frame<'_>>, BadFrame> {
        let rest = &self.bytes[self.taken..];
        let Some((&[a, b, c, d, kind], rest)) = rest.split_first_chunk::<HEADER_BYTES>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        if length > FRAME_MAX_BYTES {
            return Err(BadFrame::TooLong(length));
        }
        let Some(payload) = rest.get(..length) else {
            return Ok(None);
        };
        self.taken += HEADER_BYTES + length;
        Ok(Some(Frame {
            kind,
            payload,
            allowance: &mut self.allowance,
        }))
    }

    /// The next frame of a host's.
    pub fn next_to_worker(&mut self) -> Result<Option<ToWorker>, BadFrame> {
        let Some(Frame { kind, payload, .. }) = self.next()? else {
            return Ok(None);
        };
        match kind {
            KIND_JOB => read(kind, payload).map(|order| Some(ToWorker::Job(Box::new(order)))),
            KIND_STOP if payload.is_empty() => Ok(Some(ToWorker::Stop)),
            KIND_STOP => Err(BadFrame::Unreadable(kind)),
            _ => Err(BadFrame::UnknownKind(kind)),
        }
    }

    /// The next frame of a worker's.
    pub fn next_from_worker(&mut self) -> Result<Option<FromWorker>, BadFrame> {
        let Some(Frame {
            kind,
            payload,
            allowance,
        }) = self.next()?
        else {
            return Ok(None);
        };
        Ok(Some(match kind {
            KIND_READY => FromWorker::Ready(read(kind, payload)?),
            KIND_STDOUT => FromWorker::Text {
                stream: Stream::Stdout,
                text: text(kind, payload)?,
            },
            KIND_STDERR => FromWorker::Text {
                stream: Stream::Stderr,
                text: text(kind, payload)?,
            },
            KIND_MESSAGE => {
                // Before it is parsed, since what it becomes is larger than what it is.
                allowance.take(payload).map_err(|TooMuch| BadFrame::TooMuch)?;
                FromWorker::Message(message(kind, payload)?)
            }
            KIND_END => FromWorker::End(read(kind, payload)?),
            KIND_TAKEN if payload.is_empty() => FromWorker::Taken,
            KIND_TAKEN => return Err(BadFrame::Unreadable(kind)),
            _ => return Err(BadFrame::UnknownKind(kind)),
        }))
    }
}

/// The frame that hands `order` over, or none when it would be longer than [`FRAME_MAX_BYTES`].
pub fn job(order: &Order) -> Option<Vec<u8>> {
    let payload = serde_json::to_vec(order).ok()?;
    (payload.len() <= FRAME_MAX_BYTES).then(|| frame(KIND_JOB, &payload))
}

pub fn stop() -> Vec<u8> {
    frame(KIND_STOP, &[])
}

pub fn ready(ready: &Ready) -> Vec<u8> {
    frame(KIND_READY, &serde_json::to_vec(ready).unwrap_or_default())
}

pub fn taken() -> Vec<u8> {
    frame(KIND_TAKEN, &[])
}

pub fn printed(stream: Stream, text: &str) -> Vec<u8> {
    let kind = match stream {
        Stream::Stdout => KIND_STDOUT,
        Stream::Stderr => KIND_STDERR,
    };
    frame(kind, text.as_bytes())
}

/// Passes a guest's message on as the guest wrote it.
pub fn raw_message(json: &[u8]) -> Vec<u8> {
    frame(KIND_MESSAGE, json)
}

pub fn end(end: &End) -> Vec<u8> {
    frame(KIND_END, &serde_json::to_vec(end).unwrap_or_default())
}

fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES + payload.len());
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.push(kind);
    bytes.extend_from_slice(payload);
    bytes
}

fn read<T: DeserializeOwned>(kind: u8, payload: &[u8]) -> Result<T, BadFrame> {
    serde_json::from_slice(payload).map_err(|_| BadFrame::Unreadable(kind))
}

fn text(kind: u8, payload: &[u8]) -> Result<String, BadFrame> {
    String::from_utf8(payload.to_vec()).map_err(|_| BadFrame::Unreadable(kind))
}

fn message(kind: u8, payload: &[u8]) -> Result<Message, BadFrame> {
    let message = read(kind, payload)?;
    match &message {
        Message::Event(Event::Output { .. }) => return Err(BadFrame::Unreadable(kind)),
        Message::Event(Event::Chart { name, spec, .. }) => {
            check_path(name)?;
            spec.as_deref().map_or(Ok(()), check_path)?;
        }
        Message::Event(Event::Table(table)) if !budget::fits_itself(table) => return Err(BadFrame::BadTable),
        Message::Event(Event::Table(_) | Event::Progress { .. }) | Message::Ending(_) => {}
    }
    Ok(message)
}

fn check_path(path: &str) -> Result<(), BadFrame> {
    let plain = path.len() <= EVENT_PATH_MAX_BYTES
        && !path.chars().any(char::is_control)
        && path.split('/').all(|name| !matches!(name, "" | "." | ".."));
    if plain {
        Ok(())
    } else {
        Err(BadFrame::BadPath(path.chars().take(80).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &Result<Option<FromWorker>, BadFrame>) {
        let mut whole = Decoder::default();
        whole.push(bytes);
        assert_eq!(&whole.next_from_worker(), expected);

        let mut piecewise = Decoder::default();
        let mut last = Ok(None);
        for byte in bytes {
            piecewise.push(&[*byte]);
            last = piecewise.next_from_worker();
            if last != Ok(None) {
                break;
            }
        }
        assert_eq!(&last, expected);
    }

    fn chart(name: &str) -> Message {
        Message::Event(Event::Chart {
            name: name.into(),
            spec: None,
            title: String::new(),
            alt: String::new(),
        })
    }

    fn sent(message: &Message) -> Vec<u8> {
        raw_message(&serde_json::to_vec(message).unwrap())
    }

    #[test]
    fn whole_frames_are_read_in_any_pieces() {
        let text = FromWorker::Text {
            stream: Stream::Stderr,
            text: "μ".into(),
        };
        check(&printed(Stream::Stderr, "μ"), &Ok(Some(text)));
        let message = chart("a/b.png");
        check(&sent(&message), &Ok(Some(FromWorker::Message(message))));
    }

    #[test]
    fn unfinished_frames_wait() {
        check(&[], &Ok(None));
        check(&[1, 0, 0], &Ok(None));
        check(&[9, 0, 0, 0, KIND_STDOUT, b'a'], &Ok(None));
    }

    #[test]
    fn frames_that_claim_too_much_are_refused_before_their_payload() {
        check(
            &[255, 255, 255, 255, KIND_STDOUT],
            &Err(BadFrame::TooLong(u32::MAX as usize)),
        );
        let length = FRAME_MAX_BYTES as u32 + 1;
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.push(KIND_MESSAGE);
        check(&bytes, &Err(BadFrame::TooLong(length as usize)));
    }

    #[test]
    fn unknown_kinds_are_refused() {
        for kind in [0, KIND_JOB, KIND_STOP, 15, 22, 255] {
            check(&frame(kind, b"{}"), &Err(BadFrame::UnknownKind(kind)));
        }
    }

    #[test]
    fn payloads_that_are_not_what_they_say_are_refused() {
        check(
            &frame(KIND_STDOUT, &[0xff, 0xfe]),
            &Err(BadFrame::Unreadable(KIND_STDOUT)),
        );
        for garbage in [
            "",
            "{",
            "null",
            "[]",
            "{\"event\":{\"kind\":\"unknown\"}}",
            "{\"ending\":7}",
        ] {
            check(
                &raw_message(garbage.as_bytes()),
                &Err(BadFrame::Unreadable(KIND_MESSAGE)),
            );
            check(
                &frame(KIND_END, garbage.as_bytes()),
                &Err(BadFrame::Unreadable(KIND_END)),
            );
        }
        let nested = "[".repeat(100_000);
        check(
            &raw_message(nested.as_bytes()),
            &Err(BadFrame::Unreadable(KIND_MESSAGE)),
        );
    }

    #[test]
    fn output_comes_as_text_only_so_that_it_is_counted() {
        let json = br#"{"event":{"kind":"output","stream":"stdout","text":"a"}}"#;
        check(&raw_message(json), &Err(BadFrame::Unreadable(KIND_MESSAGE)));
    }

    #[test]
    fn more_than_a_run_may_send_is_refused_unparsed() {
        let table = format!(
            r#"{{"event":{{"kind":"table","columns":[{{"name":"a","dtype":"i64"}}],"row_count":1,"rows":[[{}0]]}}}}"#,
            "[],".repeat(300_000)
        );
        check(&raw_message(table.as_bytes()), &Err(BadFrame::TooMuch));
        check(
            &sent(&chart(&"a".repeat(budget::MESSAGES_MAX_BYTES))),
            &Err(BadFrame::TooMuch),
        );
        let mut decoder = Decoder::default();
        for _ in 0..budget::MESSAGES_MAX {
            decoder.push(&sent(&chart("a")));
            assert!(decoder.next_from_worker().unwrap().is_some());
        }
        decoder.push(&sent(&chart("a")));
        assert_eq!(decoder.next_from_worker(), Err(BadFrame::TooMuch));
    }

    #[test]
    fn a_table_has_as_many_cells_in_each_row_as_columns() {
        let json = br#"{"event":{"kind":"table","columns":[],"row_count":1,"rows":[[1]]}}"#;
        check(&raw_message(json), &Err(BadFrame::BadTable));
    }

    #[test]
    fn events_name_plain_paths_only() {
        for name in ["", "/etc/passwd", "../a", "a/../b", "a//b", "./a", "a/", "a\0b", "a\nb"] {
            check(&sent(&chart(name)), &Err(BadFrame::BadPath(name.into())));
        }
    }

    #[test]
    fn no_bytes_make_the_decoder_panic() {
        let mut state = 1_u64;
        for _ in 0..2_000 {
            let mut decoder = Decoder::default();
            for _ in 0..8 {
                let mut bytes = [0; 16];
                for byte in &mut bytes {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    *byte = (state >> 59) as u8;
                }
                decoder.push(&bytes);
                while let Ok(Some(_)) = decoder.next_from_worker() {}
            }
        }
    }
}
