//! Whether a statement's tokens are the same to the gate's parser and to the server.
//!
//! A gate that reads a text in another way than the server is none. So what is sent has no comments, and only tokens of
//! plain forms, with spaces where two of them could be read as one. All else is refused, with what to write in its place.

use sqlparser::{
    dialect::Dialect,
    tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace},
};

use super::{Engine, Problem, parameters::Places, refused};

/// Words, numbers, texts and signs of a statement. No expression is nested deeper than it has tokens, and the gate's stack
/// has room for that.
pub(super) const TOKENS_MAX: usize = 10_000;

/// Characters that PostgreSQL's operators are made of; those of MySQL's are among them.
const SIGNS: &str = "+-*/<>=~!@#%^&|`?:";
const MYSQL_SIGNS: &str = "+ - * / % = <> != < > <= >= <=> && || ! & | ^ ~ << >> -> ->> ?";

/// The tokens of a text, of which there are not too many.
pub(super) fn of(dialect: &dyn Dialect, text: &str) -> Result<Vec<TokenWithSpan>, Problem> {
    // Without unescaping, since only the kinds and places of the tokens matter.
    let tokens = Tokenizer::new(dialect, text)
        .with_unescape(false)
        .tokenize_with_location()
        .map_err(|error| refused(&format!("This is not a valid query: {error}.")))?;
    if tokens.iter().filter(|token| !is_space(&token.token)).count() > TOKENS_MAX {
        let message = format!(
            "The query has more than {TOKENS_MAX} words, numbers and signs. Write a shorter one; give long lists as \
             parameters."
        );
        return Err(refused(&message));
    }
    Ok(tokens)
}

/// The token as it is sent; `source` is how it was written.
pub(super) fn written(engine: Engine, token: &Token, source: &str) -> String {
    match token {
        Token::Whitespace(Whitespace::Space | Whitespace::Tab) => " ".to_owned(),
        Token::Whitespace(Whitespace::Newline) => "\n".to_owned(),
        // As many lines, for what the server says of them.
        Token::Whitespace(Whitespace::SingleLineComment { comment, .. } | Whitespace::MultiLineComment(comment)) => {
            format!(" {}", "\n".repeat(comment.matches('\n').count()))
        }
        Token::DollarQuotedString(text) if engine == Engine::Postgresql => {
            format!("'{}'", text.value.replace('\'', "''"))
        }
        _ => source.to_owned(),
    }
}

/// Whether a token that begins with `next` could be read as a part of one that ends in `last`.
pub(super) fn runs_together(last: char, next: char) -> bool {
    let sign = |c: char| SIGNS.contains(c);
    let word = |c: char| is_word(c) || c == '\'' || c == '"';
    sign(last) && sign(next) || word(last) && word(next)
}

/// # Errors
/// Says which number has letters or digits beside it, since servers differ in what they make of `0b1`, `1_000` or `1a`.
pub(super) fn numbers_apart(tokens: &[TokenWithSpan]) -> Result<(), Problem> {
    for pair in tokens.windows(2) {
        let joins = |token: &Token| matches!(token, Token::Word(_) | Token::Period | Token::Number(..));
        let (one, other) = (&pair[0].token, &pair[1].token);
        if is_number(one) && joins(other) || joins(one) && is_number(other) {
            let message = format!("Write {one}{other} with a space between, or as a name in quotes.");
            return Err(refused(&message));
        }
    }
    Ok(())
}

/// # Errors
/// Says which token could be read in two ways, and what to write.
pub(super) fn check(engine: Engine, dialect: &dyn Dialect, sql: &str) -> Result<(), Problem> {
    let tokens = of(dialect, sql)?;
    numbers_apart(&tokens)?;
    let places = Places::new(sql);
    let mut end = 0;
    let mut before: Option<&Token> = None;
    for TokenWithSpan { token, span } in &tokens {
        let start = places.byte(span.start);
        let source = sql.get(start..places.byte(span.end)).unwrap_or_default();
        let known = start == end && !source.is_empty() && is_plain(engine, token, source);
        if !known {
            return Err(refused(&in_place_of(token, source)));
        }
        let last = sql.get(..start).and_then(|sql| sql.chars().next_back());
        if !is_space(token)
            && let (Some(last), Some(next)) = (last, source.chars().next())
            && runs_together(last, next)
        {
            return Err(refused(&format!("Write a space in front of {source}.")));
        }
        if is_text(token) && before.is_some_and(is_text) {
            return Err(refused(
                "Join texts with || or concat(…), not by writing one behind the other.",
            ));
        }
        if is_text(token) && matches!(before, Some(Token::Word(word)) if is_charset(engine, &word.value)) {
            return Err(refused("Write texts without a character set in front of them."));
        }
        end = start + source.len();
        if !is_space(token) {
            before = Some(token);
        }
    }
    if end == sql.len() {
        Ok(())
    } else {
        Err(refused("This is not a valid query."))
    }
}

fn is_space(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_))
}

fn is_number(token: &Token) -> bool {
    matches!(token, Token::Number(..))
}

fn is_text(token: &Token) -> bool {
    matches!(
        token,
        Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::HexStringLiteral(_)
    )
}

/// MySQL reads `_utf8'…'` as a text in that character set.
fn is_charset(engine: Engine, word: &str) -> bool {
    engine == Engine::Mysql && word.starts_with('_')
}

fn is_word(c: char) -> bool {
    // MySQL's names end with the basic multilingual plane.
    c == '_' || c == '$' || (c.is_alphanumeric() && u32::from(c) < 0x1_0000)
}

/// Whether both read this source as this token.
fn is_plain(engine: Engine, token: &Token, source: &str) -> bool {
    let postgresql = engine == Engine::Postgresql;
    match token {
        Token::Whitespace(_) => source.chars().all(|c| c == ' ' || c == '\n'),
        Token::Word(word) => match word.quote_style {
            None => source.chars().all(is_word) && !source.starts_with(|c: char| c.is_ascii_digit() || c == '$'),
            Some('"') if postgresql => is_quoted(source, '"', false),
            Some('`') if !postgresql => is_quoted(source, '`', false),
            Some(_) => false,
        },
        Token::Number(..) => is_decimal(source),
        Token::SingleQuotedString(_) => is_quoted(source, '\'', !postgresql),
        Token::DoubleQuotedString(_) => !postgresql && is_quoted(source, '"', true),
        Token::EscapedStringLiteral(_) => postgresql && is_quoted(source.get(1..).unwrap_or_default(), '\'', true),
        Token::UnicodeStringLiteral(_) => postgresql && is_quoted(source.get(2..).unwrap_or_default(), '\'', false),
        Token::SingleQuotedByteStringLiteral(_) => has_digits(source, "bB", 2),
        Token::HexStringLiteral(_) => has_digits(source, "xX", 16) || (!postgresql && is_hexadecimal(source)),
        Token::Comma
        | Token::SemiColon
        | Token::Period
        | Token::LParen
        | Token::RParen
        | Token::LBracket
        | Token::RBracket => true,
        Token::Placeholder(_) => {
            source == "?"
                || source
                    .strip_prefix('$')
                    .is_some_and(|place| place.parse::<u32>().is_ok())
        }
        _ if postgresql => is_operator(source),
        _ => MYSQL_SIGNS.split(' ').any(|sign| sign == source),
    }
}

/// One text or name in quotes: a quote inside is doubled or, where that is the rule, stands behind a backslash.
fn is_quoted(source: &str, quote: char, backslash: bool) -> bool {
    let inner = source.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let Some(inner) = inner else { return false };
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let is_escape = c == quote || (backslash && c == '\\');
        let next = if is_escape { chars.next() } else { None };
        if (c == quote && next != Some(quote)) || (is_escape && next.is_none()) {
            return false;
        }
    }
    true
}

/// `x'1f'` and `b'01'`: digits only.
fn has_digits(source: &str, letters: &str, radix: u32) -> bool {
    let digits = source.strip_prefix(|c| letters.contains(c));
    let digits = digits.and_then(|rest| rest.strip_prefix('\'')?.strip_suffix('\''));
    digits.is_some_and(|digits| digits.chars().all(|c| c.is_digit(radix)))
}

/// `0x1f`, which is a text to MySQL, and one thing or another to versions of PostgreSQL.
fn is_hexadecimal(source: &str) -> bool {
    let digits = source.strip_prefix("0x");
    digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit()))
}

fn is_decimal(source: &str) -> bool {
    let (number, power) = source.split_once(['e', 'E']).unwrap_or((source, "0"));
    let power = power.strip_prefix(['+', '-']).unwrap_or(power);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && digits(power)
        && !power.is_empty()
        && !(whole.is_empty() && fraction.is_empty())
}

/// What PostgreSQL reads as one operator.
fn is_operator(source: &str) -> bool {
    let ends_in_sign =
        source.len() > 1 && source.ends_with(['+', '-']) && !source.contains(|c| "~!@#%^&|`?".contains(c));
    let colons = source.contains(':') && ![":", "::"].contains(&source);
    source.chars().all(|c| SIGNS.contains(c))
        && !source.contains("--")
        && !source.contains("/*")
        && !ends_in_sign
        && !colons
}

fn in_place_of(token: &Token, source: &str) -> String {
    match token {
        Token::Word(word) if word.quote_style.is_none() && word.value.starts_with('@') => {
            "Variables are not allowed. Write {{name}} for a parameter.".to_owned()
        }
        Token::Number(..) | Token::HexStringLiteral(_) => {
            format!("Write {source} as a decimal number of plain digits.")
        }
        Token::Word(_) => format!("Write the name {source} with letters, digits and _, or in quotes."),
        token if token.to_string().contains('\'') => format!("Write {source} as a text in plain single quotes."),
        _ => format!("{source} is not allowed here: databases read it in different ways."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_quotes_ends_where_its_quote_does() {
        for (source, backslash) in [
            ("''", true),
            ("'a'", true),
            (r"'a\'b'", true),
            ("'a''b'", false),
            (r"'\'", false),
        ] {
            assert!(is_quoted(source, '\'', backslash), "{source}");
        }
        for (source, backslash) in [
            ("'", true),
            (r"'\'", true),
            ("'a'b'", false),
            ("'a''", false),
            (r"'a\'b'", false),
        ] {
            assert!(!is_quoted(source, '\'', backslash), "{source}");
        }
    }
}
