//! What a channel is told, in the form of its kind. Words of people and of tables are data: nothing of them becomes a
//! link, a mention or a mark-up.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    ids::{AlertId, DeliveryId},
    mail::Mail,
    mail::templates::{self, Template},
};

/// Lines of one message; further ones are counted.
pub const LINES_MAX: usize = 50;

/// What there is to tell of one check of an alert.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// None in a trial.
    pub alert_id: Option<AlertId>,
    /// The alert's name.
    pub alert: String,
    /// Its page.
    pub link: String,
    pub at: DateTime<Utc>,
    /// The first [`LINES_MAX`] labels.
    pub lines: Vec<Line>,
    /// Labels beyond them.
    pub more: usize,
}

/// How one label stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Empty for the alert as a whole.
    pub label: String,
    /// As [`crate::alerts`] writes states, such as `firing`.
    pub state: String,
    pub value: Option<f64>,
    /// Why it could not be checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// It was told before, and is no other now.
    pub reminder: bool,
}

impl Notice {
    /// What the test button sends.
    pub fn trial(link: String, at: DateTime<Utc>) -> Self {
        let example = Line {
            label: "Example".to_owned(),
            state: "firing".to_owned(),
            value: Some(42.0),
            problem: None,
            reminder: false,
        };
        Self {
            alert_id: None,
            alert: "Test of this channel".to_owned(),
            link,
            at,
            lines: vec![example],
            more: 0,
        }
    }

    /// In one line: "Low sales: North is firing", "Low sales: 3 of 5 are firing".
    pub fn title(&self) -> String {
        let count = self.lines.len() + self.more;
        let firing = self.lines.iter().filter(|line| line.state == "firing").count();
        match (self.lines.as_slice(), firing) {
            ([line], _) if line.label.is_empty() => format!("{}: {}", self.alert, line.words()),
            ([line], _) => format!("{}: {} is {}", self.alert, line.label, line.words()),
            (_, 0) => format!("{}: {count} changes", self.alert),
            (_, firing) => format!("{}: {firing} of {count} firing", self.alert),
        }
    }

    /// A line for each label.
    pub fn figures(&self) -> Vec<String> {
        let mut figures: Vec<_> = self.lines.iter().map(Line::figure).collect();
        if self.more > 0 {
            figures.push(format!("and {} more", self.more));
        }
        figures
    }

    pub(super) fn mail(&self, to: &str) -> Mail {
        let mail = Template::Alert {
            title: self.title(),
            figures: self.figures(),
            at: self.at.format("%Y-%m-%d %H:%M UTC").to_string(),
            link: self.link.clone(),
        };
        templates::write(&mail, to)
    }

    /// The body of a webhook of our own.
    pub(super) fn webhook(&self, id: DeliveryId) -> Value {
        let kind = if self.alert_id.is_some() { "alert" } else { "trial" };
        let lines: Vec<_> = self.lines.iter().map(|line| json!(line)).collect();
        json!({
            "type": kind,
            "id": format!("msg_{id}"),
            "timestamp": self.at,
            "data": {
                "alert_id": self.alert_id, "alert": self.alert, "title": self.title(), "link": self.link,
                "labels": lines, "more": self.more,
            },
        })
    }

    /// Slack reads `&`, `<` and `>` as marks of its own.
    pub(super) fn slack(&self) -> Value {
        let plain = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let figures: Vec<_> = self.figures().iter().map(|line| plain(line)).collect();
        let text = format!(
            "{}\n{}\n<{}|Open the alert>",
            plain(&self.title()),
            figures.join("\n"),
            self.link
        );
        // Text in blocks of this kind has no mark-up.
        let block = |kind: &str, text: &str| {
            let text: String = text.chars().take(2_900).collect();
            json!({"type": kind, "text": {"type": "plain_text", "text": text, "emoji": false}})
        };
        let title: String = self.title().chars().take(150).collect();
        json!({
            "text": text,
            "blocks": [
                block("header", &title),
                block("section", &self.figures().join("\n")),
                {"type": "actions", "elements": [
                    {"type": "button", "text": {"type": "plain_text", "text": "Open the alert"}, "url": self.link},
                ]},
            ],
        })
    }

    /// An adaptive card, whose text runs have no mark-up.
    pub(super) fn teams(&self) -> Value {
        let run = |text: &str, weight: &str| json!({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, "weight": weight}]});
        let mut body = vec![run(&self.title(), "Bolder")];
        body.extend(self.figures().iter().map(|line| run(line, "Default")));
        json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": body,
                    "actions": [{"type": "Action.OpenUrl", "title": "Open the alert", "url": self.link}],
                },
            }],
        })
    }
}

impl Line {
    fn words(&self) -> &'static str {
        match (self.state.as_str(), self.reminder) {
            ("firing", false) => "firing",
            ("firing", true) => "still firing",
            ("no_data", _) => "no data",
            ("error", _) => "could not be checked",
            _ => "normal again",
        }
    }

    fn figure(&self) -> String {
        let value = self.value.map(|value| format!(": {value}")).unwrap_or_default();
        let label = if self.label.is_empty() { "Value" } else { &self.label };
        let problem = self
            .problem
            .as_deref()
            .map(|why| format!(" ({why})"))
            .unwrap_or_default();
        format!("{label}{value}, {}{problem}", self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(labels: &[(&str, &str)]) -> Notice {
        let lines = labels.iter().map(|(label, state)| Line {
            label: (*label).to_owned(),
            state: (*state).to_owned(),
            value: Some(40.5),
            problem: None,
            reminder: false,
        });
        Notice {
            lines: lines.collect(),
            alert: "Sales".to_owned(),
            ..Notice::trial("https://glovebox.example/a".to_owned(), DateTime::UNIX_EPOCH)
        }
    }

    #[test]
    fn a_title_says_in_a_line_what_is_the_matter() {
        let check = |labels, expected: &str| assert_eq!(notice(labels).title(), expected);
        check(&[("", "firing")], "Sales: firing");
        check(&[("North", "normal")], "Sales: North is normal again");
        check(
            &[("North", "firing"), ("South", "firing"), ("East", "normal")],
            "Sales: 2 of 3 firing",
        );
        check(&[("North", "normal"), ("South", "no_data")], "Sales: 2 changes");
        assert_eq!(notice(&[("North", "firing")]).figures(), ["North: 40.5, firing"]);
    }

    #[test]
    fn a_label_mentions_nobody_and_links_nowhere() {
        let notice = notice(&[("<!channel> [x](http://evil.example)", "firing")]);
        let slack = notice.slack();
        assert!(!slack["text"].as_str().unwrap().contains("<!channel>"), "{slack}");
        assert_eq!(slack["blocks"][1]["text"]["type"], "plain_text");
        let card = &notice.teams()["attachments"][0]["content"];
        assert_eq!(card["body"][1]["inlines"][0]["type"], "TextRun");
    }
}
