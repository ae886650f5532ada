//! Letters about alerts.

use super::{Action, Content, name, one_line};

/// What an alert has to tell, with its figures as lines.
pub(super) fn alert(title: &str, figures: &[String], at: &str, link: &str, to: &str) -> Content {
    let mut paragraphs: Vec<String> = figures.iter().map(|line| one_line(line)).collect();
    paragraphs.push(format!("Checked at {at}."));
    Content {
        subject: name(title),
        paragraphs,
        actions: vec![Action::follow("Open the alert", link)],
        why: format!(
            "You received this email because {to} is a channel of an organisation on Glovebox. If you do not want \
             these emails, ask an admin of the organisation to remove the channel."
        ),
    }
}

/// To the maker of an alert that is checked no more.
pub(super) fn paused(alert: &str, failures: u32, problem: &str, link: &str, to: &str) -> Content {
    let alert = name(alert);
    Content {
        subject: format!("The alert {alert} is paused"),
        paragraphs: vec![
            format!("It failed {failures} times in a row, so it is no longer checked until you resume it."),
            format!("The problem: {}", one_line(problem)),
        ],
        actions: vec![Action::follow("Open the alert", link)],
        why: format!("You received this email because {to} created this alert. If you no longer need it, delete it."),
    }
}
