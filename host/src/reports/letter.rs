//! A snapshot of a dashboard as a mail: numbers as text, charts as pictures inside it, and the files beside it.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    config::ServerLimits,
    dashboards::{
        pdf::{age, minute},
        snapshot::{Csv, Shows, Snapshot, SnapshotItem},
    },
    mail::{File, Picture, templates::escape},
    pdf,
};

/// Rows of a table that the mail itself shows.
const ROWS: usize = 10;
/// Columns of a table that the mail itself shows.
const COLUMNS: usize = 8;
/// Characters of a cell that the mail itself shows.
const CELL_CHARS: usize = 80;

/// A report as it is mailed, but for what differs between recipients.
#[derive(Debug, Default)]
pub(super) struct Letter {
    pub subject: String,
    text: String,
    html: String,
    pub pictures: Vec<Picture>,
    pub files: Vec<File>,
    /// What is missing, each as a sentence: told at the end of the mail, and where it is missing.
    missing: Vec<String>,
    told: Vec<String>,
}

/// Where links of a mail lead.
pub(super) struct Links<'a> {
    pub dashboard: &'a str,
    pub unsubscribe: &'a str,
}

impl Letter {
    /// The mail of a snapshot. CSV files are taken out of it.
    pub fn of(name: &str, snapshot: &mut Snapshot, limits: &ServerLimits) -> Self {
        let mut letter = Self {
            subject: name.to_owned(),
            ..Self::default()
        };
        let mut about = snapshot.description.clone();
        if snapshot.filters.is_empty() {
            about.push_str("\nFilters: none");
        } else {
            let _ = write!(about, "\nFilters: {}", snapshot.filters.join("; "));
        }
        let _ = write!(about, "\nAs of {}", minute(snapshot.taken_at));
        for line in about.trim().lines() {
            letter.line(line, "margin:0 0 4px;font-size:13px;color:#6b7280");
        }
        let now = snapshot.taken_at;
        let tabs = snapshot.tabs.len();
        for (number, tab) in snapshot.tabs.iter_mut().enumerate() {
            if tabs > 1 {
                let title = if tab.title.is_empty() {
                    format!("Tab {}", number + 1)
                } else {
                    tab.title.clone()
                };
                letter.text.push('\n');
                letter.line(&title, "margin:28px 0 4px;font-size:18px;font-weight:700;color:#111827");
            }
            for item in &mut tab.items {
                letter.item(item, limits);
                let age = item.made_at.map(|at| age(at, now));
                if let Some(problem) = &item.problem {
                    letter.told.push(format!("{}: {problem}", item.title));
                    letter.line(problem, "margin:4px 0;color:#b91c1c");
                }
                if let Some(age) = age {
                    letter.line(&age, "margin:2px 0 0;font-size:12px;color:#6b7280");
                }
            }
        }
        letter
    }

    fn item(&mut self, item: &mut SnapshotItem, limits: &ServerLimits) {
        if !item.title.is_empty() {
            self.text.push('\n');
            self.line(
                &item.title,
                "margin:22px 0 4px;font-size:15px;font-weight:600;color:#111827",
            );
        }
        match &mut item.shows {
            Shows::Text(text) => {
                self.text.push('\n');
                for line in text.lines() {
                    self.line(line, "margin:6px 0");
                }
            }
            Shows::Number(value) => {
                self.line(
                    &pdf::number(value),
                    "margin:0;font-size:28px;font-weight:700;color:#111827",
                );
            }
            Shows::Chart { png, alt } => self.chart(&item.title, png.as_deref(), alt, limits),
            Shows::Table {
                columns,
                rows,
                row_count,
                csv,
            } => {
                let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
                self.table(&names, rows, *row_count);
                let csv = std::mem::take(csv);
                self.csv(&item.title, csv, limits);
            }
            Shows::Nothing => {}
        }
    }

    fn chart(&mut self, title: &str, png: Option<&[u8]>, alt: &str, limits: &ServerLimits) {
        let used: usize = self.pictures.iter().map(|picture| picture.png.len()).sum();
        let fits = png.filter(|png| used + png.len() <= limits.report_pictures_max_bytes as usize);
        let Some(png) = fits else {
            self.missing
                .push(format!("The picture of {title} is left out of the mail."));
            self.line(
                &format!("{alt} (The picture is left out here.)"),
                "margin:4px 0;color:#6b7280",
            );
            return;
        };
        let id = format!("chart{}@report", self.pictures.len() + 1);
        let _ = writeln!(self.text, "{alt}");
        let _ = writeln!(
            self.html,
            r#"<img src="cid:{id}" alt="{}" style="display:block;max-width:100%;height:auto;border:0">"#,
            escape(alt)
        );
        self.pictures.push(Picture { id, png: png.to_vec() });
    }

    fn table(&mut self, names: &[String], rows: &[Vec<serde_json::Value>], row_count: u64) {
        let short = |text: String| match text.char_indices().nth(CELL_CHARS) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        let names: Vec<_> = names.iter().take(COLUMNS).map(|name| short(name.clone())).collect();
        let _ = writeln!(self.text, "{}", names.join(" | "));
        self.html
            .push_str(r#"<table cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:13px"><tr>"#);
        for name in &names {
            let name = escape(name);
            let _ = write!(
                self.html,
                r#"<th style="padding:4px 10px 4px 0;border-bottom:1px solid #d1d5db;text-align:left;color:#6b7280">{name}</th>"#
            );
        }
        self.html.push_str("</tr>");
        for row in rows.iter().take(ROWS) {
            let cells: Vec<_> = row
                .iter()
                .take(COLUMNS)
                .map(|cell| (short(pdf::cell(cell)), cell.is_number()))
                .collect();
            let texts: Vec<_> = cells.iter().map(|(text, _)| text.as_str()).collect();
            let _ = writeln!(self.text, "{}", texts.join(" | "));
            self.html.push_str("<tr>");
            for (text, numeric) in &cells {
                let side = if *numeric { "right" } else { "left" };
                let text = escape(text);
                let _ = write!(
                    self.html,
                    r#"<td style="padding:4px 10px 4px 0;border-bottom:1px solid #e5e7eb;text-align:{side}">{text}</td>"#
                );
            }
            self.html.push_str("</tr>");
        }
        self.html.push_str("</table>\n");
        let shown = rows.len().min(ROWS) as u64;
        if shown < row_count {
            let line = format!("First {shown} rows of {row_count}; the attached PDF has more.");
            self.line(&line, "margin:4px 0;font-size:12px;color:#6b7280");
        }
    }

    fn csv(&mut self, title: &str, csv: Csv, limits: &ServerLimits) {
        match csv {
            Csv::None => {}
            Csv::Whole(bytes) => {
                let plain: String = title
                    .chars()
                    .map(|c| if c.is_alphanumeric() { c } else { '-' })
                    .take(60)
                    .collect();
                let number = self.files.len() + 1;
                let file = File {
                    name: format!("{number}-{plain}.csv"),
                    media_type: "text/csv; charset=utf-8",
                    bytes,
                };
                self.attach(file, limits);
            }
            Csv::TooLarge => self
                .missing
                .push(format!("The CSV file of {title} is too large for a mail.")),
        }
    }

    /// Puts a file beside the mail, unless there is no room for it.
    pub fn attach(&mut self, file: File, limits: &ServerLimits) {
        let used: usize = self.files.iter().map(|file| file.bytes.len()).sum();
        if used + file.bytes.len() <= limits.report_files_max_bytes as usize {
            self.files.push(file);
        } else {
            let most = limits.report_files_max_bytes;
            let name = &file.name;
            self.missing.push(format!(
                "{name} is not attached: the files of a mail have at most {most} bytes together."
            ));
        }
    }

    /// A line of text, in both forms.
    fn line(&mut self, line: &str, style: &str) {
        let _ = writeln!(self.text, "{line}");
        let _ = writeln!(self.html, r#"<p style="{style}">{}</p>"#, escape(line));
    }

    /// Everything that is missing in it, each as a sentence.
    pub fn problems(&self) -> impl Iterator<Item = &String> {
        self.told.iter().chain(&self.missing)
    }

    pub fn text(&self, links: &Links<'_>, to: &str) -> String {
        let missing = if self.missing.is_empty() {
            String::new()
        } else {
            format!("\n{}\n", self.missing.join("\n"))
        };
        format!(
            "{}\n\n{}{missing}\nOpen the dashboard:\n{}\n\n{}\nUnsubscribe:\n{}\n",
            self.subject,
            self.text,
            links.dashboard,
            why(to),
            links.unsubscribe
        )
    }

    pub fn html(&self, links: &Links<'_>, to: &str) -> String {
        let missing = self
            .missing
            .iter()
            .map(|line| format!(r#"<p style="margin:8px 0;color:#b91c1c">{}</p>"#, escape(line)));
        let missing: String = missing.collect();
        let (subject, why) = (escape(&self.subject), escape(&why(to)));
        let (dashboard, unsubscribe) = (escape(links.dashboard), escape(links.unsubscribe));
        let body = &self.html;
        format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{subject}</title>
</head>
<body style="margin:0;padding:0;background:#f3f4f6">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:720px;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#1f2937">
<tr><td style="padding:0 8px 16px;font-weight:700;color:#0f766e">Glovebox</td></tr>
<tr><td style="padding:24px;background:#ffffff;border:1px solid #e5e7eb;border-radius:8px;overflow-wrap:anywhere">
<h1 style="margin:0 0 8px;font-size:20px;line-height:1.3;color:#111827">{subject}</h1>
{body}{missing}
<p style="margin:28px 0 0"><a href="{dashboard}" style="display:inline-block;padding:10px 18px;background:#0f766e;border-radius:6px;color:#ffffff;font-weight:600;text-decoration:none">Open the dashboard</a></p>
</td></tr>
<tr><td style="padding:16px 8px;font-size:13px;color:#6b7280">{why} <a href="{unsubscribe}" style="color:#0f766e">Unsubscribe</a></td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"#
        )
    }

    /// The HTML for a browser: its pictures are in it.
    pub fn page(&self, links: &Links<'_>, to: &str) -> String {
        let mut html = self.html(links, to);
        for picture in &self.pictures {
            let data = format!("data:image/png;base64,{}", STANDARD.encode(&picture.png));
            html = html.replace(&format!("cid:{}", picture.id), &data);
        }
        html
    }
}

fn why(to: &str) -> String {
    format!("You received this email because {to} is a recipient of this report of a dashboard on Glovebox.")
}
