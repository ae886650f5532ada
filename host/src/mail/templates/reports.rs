//! Mails about reports; the reports themselves are written where dashboards are known.

use super::{Action, Content, name, one_line};

/// To the maker of a report that is sent no more.
pub(super) fn paused(report: &str, failures: u32, problem: &str, link: &str, to: &str) -> Content {
    let report = name(report);
    Content {
        subject: format!("The report {report} is paused"),
        paragraphs: vec![
            format!("It failed {failures} times in a row, so it is not sent until you resume it."),
            format!("The problem: {}", one_line(problem)),
        ],
        actions: vec![Action::follow("Open the dashboard", link)],
        why: format!("You received this email because {to} created this report. If you no longer need it, delete it."),
    }
}
