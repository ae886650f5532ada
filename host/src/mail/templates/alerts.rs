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
            "You get this mail because {to} is a channel of an organisation on Glovebox. If you do not want it, ask an admin \
             of the organisation to remove the channel."
        ),
    }
}

/// To the maker of an alert that is checked no more.
pub(super) fn paused(alert: &str, failures: u32, problem: &str, link: &str, to: &str) -> Content {
    let alert = name(alert);
    Content {
        subject: format!("The alert {alert} is paused"),
        paragraphs: vec![
            format!("It failed {failures} times in a row, so it is not checked any more until you start it again."),
            format!("What was wrong: {}", one_line(problem)),
        ],
        actions: vec![Action::follow("Open the alert", link)],
        why: format!("You get this mail because {to} made this alert. If you do not need it any more, delete it."),
    }
}
