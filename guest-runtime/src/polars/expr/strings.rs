//! The namespace `str`.

use polars::prelude::{self as pl, Column, DataType, Expr, IntoColumn, PolarsResult};

use crate::polars::{args::Args, errors::Outcome};

/// Continues an expression of texts by `str.name`.
pub fn call(name: &str, a: &mut Args) -> Outcome<Expr> {
    let e: Expr = a.take()?;
    let s = e.clone().str();
    Ok(match name {
        "contains" => {
            let (pattern, literal, strict) = (a.literal()?, a.take()?, a.take()?);
            if literal {
                s.contains_literal(pattern)
            } else {
                s.contains(pattern, strict)
            }
        }
        "contains_any" => s.contains_any(a.literal()?, a.take()?),
        "starts_with" => s.starts_with(a.literal()?),
        "ends_with" => s.ends_with(a.literal()?),
        "find" => {
            let (pattern, literal, strict) = (a.literal()?, a.take()?, a.take()?);
            if literal {
                s.find_literal(pattern)
            } else {
                s.find(pattern, strict)
            }
        }
        "find_many" => s.find_many(a.literal()?, a.take()?, a.take()?),
        "count_matches" => s.count_matches(a.literal()?, a.take()?),
        "replace" => s.replace_n(a.literal()?, a.literal()?, a.take()?, a.take()?),
        "replace_all" => s.replace_all(a.literal()?, a.literal()?, a.take()?),
        "replace_many" => s.replace_many(a.literal()?, a.literal()?, a.take()?),
        "extract" => s.extract(a.literal()?, a.take()?),
        "extract_all" => s.extract_all(a.literal()?),
        "extract_many" => s.extract_many(a.literal()?, a.take()?, a.take()?),
        "extract_groups" => s.extract_groups(&a.take::<String>()?)?,
        "split" => {
            let (by, inclusive) = (a.literal()?, a.take()?);
            if inclusive { s.split_inclusive(by) } else { s.split(by) }
        }
        "split_exact" => {
            let (by, n, inclusive) = (a.literal()?, a.take()?, a.take()?);
            if inclusive {
                s.split_exact_inclusive(by, n)
            } else {
                s.split_exact(by, n)
            }
        }
        "splitn" => s.splitn(a.literal()?, a.take()?),
        "slice" => s.slice(a.take()?, a.take()?),
        "head" => s.head(a.take()?),
        "tail" => s.tail(a.take()?),
        "to_lowercase" => s.to_lowercase(),
        "to_uppercase" => s.to_uppercase(),
        "to_titlecase" => e.map(titlecase, |_, field| Ok(field.clone())),
        "strip_chars" => s.strip_chars(a.literal()?),
        "strip_chars_start" => s.strip_chars_start(a.literal()?),
        "strip_chars_end" => s.strip_chars_end(a.literal()?),
        "strip_prefix" => s.strip_prefix(a.literal()?),
        "strip_suffix" => s.strip_suffix(a.literal()?),
        "len_chars" => s.len_chars(),
        "len_bytes" => s.len_bytes(),
        "pad_start" => s.pad_start(a.take()?, a.take()?),
        "pad_end" => s.pad_end(a.take()?, a.take()?),
        "zfill" => s.zfill(a.take()?),
        "reverse" => s.reverse(),
        "join" => s.join(&a.take::<String>()?, a.take()?),
        "escape_regex" => s.escape_regex(),
        "to_integer" => s.to_integer(a.take()?, a.take()?, a.take()?),
        "to_decimal" => s.to_decimal(a.take()?),
        "to_date" => s.to_date(a.strptime()?),
        "to_time" => s.to_time(a.strptime()?),
        "to_datetime" => {
            let unit = a.take()?;
            let zone = pl::TimeZone::opt_try_new(a.take::<Option<pl::PlSmallStr>>()?)?;
            s.to_datetime(unit, zone, a.strptime()?, a.literal()?)
        }
        "strptime" => {
            let dtype: DataType = a.take()?;
            s.strptime(dtype, a.strptime()?, a.literal()?)
        }
        "explode" => s.split(pl::lit("")).explode(),
        _ => return Err(a.unknown()),
    })
}

/// Each word with a capital letter at its start and small ones after it; whatever is no letter or digit ends a word.
fn titlecase(column: Column) -> PolarsResult<Column> {
    let texts = column.str()?;
    let made: pl::StringChunked = texts.iter().map(|text| text.map(title)).collect();
    Ok(made.with_name(texts.name().clone()).into_column())
}

fn title(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut inside = false;
    for char in text.chars() {
        if inside {
            made.extend(char.to_lowercase());
        } else {
            made.extend(char.to_uppercase());
        }
        inside = char.is_alphanumeric();
    }
    made
}
