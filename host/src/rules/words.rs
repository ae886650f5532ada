//! The words of a question: cut into tokens, reduced to stems and compared.
//!
//! A name such as `tempMax` or `temp_max` is cut into the same words wherever it stands, so that questions and column
//! names meet. Nothing here knows what a word means.

/// A word, a number, a sign of comparison or a quoted text of a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// As it was written; a quoted text without its quotes.
    pub text: String,
    pub low: String,
    pub stem: String,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Word,
    /// With its value: `10k` is 10,000, and `5%` is 5.
    Number(f64),
    /// Year, month and day; the day is 0 where a whole month is meant.
    Date(i32, u32, u32),
    /// `>`, `>=`, `<`, `<=`, `=`, `!=`
    Sign,
    Quoted,
    /// The end of a clause: a comma, a semicolon, a full stop.
    Pause,
}

impl Token {
    fn new(text: &str, kind: Kind) -> Self {
        let low = spelt_out(text.to_lowercase());
        Self {
            stem: stem(&low),
            text: text.to_owned(),
            low,
            kind,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The day of a month that "3rd" and "21st" say.
    pub fn ordinal(&self) -> Option<u32> {
        let digits = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|end| self.low.strip_suffix(end))?;
        digits.parse().ok().filter(|day| (1..=31).contains(day))
    }

    /// A whole number that may be a year.
    pub fn year(&self) -> Option<i32> {
        let number = self.number()?;
        let plain = self.text.len() == 4 && self.text.bytes().all(|b| b.is_ascii_digit());
        (plain && (1500.0..2200.0).contains(&number)).then_some(number as i32)
    }
}

/// Longest questions are cut here; what follows is not read.
const TOKENS_MAX: usize = 200;

/// The tokens of a question.
pub(super) fn tokens(question: &str) -> Vec<Token> {
    let chars: Vec<char> = question.chars().collect();
    let mut tokens = Vec::new();
    let mut at = after_numbering(&chars);
    while at < chars.len() && tokens.len() < TOKENS_MAX {
        at = one(&chars, at, &mut tokens);
        scale(&mut tokens);
    }
    tokens
}

/// "50 million" is one number.
fn scale(tokens: &mut Vec<Token>) {
    let [.., number, word] = &mut tokens[..] else { return };
    let (Kind::Number(value), Kind::Word) = (number.kind, word.kind) else {
        return;
    };
    let factor = match word.low.as_str() {
        "hundred" => 1e2,
        "thousand" => 1e3,
        "million" | "millions" => 1e6,
        "billion" | "billions" => 1e9,
        _ => return,
    };
    number.kind = Kind::Number(value * factor);
    number.text = format!("{} {}", number.text, word.text);
    tokens.pop();
}

/// Where the question begins after a "1." of a list.
fn after_numbering(chars: &[char]) -> usize {
    let digits = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    let numbered = (1..=2).contains(&digits)
        && matches!(chars.get(digits), Some('.' | ')'))
        && chars.get(digits + 1).is_some_and(|c| c.is_whitespace());
    if numbered { digits + 1 } else { 0 }
}

/// A word that is always cut short, in full.
fn spelt_out(low: String) -> String {
    match low.as_str() {
        "yr" => "year".to_owned(),
        "yrs" => "years".to_owned(),
        "qtr" => "quarter".to_owned(),
        _ => low,
    }
}

/// The number that a word says.
fn spelt(low: &str) -> Option<f64> {
    let words = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    let at = words.iter().position(|word| *word == low)?;
    Some(at as f64 + 2.0)
}

/// "at least one", "more than one": elsewhere "one" is no number.
fn is_before_one(low: &str) -> bool {
    matches!(low, "least" | "than" | "exactly" | "most")
}

/// A year that goes over into the next, such as `2022/23`, as one word.
fn split_year(chars: &[char], at: usize) -> Option<(Token, usize)> {
    let digits = |from: usize| chars[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let joined = at
        .checked_sub(1)
        .is_some_and(|before| is_word(chars[before]) || chars[before] == '/');
    let slash = at + 4;
    if joined || digits(at) != 4 || chars.get(slash) != Some(&'/') {
        return None;
    }
    let end = slash + 1 + digits(slash + 1);
    let whole = matches!(end - slash, 3 | 5) && chars.get(end).is_none_or(|c| !is_word(*c) && *c != '/');
    let text: String = chars[at..end].iter().collect();
    whole.then(|| (Token::new(&text, Kind::Word), end))
}

/// Reads one token from `at` and answers where the next may begin.
fn one(chars: &[char], at: usize, tokens: &mut Vec<Token>) -> usize {
    let c = chars[at];
    if let Some(end) = quoted(chars, at) {
        let text: String = chars[at + 1..end].iter().collect();
        tokens.push(Token::new(text.trim(), Kind::Quoted));
        return end + 1;
    }
    if let Some((token, end)) = split_year(chars, at).or_else(|| number(chars, at)) {
        tokens.push(token);
        return end;
    }
    if is_word(c) {
        let end = (at..chars.len())
            .find(|&i| {
                let joined = is_apostrophe(chars[i]) || chars[i] == '&';
                let inside = joined && chars.get(i + 1).is_some_and(|&c| is_word(c));
                !is_word(chars[i]) && !inside
            })
            .unwrap_or(chars.len());
        let text: String = chars[at..end].iter().collect();
        for word in pieces(&text) {
            let low = word.to_lowercase();
            let one = low == "one" && tokens.last().is_some_and(|last| is_before_one(&last.low));
            let number = if one { Some(1.0) } else { spelt(&low) };
            let kind = number.map_or(Kind::Word, Kind::Number);
            tokens.push(Token::new(word, kind));
        }
        return end;
    }
    if "<>=!≥≤≠".contains(c) {
        let two = chars.get(at + 1) == Some(&'=');
        let text = match (c, two) {
            ('≥', _) | ('>', true) => ">=",
            ('≤', _) | ('<', true) => "<=",
            ('≠', _) | ('!', true) => "!=",
            ('>', false) => ">",
            ('<', false) => "<",
            ('=', _) => "=",
            _ => return at + 1,
        };
        tokens.push(Token::new(text, Kind::Sign));
        return at + 1 + usize::from(two);
    }
    let between = |test: fn(&char) -> bool| {
        at.checked_sub(1).and_then(|before| chars.get(before)).is_some_and(test) && chars.get(at + 1).is_some_and(test)
    };
    if c == '%' {
        // "10 %" is a figure, "in %" a wish.
        match tokens.last_mut() {
            Some(last) if matches!(last.kind, Kind::Number(_)) => last.text.push('%'),
            _ => tokens.push(Token::new("percent", Kind::Word)),
        }
    } else if "-–—".contains(c) && between(char::is_ascii_digit) {
        tokens.push(Token::new("to", Kind::Word));
    } else if ",;:|\n".contains(c) || (c == '.' && chars.get(at + 1).is_none_or(|c| c.is_whitespace())) {
        let mut pause = Token::new(",", Kind::Pause);
        pause.text = c.to_string();
        tokens.push(pause);
    }
    at + 1
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '’'
}

/// Where a text that is quoted at `at` ends. An apostrophe quotes only between words.
fn quoted(chars: &[char], at: usize) -> Option<usize> {
    let close = match chars[at] {
        '"' => '"',
        '“' | '„' => '”',
        '`' => '`',
        '«' => '»',
        '\'' | '‘' if at == 0 || !is_word(chars[at - 1]) => '\'',
        _ => return None,
    };
    let end = (at + 1..chars.len()).find(|&i| {
        let apostrophe = close == '\'';
        (chars[i] == close || (apostrophe && chars[i] == '’') || (close == '”' && chars[i] == '“'))
            && !(apostrophe && chars.get(i + 1).is_some_and(|&c| is_word(c)))
    })?;
    (end > at + 1).then_some(end)
}

/// A number or a date at `at`, and where it ends.
fn number(chars: &[char], at: usize) -> Option<(Token, usize)> {
    let before = at.checked_sub(1).map(|before| chars[before]);
    if before.is_some_and(|c| is_word(c) || c == '.') {
        return None;
    }
    let begin = at + usize::from("$€£-+".contains(chars[at]));
    if !chars.get(begin)?.is_ascii_digit() {
        return None;
    }
    if chars[at] == '-' && before.is_some_and(|c| !c.is_whitespace()) {
        return None;
    }
    if let Some(date) = date(chars, begin) {
        return Some(date);
    }
    let mut end = begin;
    while let Some(&c) = chars.get(end) {
        let digit_next = chars.get(end + 1).is_some_and(char::is_ascii_digit);
        let thousands = c == ',' && (1..=3).all(|n| chars.get(end + n).is_some_and(char::is_ascii_digit));
        if !(c.is_ascii_digit() || (c == '.' && digit_next) || thousands) {
            break;
        }
        end += 1;
    }
    let digits: String = chars[begin..end].iter().filter(|c| **c != ',').collect();
    let mut value: f64 = digits.parse().ok()?;
    let suffix: String = chars[end..].iter().take_while(|c| is_word(**c)).collect();
    let factor = match suffix.to_lowercase().as_str() {
        "" => 1.0,
        "k" => 1e3,
        "m" | "mn" => 1e6,
        "bn" | "b" => 1e9,
        // `1st` and `2nd` are words, and so is `3d`.
        _ => return None,
    };
    let end = end + suffix.chars().count();
    value *= factor;
    if chars[at] == '-' {
        value = -value;
    }
    let text: String = chars[begin..end].iter().collect();
    Some((Token::new(&text, Kind::Number(value)), end))
}

/// A date by ISO 8601, or a month such as `2024-03`.
fn date(chars: &[char], at: usize) -> Option<(Token, usize)> {
    whole_date(chars, at).or_else(|| whole_month(chars, at))
}

fn whole_month(chars: &[char], at: usize) -> Option<(Token, usize)> {
    let text: String = chars.get(at..at + 7)?.iter().collect();
    let first = chrono::NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?;
    if text.as_bytes()[4] != b'-' || chars.get(at + 7).is_some_and(|c| is_word(*c) || *c == '-') {
        return None;
    }
    let kind = Kind::Date(chrono::Datelike::year(&first), chrono::Datelike::month(&first), 0);
    Some((Token::new(&text, kind), at + 7))
}

fn whole_date(chars: &[char], at: usize) -> Option<(Token, usize)> {
    let text: String = chars.get(at..at + 10)?.iter().collect();
    let date = chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
    if chars.get(at + 10).is_some_and(|c| is_word(*c)) {
        return None;
    }
    let kind = Kind::Date(
        chrono::Datelike::year(&date),
        chrono::Datelike::month(&date),
        chrono::Datelike::day(&date),
    );
    Some((Token::new(&text, kind), at + 10))
}

/// The words of a name, in lower case: of `tempMax (°C)` they are `temp`, `max` and `c`.
pub(super) fn name_words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .flat_map(pieces)
        .map(|word| spelt_out(word.to_lowercase()))
        .collect()
}

/// The parts of a word at underscores and where a small letter meets a capital one.
fn pieces(word: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    for part in word.split('_').filter(|part| !part.is_empty()) {
        let mut start = 0;
        let mut before: Option<char> = None;
        for (at, c) in part.char_indices() {
            if before.is_some_and(char::is_lowercase) && c.is_uppercase() {
                pieces.push(&part[start..at]);
                start = at;
            }
            before = Some(c);
        }
        pieces.push(&part[start..]);
    }
    pieces
}

/// A word in lower case without the ending of a plural or a possessive.
pub(super) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").or(word.strip_suffix("’s")).unwrap_or(word);
    let word = word.trim_end_matches(is_apostrophe);
    let cut = |end: &str| word.strip_suffix(end).filter(|rest| rest.chars().count() >= 2);
    if word.chars().count() <= 3 || matches!(word, "series" | "species") {
        return word.to_owned();
    }
    // What ends in "ie" by itself.
    if matches!(
        word,
        "movies" | "cookies" | "calories" | "ties" | "pies" | "zombies" | "selfies" | "rookies"
    ) {
        return word[..word.len() - 1].to_owned();
    }
    if let Some(rest) = cut("ies").filter(|rest| rest.chars().count() > 2) {
        return format!("{rest}y");
    }
    for end in ["xes", "ches", "shes", "sses", "zes"] {
        if word.ends_with(end) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match cut("s") {
        Some(rest) if !rest.ends_with(['s', 'u', 'i']) => rest.to_owned(),
        _ => word.to_owned(),
    }
}

/// Whether one word is a likely misspelling of the other: one slip in 4 to 7 letters, two in more.
pub(super) fn near(a: &str, b: &str) -> bool {
    if a.chars().next() != b.chars().next() {
        return false;
    }
    let (long, short) = (
        a.chars().count().max(b.chars().count()),
        a.chars().count().min(b.chars().count()),
    );
    let allowed = match short {
        0..=3 => return false,
        4..=7 => 1,
        _ => 2,
    };
    long - short <= allowed && distance(a, b, allowed) <= allowed
}

/// Letters to insert, remove, change or swap with their neighbour (optimal string alignment); more than `most` is some
/// number above it.
fn distance(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().all(|cost| *cost > most) {
            return most + 1;
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_cut_into_words_numbers_dates_signs_and_quoted_texts() {
        let check = |question: &str, expected: &[&str]| {
            let found: Vec<String> = tokens(question)
                .into_iter()
                .map(|token| match token.kind {
                    Kind::Word => token.stem,
                    Kind::Number(number) => format!("#{number}"),
                    Kind::Date(y, m, d) => format!("{y}/{m}/{d}"),
                    Kind::Sign => format!("[{}]", token.text),
                    Kind::Quoted => format!("\"{}\"", token.text),
                    Kind::Pause => ",".to_owned(),
                })
                .collect();
            assert_eq!(found, expected, "{question}");
        };
        check("Average MPG by origin?", &["average", "mpg", "by", "origin"]);
        check("temp_max and bodyMass", &["temp", "max", "and", "body", "mass"]);
        check(
            "price >= $1,234.50, 10k or 5%",
            &["price", "[>=]", "#1234.5", ",", "#10000", "or", "#5"],
        );
        check(
            "city is \"New York\" in 2014-03-05.",
            &["city", "is", "\"New York\"", "in", "2014/3/5", ","],
        );
        check(
            "the country's 'North East' sales",
            &["the", "country", "\"North East\"", "sale"],
        );
        check("x != -3 y=4", &["x", "[!=]", "#-3", "y", "[=]", "#4"]);
        check("cars' weights in Q3", &["car", "weight", "in", "q3"]);
        check("2. Top five cities", &["top", "#5", "city"]);
        check("", &[]);
    }

    #[test]
    fn plurals_and_singulars_have_one_stem() {
        let check = |word: &str, expected: &str| assert_eq!(stem(word), expected, "{word}");
        check("countries", "country");
        check("boxes", "box");
        check("classes", "class");
        check("class", "class");
        check("sales", "sale");
        check("status", "status");
        check("gas", "gas");
        check("city's", "city");
        check("axis", "axis");
    }

    #[test]
    fn small_slips_are_forgiven_in_longer_words() {
        let check = |a: &str, b: &str, expected: bool| assert_eq!(near(a, b), expected, "{a} {b}");
        check("origin", "orgin", true);
        check("acceleration", "accelaration", true);
        check("horsepower", "horespower", true);
        check("cat", "car", false);
        check("weight", "height", false);
        check("sales", "scales", true);
        check("cylinders", "cyliners", true);
        check("price", "prize", true);
        check("region", "reason", false);
    }
}
