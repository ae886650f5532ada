//! Numbers beside each other, each with its title above and its age below.

use super::{
    font::Face,
    pages::{GREY, INK, LEADING, Pages, RED, SHADE},
    text::{self, Span, in_places, wrap},
};

/// A number.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    pub title: String,
    /// As it is shown.
    pub value: String,
    pub note: String,
    /// Stands in place of the value where there is none.
    pub problem: Option<String>,
}

const PER_ROW: usize = 3;
const GAP: f32 = 10.0;
const PADDING: f32 = 8.0;
const TITLE: f32 = 8.0;
const VALUE: f32 = 17.0;
const NOTE: f32 = 6.5;
/// Lines of a title or a problem.
const LINES_MAX: usize = 5;

impl Pages {
    pub fn figures(&mut self, figures: &[Figure]) {
        let width = (self.width - GAP * (PER_ROW - 1) as f32) / PER_ROW as f32;
        let inner = width - 2.0 * PADDING;
        for row in figures.chunks(PER_ROW) {
            let mut wrapped = Vec::new();
            for figure in row {
                let mut titles = wrap(
                    &mut self.fonts,
                    &[Span::plain(text::one_line(&figure.title))],
                    TITLE,
                    inner,
                );
                titles.truncate(LINES_MAX);
                let problem = figure.problem.as_deref().map(text::one_line).unwrap_or_default();
                let mut problems = wrap(&mut self.fonts, &[Span::plain(problem)], TITLE, inner);
                problems.truncate(LINES_MAX);
                wrapped.push((figure, titles, problems));
            }
            let line = TITLE * LEADING;
            let titles = wrapped.iter().map(|(_, titles, _)| titles.len()).max().unwrap_or(1) as f32 * line;
            let problems = wrapped.iter().filter(|(figure, ..)| figure.problem.is_some());
            let problems = problems.map(|(.., problems)| problems.len()).max().unwrap_or(0) as f32 * line;
            let height = PADDING * 2.0 + titles + (VALUE * LEADING).max(problems) + NOTE * LEADING;
            self.room(height);
            let top = self.y();
            for (at, (figure, titles, problems)) in wrapped.into_iter().enumerate() {
                let x = (width + GAP) * at as f32;
                self.rectangle((x, top), (width, height), SHADE);
                let mut y = top + PADDING;
                for line_of in &titles {
                    self.line(line_of, TITLE, (x + PADDING, y), GREY);
                    y += line;
                }
                if figure.problem.is_some() {
                    for line_of in &problems {
                        self.line(line_of, TITLE, (x + PADDING, y), RED);
                        y += line;
                    }
                } else {
                    let value = text::one_line(&figure.value);
                    let wide = self.fonts.width(Face::Bold, VALUE, &value).max(1.0);
                    let size = VALUE * (inner / wide).min(1.0);
                    self.text(Face::Bold, size, (x + PADDING, y + VALUE), INK, &in_places(&value));
                }
                let note = text::one_line(&figure.note);
                let y = top + height - PADDING;
                self.text(Face::Regular, NOTE, (x + PADDING, y), GREY, &in_places(&note));
            }
            self.down(height + GAP);
        }
    }
}
