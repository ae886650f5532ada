//! The part of mathtext that labels use: `$…$` with raised and lowered text, Greek letters, common signs, fractions
//! and roots written on the line. A lone dollar is a dollar.

use super::font::Face;

/// A piece of a line in one face, size and height.
pub struct Piece {
    pub text: String,
    pub face: Face,
    /// Size as a share of the text's size.
    pub scale: f64,
    /// Ems over the baseline.
    pub raise: f64,
}

const SMALLER: f64 = 0.7;

/// Splits a line into its pieces.
pub fn pieces(line: &str, face: Face) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let parts = split(line);
    for (text, is_math) in parts {
        if is_math {
            let characters: Vec<char> = text.chars().collect();
            Reader {
                characters: &characters,
                at: 0,
                face,
                pieces: &mut pieces,
            }
            .read(1.0, 0.0, None, false);
        } else if !text.is_empty() {
            pieces.push(Piece {
                text,
                face,
                scale: 1.0,
                raise: 0.0,
            });
        }
    }
    pieces
}

/// The line without its mathematics, for readers of plain text.
pub fn plain(text: &str) -> String {
    text.split('\n')
        .map(|line| {
            pieces(line, Face::Regular)
                .into_iter()
                .map(|piece| piece.text)
                .collect::<String>()
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Text and formulas by turns. An odd number of dollars means there is no formula at all, as in matplotlib.
fn split(line: &str) -> Vec<(String, bool)> {
    let mut parts = vec![String::new()];
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek() == Some(&'$') => {
                characters.next();
                if let Some(last) = parts.last_mut() {
                    last.push('$');
                }
            }
            '$' => parts.push(String::new()),
            other => {
                if let Some(last) = parts.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    if parts.len().is_multiple_of(2) {
        return vec![(line.replace("\\$", "$"), false)];
    }
    parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| (part, index % 2 == 1))
        .collect()
}

struct Reader<'a> {
    characters: &'a [char],
    at: usize,
    face: Face,
    pieces: &'a mut Vec<Piece>,
}

impl Reader<'_> {
    fn read(&mut self, scale: f64, raise: f64, until: Option<char>, upright: bool) {
        while let Some(&character) = self.characters.get(self.at) {
            self.at += 1;
            match character {
                _ if Some(character) == until => return,
                '^' => self.argument(scale * SMALLER, raise + 0.36 * scale, upright),
                '_' => self.argument(scale * SMALLER, raise - 0.16 * scale, upright),
                '{' => self.read(scale, raise, Some('}'), upright),
                '}' | ' ' => {}
                '\\' => self.command(scale, raise, upright),
                '-' => self.push("−", self.face, scale, raise),
                '=' | '<' | '>' | '+' if scale > 0.9 => self.push(&format!(" {character} "), self.face, scale, raise),
                letter if letter.is_alphabetic() && !upright => {
                    self.push(&letter.to_string(), self.face.slanted(), scale, raise);
                }
                other => self.push(&other.to_string(), self.face, scale, raise),
            }
        }
    }

    fn argument(&mut self, scale: f64, raise: f64, upright: bool) {
        match self.characters.get(self.at) {
            Some('{') => {
                self.at += 1;
                self.read(scale, raise, Some('}'), upright);
            }
            Some('\\') => {
                self.at += 1;
                self.command(scale, raise, upright);
            }
            Some(&character) => {
                self.at += 1;
                let face = if character.is_alphabetic() && !upright {
                    self.face.slanted()
                } else {
                    self.face
                };
                let text = if character == '-' {
                    "−".to_owned()
                } else {
                    character.to_string()
                };
                self.push(&text, face, scale, raise);
            }
            None => {}
        }
    }

    fn command(&mut self, scale: f64, raise: f64, upright: bool) {
        let start = self.at;
        while self.characters.get(self.at).is_some_and(char::is_ascii_alphabetic) {
            self.at += 1;
        }
        if self.at == start {
            if let Some(&sign) = self.characters.get(self.at) {
                self.at += 1;
                let text = match sign {
                    ',' | ';' | ':' | ' ' => " ".to_owned(),
                    '!' => return,
                    other => other.to_string(),
                };
                self.push(&text, self.face, scale, raise);
            }
            return;
        }
        let name: String = self.characters[start..self.at].iter().collect();
        match name.as_str() {
            "frac" | "dfrac" | "tfrac" => {
                self.argument(scale, raise, upright);
                self.push("/", self.face, scale, raise);
                self.argument(scale, raise, upright);
            }
            "sqrt" => {
                self.push("√", self.face, scale, raise);
                self.argument(scale, raise, upright);
            }
            "mathrm" | "mathdefault" | "text" | "mathregular" | "operatorname" | "mathsf" => {
                self.argument(scale, raise, true)
            }
            "mathbf" | "boldsymbol" | "bf" => {
                let face = std::mem::replace(&mut self.face, Face::Bold);
                self.argument(scale, raise, true);
                self.face = face;
            }
            "mathit" | "it" => self.argument(scale, raise, false),
            "left" | "right" | "displaystyle" | "rm" => {}
            "quad" | "qquad" => self.push("  ", self.face, scale, raise),
            other => {
                let greek = sign(other);
                let text = greek.map_or(other, |text| text).to_owned();
                let slanted = !upright && greek.is_some_and(|text| text.chars().all(|c| ('α'..='ω').contains(&c)));
                self.push(
                    &text,
                    if slanted { self.face.slanted() } else { self.face },
                    scale,
                    raise,
                );
            }
        }
    }

    fn push(&mut self, text: &str, face: Face, scale: f64, raise: f64) {
        if let Some(last) = self.pieces.last_mut()
            && last.face == face
            && (last.scale - scale).abs() < 1e-9
            && (last.raise - raise).abs() < 1e-9
        {
            last.text.push_str(text);
            return;
        }
        self.pieces.push(Piece {
            text: text.to_owned(),
            face,
            scale,
            raise,
        });
    }
}

fn sign(name: &str) -> Option<&'static str> {
    Some(match name {
        "alpha" => "α",
        "beta" => "β",
        "gamma" => "γ",
        "delta" => "δ",
        "epsilon" | "varepsilon" => "ε",
        "zeta" => "ζ",
        "eta" => "η",
        "theta" => "θ",
        "iota" => "ι",
        "kappa" => "κ",
        "lambda" => "λ",
        "mu" => "μ",
        "nu" => "ν",
        "xi" => "ξ",
        "pi" => "π",
        "rho" => "ρ",
        "sigma" => "σ",
        "tau" => "τ",
        "upsilon" => "υ",
        "phi" | "varphi" => "φ",
        "chi" => "χ",
        "psi" => "ψ",
        "omega" => "ω",
        "Gamma" => "Γ",
        "Delta" => "Δ",
        "Theta" => "Θ",
        "Lambda" => "Λ",
        "Xi" => "Ξ",
        "Pi" => "Π",
        "Sigma" => "Σ",
        "Phi" => "Φ",
        "Psi" => "Ψ",
        "Omega" => "Ω",
        "times" => "×",
        "cdot" => "·",
        "pm" => "±",
        "mp" => "∓",
        "leq" | "le" => "≤",
        "geq" | "ge" => "≥",
        "neq" | "ne" => "≠",
        "approx" => "≈",
        "sim" => "∼",
        "propto" => "∝",
        "infty" => "∞",
        "sum" => "∑",
        "prod" => "∏",
        "int" => "∫",
        "partial" => "∂",
        "nabla" => "∇",
        "degree" | "circ" => "°",
        "to" | "rightarrow" => "→",
        "leftarrow" => "←",
        "uparrow" => "↑",
        "downarrow" => "↓",
        "in" => "∈",
        "ldots" | "dots" | "cdots" => "…",
        "div" => "÷",
        "ell" => "ℓ",
        "hbar" => "ℏ",
        "euro" => "€",
        "pounds" => "£",
        _ => return None,
    })
}
