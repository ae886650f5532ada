//! Writes a picture as SVG: self-contained, text as text, no scripts, no references outside the document, and the same
//! bytes for the same picture. Coordinates are points.

use std::fmt::Write as _;

use super::{
    color::hex,
    font::{Block, Face, Step},
    picture::{Kind, Picture, Rect},
    pixels,
    scene::{Cap, Color, Pen},
};

const FONTS: &str = "'DejaVu Sans', Verdana, 'Bitstream Vera Sans', sans-serif";

/// The picture as an SVG document; `alt` becomes its title for readers who cannot see it.
pub fn svg(picture: &Picture, alt: &str) -> String {
    let mut out = String::with_capacity(16_384);
    let (width, height) = (number(picture.width), number(picture.height));
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}pt\" height=\"{height}pt\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"{FONTS}\" role=\"img\">\n<title>{}</title>\n",
        escaped(alt)
    );
    let mut clips: Vec<Rect> = Vec::new();
    let mut stamps = 0;
    let mut open: Option<usize> = None;
    for item in &picture.items {
        let clip = item.clip.map(|clip| {
            clips.iter().position(|known| *known == clip).unwrap_or_else(|| {
                clips.push(clip);
                let _ = writeln!(
                    out,
                    "<clipPath id=\"c{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
                    clips.len() - 1,
                    number(clip.left),
                    number(clip.top),
                    number(clip.width()),
                    number(clip.height())
                );
                clips.len() - 1
            })
        });
        if clip != open {
            if open.is_some() {
                out.push_str("</g>\n");
            }
            if let Some(clip) = clip {
                let _ = writeln!(out, "<g clip-path=\"url(#c{clip})\">");
            }
            open = clip;
        }
        match &item.kind {
            Kind::Path { steps, fill, pen } => {
                let _ = writeln!(out, "<path d=\"{}\"{}/>", path(steps), style(*fill, pen.as_ref()));
            }
            Kind::Stamps { outline, fill, pen, at } => {
                let _ = writeln!(
                    out,
                    "<defs><path id=\"m{stamps}\" d=\"{}\"/></defs>\n<g{}>",
                    path(outline),
                    style(*fill, pen.as_ref())
                );
                for (x, y) in at {
                    let _ = writeln!(
                        out,
                        "<use href=\"#m{stamps}\" x=\"{}\" y=\"{}\"/>",
                        number(f64::from(*x)),
                        number(f64::from(*y))
                    );
                }
                out.push_str("</g>\n");
                stamps += 1;
            }
            Kind::Text {
                block,
                origin,
                angle,
                align,
                color,
            } => text(&mut out, block, *origin, *angle, *align, *color),
            Kind::Image {
                place,
                columns,
                rows,
                rgba,
                smooth,
            } => image(&mut out, *place, *columns, *rows, rgba, *smooth),
        }
    }
    if open.is_some() {
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

fn text(out: &mut String, block: &Block, origin: (f64, f64), angle: f64, align: f64, color: Color) {
    let anchor = if align == 0.0 {
        ""
    } else if align == 1.0 {
        " text-anchor=\"end\""
    } else {
        " text-anchor=\"middle\""
    };
    for line in &block.lines {
        let (x, y) = (origin.0 + block.width * align, origin.1 + line.baseline);
        let Some(first) = line.runs.first() else { continue };
        let turned = if angle == 0.0 {
            String::new()
        } else {
            format!(
                " transform=\"rotate({} {} {})\"",
                number(-angle),
                number(origin.0),
                number(origin.1)
            )
        };
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{}{anchor}{turned} xml:space=\"preserve\"",
            number(x),
            number(y),
            number(first.size),
            face(first.face)
        );
        let _ = write!(out, " fill=\"{}\"{}>", hex(color), opacity("fill", color));
        let mut raised = 0.0;
        for (index, run) in line.runs.iter().enumerate() {
            if index == 0 && run.y == 0.0 {
                out.push_str(&escaped(&run.text));
                continue;
            }
            let _ = write!(
                out,
                "<tspan dy=\"{}\" font-size=\"{}\"",
                number(raised - run.y),
                number(run.size)
            );
            let style = if run.face == first.face { "" } else { face(run.face) };
            let style = if style.is_empty() && run.face != first.face {
                " font-style=\"normal\" font-weight=\"normal\""
            } else {
                style
            };
            let _ = write!(out, "{style}>{}</tspan>", escaped(&run.text));
            raised = run.y;
        }
        out.push_str("</text>\n");
    }
}

fn face(face: Face) -> &'static str {
    match face {
        Face::Regular => "",
        Face::Bold => " font-weight=\"bold\"",
        Face::Oblique => " font-style=\"oblique\"",
        Face::BoldOblique => " font-weight=\"bold\" font-style=\"oblique\"",
        Face::Mono => " font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\"",
    }
}

fn image(out: &mut String, place: Rect, columns: usize, rows: usize, rgba: &[u8], smooth: bool) {
    let Ok(bytes) = pixels::raw_png(columns, rows, rgba) else {
        return;
    };
    let _ = writeln!(
        out,
        "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\"{} href=\"data:image/png;base64,{}\"/>",
        number(place.left),
        number(place.top),
        number(place.width()),
        number(place.height()),
        if smooth {
            ""
        } else {
            " style=\"image-rendering:pixelated\""
        },
        base64(&bytes)
    );
}

fn path(steps: &[Step]) -> String {
    let mut out = String::with_capacity(steps.len() * 12);
    for step in steps {
        let _ = match *step {
            Step::Move(x, y) => write!(out, "M{} {}", short(x), short(y)),
            Step::Line(x, y) => write!(out, "L{} {}", short(x), short(y)),
            Step::Quad(cx, cy, x, y) => write!(out, "Q{} {} {} {}", short(cx), short(cy), short(x), short(y)),
            Step::Cubic(ax, ay, bx, by, x, y) => {
                write!(
                    out,
                    "C{} {} {} {} {} {}",
                    short(ax),
                    short(ay),
                    short(bx),
                    short(by),
                    short(x),
                    short(y)
                )
            }
            Step::Close => write!(out, "Z"),
        };
    }
    out
}

fn style(fill: Option<Color>, pen: Option<&Pen>) -> String {
    let mut out = String::new();
    match fill {
        Some(color) => {
            let _ = write!(out, " fill=\"{}\"{}", hex(color), opacity("fill", color));
        }
        None => out.push_str(" fill=\"none\""),
    }
    if let Some(pen) = pen {
        let _ = write!(
            out,
            " stroke=\"{}\" stroke-width=\"{}\"{}",
            hex(pen.color),
            number(pen.width),
            opacity("stroke", pen.color)
        );
        match pen.cap {
            Cap::Butt => {}
            Cap::Round => out.push_str(" stroke-linecap=\"round\""),
            Cap::Square => out.push_str(" stroke-linecap=\"square\""),
        }
        if pen.cap != Cap::Butt || !pen.dash.is_empty() {
            out.push_str(" stroke-linejoin=\"round\"");
        }
        if !pen.dash.is_empty() {
            let dash: Vec<_> = pen.dash.iter().map(|length| short(*length)).collect();
            let _ = write!(out, " stroke-dasharray=\"{}\"", dash.join(" "));
        }
    }
    out
}

fn opacity(what: &str, color: Color) -> String {
    if color[3] >= 1.0 {
        String::new()
    } else {
        format!(" {what}-opacity=\"{}\"", short(color[3]))
    }
}

fn short(value: f32) -> String {
    number(f64::from(value))
}

/// At most three decimals, none where none are needed.
fn number(value: f64) -> String {
    let value = (value * 1000.0).round() / 1000.0;
    if value == 0.0 || !value.is_finite() {
        "0".to_owned()
    } else {
        format!("{value}")
    }
}

/// Text as XML allows it: no control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push(' '),
            other if other.is_control() || matches!(other, '\u{fffe}' | '\u{ffff}') => {}
            other => out.push(other),
        }
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let value = (u32::from(chunk[0]) << 16)
            | (u32::from(chunk.get(1).copied().unwrap_or(0)) << 8)
            | u32::from(chunk.get(2).copied().unwrap_or(0));
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(DIGITS[(value >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}
