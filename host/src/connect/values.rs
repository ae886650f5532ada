//! Values of PostgreSQL, which come in its binary form, as text: as its own output has them, with points in time in UTC.
//!
//! A type that is not known is refused with what to do, since a guess could be wrong.

use std::fmt::Write;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta};
use serde_json::Value;
use tokio_postgres::types::{FromSql, Kind as TypeKind, Type};

type Failure = Box<dyn std::error::Error + Sync + Send>;

/// The bytes of a value of any type.
pub(super) struct Raw<'a>(pub(super) &'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Whether values of the type can be shown.
pub(super) fn known(kind: &Type) -> bool {
    match kind.kind() {
        TypeKind::Enum(_) => true,
        TypeKind::Array(of) => !matches!(of.kind(), TypeKind::Array(_)) && known(of),
        TypeKind::Simple => kind.name() == "citext" || simple(kind).is_some(),
        _ => false,
    }
}

/// The value of the type in its binary form. An array ends with an error where its text has more than `max_bytes`.
///
/// # Errors
/// Says what cannot be shown.
pub(super) fn text(kind: &Type, raw: &[u8], max_bytes: usize) -> Result<String, String> {
    let damaged = || format!("a value of the type {} is damaged or out of range", kind.name());
    if let TypeKind::Array(of) = kind.kind() {
        return array(of, raw, max_bytes);
    }
    match simple(kind) {
        Some(read) => read(raw).ok_or_else(damaged),
        None => utf8(raw).ok_or_else(damaged),
    }
}

/// Reads a value of one type; none where its bytes are damaged.
type Read = fn(&[u8]) -> Option<String>;

fn simple(kind: &Type) -> Option<Read> {
    Some(match *kind {
        Type::BOOL => |raw| Some(if *raw.first()? == 0 { "false" } else { "true" }.to_owned()),
        Type::INT2 => |raw| Some(i16::from_be_bytes(raw.try_into().ok()?).to_string()),
        Type::INT4 => |raw| Some(i32::from_be_bytes(raw.try_into().ok()?).to_string()),
        Type::INT8 => |raw| Some(i64::from_be_bytes(raw.try_into().ok()?).to_string()),
        Type::OID => |raw| Some(u32::from_be_bytes(raw.try_into().ok()?).to_string()),
        Type::FLOAT4 => |raw| Some(format!("{:?}", f32::from_be_bytes(raw.try_into().ok()?))),
        Type::FLOAT8 => |raw| Some(format!("{:?}", f64::from_be_bytes(raw.try_into().ok()?))),
        Type::NUMERIC => numeric,
        Type::DATE => date,
        Type::TIME => |raw| time(i64::from_be_bytes(raw.try_into().ok()?)),
        Type::TIMESTAMP => |raw| timestamp(raw, ""),
        Type::TIMESTAMPTZ => |raw| timestamp(raw, "+00"),
        Type::INTERVAL => interval,
        Type::UUID => |raw| Some(uuid::Uuid::from_slice(raw).ok()?.to_string()),
        Type::JSONB => |raw| utf8(raw.strip_prefix(&[1])?),
        Type::BYTEA => |raw| Some(format!("\\x{}", hex(raw))),
        Type::TEXT
        | Type::VARCHAR
        | Type::BPCHAR
        | Type::NAME
        | Type::CHAR
        | Type::JSON
        | Type::XML
        | Type::UNKNOWN => utf8,
        _ => return None,
    })
}

fn utf8(raw: &[u8]) -> Option<String> {
    String::from_utf8(raw.to_vec()).ok()
}

fn hex(raw: &[u8]) -> String {
    raw.iter().fold(String::with_capacity(raw.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Digits to the base of 10,000: how many, the weight of the first, the sign, and how many decimals are shown.
fn numeric(raw: &[u8]) -> Option<String> {
    let word = |at: usize| Some(u16::from_be_bytes(raw.get(at * 2..at * 2 + 2)?.try_into().ok()?));
    let (count, weight, sign, decimals) = (word(0)?, word(1)?.cast_signed(), word(2)?, word(3)?);
    let sign = match sign {
        0 => "",
        0x4000 => "-",
        0xC000 => return Some("NaN".to_owned()),
        0xD000 => return Some("inf".to_owned()),
        0xF000 => return Some("-inf".to_owned()),
        _ => return None,
    };
    let digit = |place: i32| match usize::try_from(i32::from(weight) - place) {
        Ok(at) if at < usize::from(count) => word(4 + at),
        _ => Some(0),
    };
    let mut text = sign.to_owned();
    let first = i32::from(weight).max(0);
    for place in (0..=first).rev() {
        if place == first {
            let _ = write!(text, "{}", digit(place)?);
        } else {
            let _ = write!(text, "{:04}", digit(place)?);
        }
    }
    if decimals > 0 {
        let mut fraction = String::new();
        for place in 1..=i32::from(decimals.div_ceil(4)) {
            let _ = write!(fraction, "{:04}", digit(-place)?);
        }
        text.push('.');
        text.push_str(fraction.get(..usize::from(decimals))?);
    }
    Some(text)
}

/// Days since 2000-01-01.
fn date(raw: &[u8]) -> Option<String> {
    let start = NaiveDate::from_ymd_opt(2000, 1, 1)?;
    let date = match i32::from_be_bytes(raw.try_into().ok()?) {
        i32::MAX => return Some("infinity".to_owned()),
        i32::MIN => return Some("-infinity".to_owned()),
        days if days >= 0 => start.checked_add_days(Days::new(days.unsigned_abs().into()))?,
        days => start.checked_sub_days(Days::new(days.unsigned_abs().into()))?,
    };
    Some(date.format("%Y-%m-%d").to_string())
}

/// Microseconds since midnight.
fn time(micros: i64) -> Option<String> {
    if micros == 86_400_000_000 {
        return Some("24:00:00".to_owned());
    }
    let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(seconds).ok()?, 0)?;
    Some(format!("{}{}", time.format("%H:%M:%S"), fraction(rest)))
}

/// Microseconds since 2000-01-01.
fn timestamp(raw: &[u8], zone: &str) -> Option<String> {
    let micros = match i64::from_be_bytes(raw.try_into().ok()?) {
        i64::MAX => return Some("infinity".to_owned()),
        i64::MIN => return Some("-infinity".to_owned()),
        micros => micros,
    };
    let start = DateTime::from_timestamp(946_684_800, 0)?;
    let at = start.checked_add_signed(TimeDelta::microseconds(micros))?;
    let rest = i64::from(at.timestamp_subsec_micros());
    Some(format!("{}{}{zone}", at.format("%Y-%m-%d %H:%M:%S"), fraction(rest)))
}

fn fraction(micros: i64) -> String {
    if micros == 0 {
        return String::new();
    }
    format!(".{micros:06}").trim_end_matches('0').to_owned()
}

/// Microseconds, days and months, which do not convert into each other.
fn interval(raw: &[u8]) -> Option<String> {
    let micros = i64::from_be_bytes(raw.get(..8)?.try_into().ok()?);
    let days = i32::from_be_bytes(raw.get(8..12)?.try_into().ok()?);
    let months = i32::from_be_bytes(raw.get(12..16)?.try_into().ok()?);
    let mut parts = Vec::new();
    let mut part = |count: i32, name: &str| {
        if count != 0 {
            let plural = if count.abs() == 1 { "" } else { "s" };
            parts.push(format!("{count} {name}{plural}"));
        }
    };
    part(months / 12, "year");
    part(months % 12, "mon");
    part(days, "day");
    if micros != 0 || parts.is_empty() {
        let (sign, micros) = (if micros < 0 { "-" } else { "" }, micros.unsigned_abs());
        let seconds = micros / 1_000_000;
        let rest = fraction((micros % 1_000_000).cast_signed());
        parts.push(format!(
            "{sign}{:02}:{:02}:{:02}{rest}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        ));
    }
    Some(parts.join(" "))
}

/// As JSON: numbers and truth values bare, all else as text.
fn array(of: &Type, raw: &[u8], max_bytes: usize) -> Result<String, String> {
    let damaged = || "an array is damaged".to_owned();
    let word = |at: usize| {
        let bytes = raw.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(i32::from_be_bytes).ok_or_else(damaged)
    };
    match word(0)? {
        0 => return Ok("[]".to_owned()),
        1 => {}
        _ => return Err("an array of several dimensions is not shown; cast it to text".to_owned()),
    }
    let bare = [Type::BOOL, Type::INT2, Type::INT4, Type::INT8].contains(of);
    let (mut items, mut at) = ("[".to_owned(), 20);
    for place in 0..word(12)? {
        if items.len() > max_bytes {
            return Err(format!(
                "an array has more than {max_bytes} bytes, which is the limit; leave the column out, or take a part of it"
            ));
        }
        if place > 0 {
            items.push(',');
        }
        let length = word(at)?;
        at += 4;
        let Ok(length) = usize::try_from(length) else {
            items.push_str("null");
            continue;
        };
        let item = text(of, raw.get(at..at + length).ok_or_else(damaged)?, max_bytes)?;
        items.push_str(&if bare { item } else { Value::String(item).to_string() });
        at += length;
    }
    items.push(']');
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_read_as_postgresql_writes_them() {
        let check = |words: &[u16], expected: &str| {
            let raw: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            assert_eq!(numeric(&raw).as_deref(), Some(expected));
        };
        check(&[0, 0, 0, 0], "0");
        check(&[0, 0, 0, 2], "0.00");
        check(&[1, 0, 0, 0, 42], "42");
        check(&[2, 1, 0x4000, 0, 1, 5], "-10005");
        check(&[1, 1, 0, 0, 3], "30000");
        check(&[2, 0, 0, 2, 12, 3400], "12.34");
        check(&[1, 0xffff, 0, 3, 10], "0.001");
        check(&[1, 0xfffe, 0, 8, 1], "0.00000001");
        check(&[0, 0, 0xC000, 0], "NaN");
    }

    #[test]
    fn an_array_ends_where_its_text_is_too_long() {
        let nulls = |count: i32| {
            let words = [1, 0, 23, count, 1];
            let items = std::iter::repeat_n(-1, usize::try_from(count).unwrap());
            words
                .into_iter()
                .chain(items)
                .flat_map(i32::to_be_bytes)
                .collect::<Vec<u8>>()
        };
        assert_eq!(
            text(&Type::INT4_ARRAY, &nulls(3), 100).as_deref(),
            Ok("[null,null,null]")
        );
        let problem = text(&Type::INT4_ARRAY, &nulls(1_000_000), 100).unwrap_err();
        assert!(problem.contains("100 bytes"), "{problem}");
        assert!(text(&Type::INT4_ARRAY, &nulls(i32::MAX / 1_000_000), 1 << 20).is_ok());
    }

    #[test]
    fn points_in_time_keep_their_microseconds() {
        let raw = |micros: i64| micros.to_be_bytes();
        assert_eq!(timestamp(&raw(0), "").as_deref(), Some("2000-01-01 00:00:00"));
        assert_eq!(
            timestamp(&raw(-1), "+00").as_deref(),
            Some("1999-12-31 23:59:59.999999+00")
        );
        assert_eq!(timestamp(&raw(1_500_000), "").as_deref(), Some("2000-01-01 00:00:01.5"));
        assert_eq!(date(&(-1_i32).to_be_bytes()).as_deref(), Some("1999-12-31"));
        assert_eq!(time(3_723_000_001).as_deref(), Some("01:02:03.000001"));
    }
}
