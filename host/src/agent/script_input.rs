//! A script while the model still writes it: the text inside a call's input, read from JSON that comes in pieces.
//!
//! Gives out the characters of the member `script` as they come, whatever else the object holds and wherever the
//! pieces are cut. It shows what is being written and decides nothing: what runs is read from the whole input.

/// The member that holds the script.
const KEY: &str = "script";

/// Reads one call's input.
#[derive(Debug, Default)]
pub struct ScriptInput {
    state: State,
    /// Of the object's members, the one that is being read.
    key: String,
    /// The first half of a character that JSON writes as two.
    high: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Before the object.
    #[default]
    Start,
    /// Before a member's name.
    Member,
    /// In a member's name.
    Key {
        escaped: bool,
    },
    /// After it.
    Colon,
    /// Before a member's value.
    Value,
    /// In a value that is not the script.
    Other {
        depth: u32,
        text: bool,
        escaped: bool,
    },
    Script,
    Escape,
    Unicode {
        digits: u32,
        code: u32,
    },
    /// There is nothing more to give out.
    Over,
}

impl ScriptInput {
    /// Takes the next piece and answers what it adds to the script.
    pub fn feed(&mut self, piece: &str) -> String {
        let mut script = String::new();
        for c in piece.chars() {
            self.state = self.take(c, &mut script);
        }
        script
    }

    fn take(&mut self, c: char, script: &mut String) -> State {
        match self.state {
            State::Start if c == '{' => State::Member,
            State::Start => State::Start,
            State::Member if c == '"' => {
                self.key.clear();
                State::Key { escaped: false }
            }
            State::Member if c == '}' => State::Over,
            State::Member => State::Member,
            State::Key { escaped: false } if c == '"' => State::Colon,
            State::Key { escaped } => {
                self.key.push(c);
                State::Key {
                    escaped: c == '\\' && !escaped,
                }
            }
            State::Colon if c == ':' => State::Value,
            State::Colon => State::Colon,
            State::Value if c.is_whitespace() => State::Value,
            State::Value if c == '"' && self.key == KEY => State::Script,
            State::Value => other(0, c),
            State::Other { depth, text: false, .. } => other(depth, c),
            State::Other { depth, escaped, .. } => State::Other {
                depth,
                text: c != '"' || escaped,
                escaped: c == '\\' && !escaped,
            },
            State::Script => self.character(c, script),
            State::Escape => self.escape(c, script),
            State::Unicode { digits, code } => self.unicode(digits, code, c, script),
            State::Over => State::Over,
        }
    }

    fn character(&mut self, c: char, script: &mut String) -> State {
        if c == '\\' {
            return State::Escape;
        }
        self.lonely(script);
        if c == '"' {
            return State::Over;
        }
        script.push(c);
        State::Script
    }

    fn escape(&mut self, c: char, script: &mut String) -> State {
        if c == 'u' {
            return State::Unicode { digits: 0, code: 0 };
        }
        self.lonely(script);
        script.push(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            other => other,
        });
        State::Script
    }

    fn unicode(&mut self, digits: u32, code: u32, c: char, script: &mut String) -> State {
        let code = code * 16 + c.to_digit(16).unwrap_or(0);
        if digits < 3 {
            return State::Unicode {
                digits: digits + 1,
                code,
            };
        }
        match (self.high.take(), code) {
            (Some(high), 0xDC00..=0xDFFF) => {
                let pair = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00);
                script.push(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (before, code) => {
                if before.is_some() {
                    script.push(char::REPLACEMENT_CHARACTER);
                }
                if (0xD800..=0xDBFF).contains(&code) {
                    self.high = Some(code);
                } else {
                    script.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
        }
        State::Script
    }

    /// A first half that no second one follows.
    fn lonely(&mut self, script: &mut String) {
        if self.high.take().is_some() {
            script.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// The next character of a value that is not the script, outside its texts.
fn other(depth: u32, c: char) -> State {
    let inside = |depth| State::Other {
        depth,
        text: false,
        escaped: false,
    };
    match c {
        '"' => State::Other {
            depth,
            text: true,
            escaped: false,
        },
        '{' | '[' => inside(depth + 1),
        '}' | ']' if depth == 0 => State::Over,
        '}' | ']' => inside(depth - 1),
        ',' if depth == 0 => State::Member,
        _ => inside(depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_the_same_wherever_the_input_is_cut() {
        let check = |input: &str, expected: &str| {
            assert_eq!(ScriptInput::default().feed(input), expected, "{input}");
            for (at, _) in input.char_indices() {
                let mut reading = ScriptInput::default();
                let script = reading.feed(&input[..at]) + &reading.feed(&input[at..]);
                assert_eq!(script, expected, "{input} cut at {at}");
            }
        };
        check(r#"{"script": "print(1)"}"#, "print(1)");
        check(r#"{"script":"a\n\t\"b\" \\ \/ é 📈"}"#, "a\n\t\"b\" \\ / é 📈");
        check(r#"{"script":"\u00e9 \ud83d\udcc8 \ud83d!"}"#, "é 📈 \u{FFFD}!");
        check(
            r#" { "note": {"script": "no", "a": [1, "}\"", {}]}, "n": -1.5e3, "script" : "yes" , "more": true }"#,
            "yes",
        );
        check(r#"{"note":"\\","script":"x"}"#, "x");
        check(r#"{"a\"script":"no","script":"x"}"#, "x");
        check(r#"{"script":null}"#, "");
        check(r#"{"script":["no"]}"#, "");
        check("{}", "");
        check("print(1)", "");
        check("", "");
    }

    #[test]
    fn what_is_given_out_is_what_json_says() {
        let scripts = [
            "df = pl.read_csv('a.csv')\nprint(df)\n",
            "\u{1}\u{7f}\\u0041",
            "日本 🇩🇪",
        ];
        for script in scripts {
            let input = serde_json::json!({ "script": script }).to_string();
            assert_eq!(ScriptInput::default().feed(&input), script);
        }
    }
}
