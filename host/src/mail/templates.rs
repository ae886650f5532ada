//! The mails that Glovebox writes: every mail's words, as plain text and as HTML.
//!
//! A mail says why its reader gets it and what to do if they did not ask for it. Everything that comes from people is
//! escaped and kept to one line; the HTML has inline styles alone and fetches nothing from anywhere. Nothing is sent
//! here, and nothing is looked up.

mod alerts;
mod reports;

use std::fmt::Write as _;

use super::Mail;

/// What there is to say. Links are whole URLs of this server.
#[derive(Clone)]
pub enum Template {
    /// To somebody who signed up: follow the link, so that the address is known to be theirs.
    VerifyEmail { link: String },
    /// To somebody who has an account and whose address was used to sign up again.
    AddressTaken { login_link: String, reset_link: String },
    /// The code for a new password, which works for so many minutes.
    ResetCode { code: String, minutes: u32 },
    /// To the old address, once the account has another one.
    EmailChanged { new: String },
    /// To the new address, before the account gets it.
    ConfirmNewEmail { link: String },
    /// To the account's address, once it has a new password.
    PasswordChanged,
    /// To the account's address, once Google Sign-In leads to the account. `google_email` is the Google account's address,
    /// where Google told it.
    GoogleLinked { google_email: Option<String> },
    /// Into an organisation, from one of its members. `role` is the role's name, such as "viewer".
    Invitation {
        org: String,
        inviter: String,
        role: String,
        /// Where they begin.
        project: Option<String>,
        link: String,
    },
    /// What an alert has to tell: its title, a line for each figure, and when it was checked.
    Alert {
        title: String,
        figures: Vec<String>,
        at: String,
        link: String,
    },
    /// To the maker of a report that failed too often.
    ReportPaused {
        report: String,
        failures: u32,
        problem: String,
        link: String,
    },
    /// To the maker of an alert that failed too often.
    AlertPaused {
        alert: String,
        failures: u32,
        problem: String,
        link: String,
    },
}

/// Names longer than this are cut: they are other people's words, and the mail is ours.
const NAME_MAX_CHARS: usize = 80;

/// The mail to the address `to`, ready to be sent.
pub fn write(mail: &Template, to: &str) -> Mail {
    let draft = draft(mail, to);
    Mail {
        to: to.to_owned(),
        text: draft.text(),
        html: draft.html(),
        subject: draft.subject,
    }
}

/// A mail's parts, each plain text, from which both bodies are made.
struct Content {
    subject: String,
    paragraphs: Vec<String>,
    actions: Vec<Action>,
    /// Why the reader gets it, and what to do if they did not ask.
    why: String,
}

/// What the reader is to do.
enum Action {
    Follow { label: &'static str, link: String },
    Type { code: String },
}

fn draft(mail: &Template, to: &str) -> Content {
    match mail {
        Template::VerifyEmail { link } => verify_email(link, to),
        Template::AddressTaken { login_link, reset_link } => address_taken(login_link, reset_link, to),
        Template::ResetCode { code, minutes } => reset_code(code, *minutes, to),
        Template::EmailChanged { new } => email_changed(new, to),
        Template::ConfirmNewEmail { link } => confirm_new_email(link, to),
        Template::PasswordChanged => password_changed(to),
        Template::GoogleLinked { google_email } => google_linked(google_email.as_deref(), to),
        Template::Invitation {
            org,
            inviter,
            role,
            project,
            link,
        } => {
            let project = project.as_deref().map(name);
            invitation(&name(org), &name(inviter), &name(role), project.as_deref(), link, to)
        }
        Template::Alert {
            title,
            figures,
            at,
            link,
        } => alerts::alert(title, figures, at, link, to),
        Template::ReportPaused {
            report,
            failures,
            problem,
            link,
        } => reports::paused(report, *failures, problem, link, to),
        Template::AlertPaused {
            alert,
            failures,
            problem,
            link,
        } => alerts::paused(alert, *failures, problem, link, to),
    }
}

fn verify_email(link: &str, to: &str) -> Content {
    Content {
        subject: "Confirm your email address".to_owned(),
        paragraphs: vec![
            "Welcome to Glovebox!".to_owned(),
            "Please confirm that this address is yours to activate your account.".to_owned(),
        ],
        actions: vec![Action::follow("Confirm my address", link)],
        why: format!(
            "You received this email because somebody signed up for Glovebox with the address {to}. If this was not \
             you, do nothing: without the confirmation nobody can use the account."
        ),
    }
}

fn address_taken(login_link: &str, reset_link: &str, to: &str) -> Content {
    Content {
        subject: "You already have a Glovebox account".to_owned(),
        paragraphs: vec![
            "Somebody, probably you, tried to sign up with this address. It already has an account, so nothing was \
             changed."
                .to_owned(),
            "Log in with your password, or choose a new one if you have forgotten it.".to_owned(),
        ],
        actions: vec![
            Action::follow("Log in", login_link),
            Action::follow("Choose a new password", reset_link),
        ],
        why: format!(
            "You received this email because somebody tried to sign up for Glovebox with the address {to}. If this was \
             not you, do nothing: they learned nothing, and your account is unchanged."
        ),
    }
}

fn reset_code(code: &str, minutes: u32, to: &str) -> Content {
    Content {
        subject: "Your password reset code".to_owned(),
        paragraphs: vec![
            "Use this code to choose a new password. Enter it on the page where you requested it.".to_owned(),
            format!(
                "It works once and expires after {}. Nobody from Glovebox will ever ask you for it.",
                in_minutes(minutes)
            ),
        ],
        actions: vec![Action::Type { code: one_line(code) }],
        why: format!(
            "You received this email because somebody requested a new password for the account of {to}. If this was \
             not you, do nothing and do not share the code: your password stays the same."
        ),
    }
}

fn email_changed(new: &str, to: &str) -> Content {
    Content {
        subject: "Your email address was changed".to_owned(),
        paragraphs: vec![format!(
            "The address of your Glovebox account is now {}. From now on, emails about the account go there.",
            one_line(new)
        )],
        actions: Vec::new(),
        why: format!(
            "You received this email because {to} was the account's address until now. If you did not change it, \
             somebody else has access to your account: contact the people who run your Glovebox server immediately."
        ),
    }
}

fn confirm_new_email(link: &str, to: &str) -> Content {
    Content {
        subject: "Confirm your new email address".to_owned(),
        paragraphs: vec![
            "Please confirm that this address is yours. It then becomes the address of your Glovebox account."
                .to_owned(),
        ],
        actions: vec![Action::follow("Confirm my new address", link)],
        why: format!(
            "You received this email because somebody asked to make {to} the address of their Glovebox account. If \
             this was not you, do nothing: without the confirmation nothing changes."
        ),
    }
}

fn password_changed(to: &str) -> Content {
    Content {
        subject: "Your password was changed".to_owned(),
        paragraphs: vec![
            "The password of your Glovebox account was just changed. If this was you, there is nothing to do."
                .to_owned(),
        ],
        actions: Vec::new(),
        why: format!(
            "You received this email because {to} is the address of a Glovebox account. If you did not change the \
             password, reset it on the login page immediately (\"Forgot your password?\"), and then log out any \
             session you don't recognise."
        ),
    }
}

fn google_linked(google_email: Option<&str>, to: &str) -> Content {
    let by = match google_email {
        Some(email) => format!("the Google account {}", one_line(email)),
        None => "your Google account".to_owned(),
    };
    Content {
        subject: "Your account is now linked to Google".to_owned(),
        paragraphs: vec![format!("You can now log in to Glovebox with {by}.")],
        actions: Vec::new(),
        why: format!(
            "You received this email because {to} is the address of a Glovebox account. If you did not ask for this, \
             unlink the Google account on your account page immediately, change your password, and log out any session \
             you don't recognise."
        ),
    }
}

fn invitation(org: &str, inviter: &str, role: &str, project: Option<&str>, link: &str, to: &str) -> Content {
    let begin = project
        .map(|project| format!(" You start in the project \u{201c}{project}\u{201d}."))
        .unwrap_or_default();
    Content {
        subject: format!("{inviter} invites you to {org} on Glovebox"),
        paragraphs: vec![
            format!(
                "{inviter} invites you to join the organisation \u{201c}{org}\u{201d} as {}.{begin}",
                a(role)
            ),
            "Glovebox answers questions about CSV files in plain English. If you do not have an account yet, sign up \
             with this address."
                .to_owned(),
        ],
        actions: vec![Action::follow("View the invitation", link)],
        why: format!(
            "You received this email because {inviter} invited the address {to}. If you do not know them, do nothing: \
             you join only if you accept."
        ),
    }
}

impl Content {
    fn text(&self) -> String {
        let mut parts = self.paragraphs.clone();
        parts.extend(self.actions.iter().map(Action::text));
        // The signature's mark, with its space, is RFC 3676's (4.3).
        parts.push(format!("-- \nGlovebox\n\n{}\n", self.why));
        parts.join("\n\n")
    }

    /// Tables and inline styles, since that is what mail programs agree on.
    fn html(&self) -> String {
        let paragraph = |text: &String| format!(r#"<p style="margin:0 0 16px">{}</p>"#, escape(text));
        let paragraphs = self.paragraphs.iter().map(paragraph);
        let body: Vec<String> = paragraphs.chain(self.actions.iter().map(Action::html)).collect();
        let body = body.join("\n");
        let (subject, why) = (escape(&self.subject), escape(&self.why));
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
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#1f2937">
<tr><td style="padding:0 8px 16px;font-weight:700;color:#0f766e">Glovebox</td></tr>
<tr><td style="padding:32px;background:#ffffff;border:1px solid #e5e7eb;border-radius:8px">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3;color:#111827">{subject}</h1>
{body}
</td></tr>
<tr><td style="padding:16px 8px;font-size:13px;color:#6b7280">{why}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"#
        )
    }
}

impl Action {
    fn follow(label: &'static str, link: &str) -> Self {
        Self::Follow {
            label,
            link: one_line(link),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Follow { label, link } => format!("{label}:\n{link}"),
            Self::Type { code } => format!("    {code}"),
        }
    }

    fn html(&self) -> String {
        match self {
            Self::Follow { label, link } => {
                let (label, link) = (escape(label), escape(link));
                format!(
                    r#"<p style="margin:24px 0 12px"><a href="{link}" style="display:inline-block;padding:12px 20px;background:#0f766e;border-radius:6px;color:#ffffff;font-weight:600;text-decoration:none">{label}</a></p>
<p style="margin:0 0 16px;font-size:13px;color:#6b7280">Or open this address:<br><a href="{link}" style="color:#0f766e;word-break:break-all">{link}</a></p>"#
                )
            }
            Self::Type { code } => format!(
                r#"<p style="margin:24px 0;padding:16px;background:#f3f4f6;border-radius:6px;text-align:center;font:700 28px/1.2 ui-monospace,Menlo,Consolas,monospace;mail-spacing:6px;color:#111827">{}</p>"#,
                escape(code)
            ),
        }
    }
}

fn in_minutes(minutes: u32) -> String {
    if minutes == 1 {
        "one minute".to_owned()
    } else {
        format!("{minutes} minutes")
    }
}

/// "an owner", "a viewer".
fn a(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// Somebody else's words in one of our sentences: one line, of bounded length.
fn name(text: &str) -> String {
    let line = one_line(text);
    match line.char_indices().nth(NAME_MAX_CHARS) {
        Some((end, _)) => format!("{}\u{2026}", line[..end].trim_end()),
        None => line,
    }
}

/// `text` without line ends and other control characters, and without those that turn the direction of what follows:
/// a name made of them could hide or reorder our own words.
fn one_line(text: &str) -> String {
    let visible = text
        .chars()
        .map(|c| if c.is_control() || turns_direction(c) { ' ' } else { c });
    visible
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The explicit bidirectional formatting characters of Unicode (UAX #9, 2).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` in HTML, inside an attribute as well.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://glovebox.example/verify?token=abc_-123";

    fn every_letter() -> Vec<Template> {
        vec![
            Template::VerifyEmail { link: LINK.to_owned() },
            Template::AddressTaken {
                login_link: LINK.to_owned(),
                reset_link: format!("{LINK}4"),
            },
            Template::ResetCode {
                code: "042137".to_owned(),
                minutes: 10,
            },
            Template::EmailChanged {
                new: "new@example.com".to_owned(),
            },
            Template::ConfirmNewEmail { link: LINK.to_owned() },
            Template::PasswordChanged,
            Template::GoogleLinked {
                google_email: Some("ada@gmail.example".to_owned()),
            },
            invitation("Acme", "Ada"),
        ]
    }

    fn invitation(org: &str, inviter: &str) -> Template {
        Template::Invitation {
            org: org.to_owned(),
            inviter: inviter.to_owned(),
            role: "admin".to_owned(),
            project: Some("Sales".to_owned()),
            link: LINK.to_owned(),
        }
    }

    #[test]
    fn text_and_html_both_carry_what_the_reader_needs() {
        let check = |mail: &Template, expected: &str| {
            let mail = write(mail, "ada@example.com");
            assert!(mail.text.contains(expected), "{expected} is not in {}", mail.text);
            assert!(mail.html.contains(expected), "{expected} is not in {}", mail.html);
        };
        let mails = every_letter();
        check(&mails[0], LINK);
        check(&mails[1], LINK);
        check(&mails[1], &format!("{LINK}4"));
        check(&mails[2], "042137");
        check(&mails[2], "10 minutes");
        check(&mails[3], "new@example.com");
        check(&mails[4], LINK);
        check(&mails[5], "Forgot your password?");
        check(&mails[6], "ada@gmail.example");
        check(&mails[7], LINK);
        check(&mails[7], "as an admin");
    }

    #[test]
    fn every_letter_says_why_it_comes_and_fetches_nothing() {
        for mail in every_letter() {
            let mail = write(&mail, "ada@example.com");
            assert_eq!(mail.to, "ada@example.com");
            for body in [&mail.text, &mail.html] {
                assert!(body.contains("You received this email because"), "{body}");
                assert!(body.contains("ada@example.com"), "{body}");
                assert!(body.contains("If "), "{body}");
            }
            for fetching in ["<img", "<link", "<script", "url(", "src="] {
                assert!(!mail.html.contains(fetching), "{fetching} in {}", mail.html);
            }
        }
    }

    #[test]
    fn the_code_stands_in_no_subject() {
        // Subjects are shown on locked screens and kept in logs.
        assert!(
            every_letter()
                .iter()
                .all(|mail| !write(mail, "a@example.com").subject.contains("042137"))
        );
    }

    #[test]
    fn other_peoples_words_are_escaped_in_html_and_plain_in_text() {
        let mail = write(
            &invitation("<b>R&D</b>", "\"><script>alert('1')</script>"),
            "a'b@example.com",
        );
        assert!(
            !mail.html.contains("<script") && !mail.html.contains("<b>"),
            "{}",
            mail.html
        );
        assert!(mail.html.contains("&#60;b&#62;R&#38;D&#60;/b&#62;"), "{}", mail.html);
        assert!(mail.html.contains("a&#39;b@example.com"), "{}", mail.html);
        assert!(mail.text.contains("<b>R&D</b>"), "{}", mail.text);
    }

    #[test]
    fn a_link_cannot_leave_its_attribute() {
        let mail = Template::VerifyEmail {
            link: "https://example.com/?a=1&b=\"onclick=\"x".to_owned(),
        };
        let mail = write(&mail, "ada@example.com");
        assert!(
            mail.html
                .contains(r#"href="https://example.com/?a=1&#38;b=&#34;onclick=&#34;x""#),
            "{}",
            mail.html
        );
    }

    #[test]
    fn a_name_stays_on_one_line_and_short() {
        let check = |given: &str, expected: &str| assert_eq!(name(given), expected);
        check("Ada", "Ada");
        check("  Ada\r\nBcc: eve@example.com ", "Ada Bcc: eve@example.com");
        check("evil\u{202e}moc.elpmaxe", "evil moc.elpmaxe");
        check(&"x".repeat(81), &format!("{}\u{2026}", "x".repeat(80)));
        check(&"é".repeat(80), &"é".repeat(80));
        let mail = write(&invitation("A\r\nBcc: eve@example.com", "Ada\nEve"), "ada@example.com");
        assert!(!mail.subject.contains(['\r', '\n']), "{:?}", mail.subject);
    }
}
