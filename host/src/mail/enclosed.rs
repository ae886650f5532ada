//! What goes with a mail: pictures inside its HTML, files beside it, and headers by which people get no more of them.

use anyhow::{Context, Result};
use lettre::message::{
    Attachment, MultiPart, SinglePart,
    header::{ContentType, HeaderName, HeaderValue},
};
use uuid::Uuid;

use super::Mail;

/// What goes with a mail.
#[derive(Clone, Debug, Default)]
pub struct Enclosed {
    /// The message's id; by default a new one.
    pub id: Option<Uuid>,
    /// Where one request without a log-in ends such mails (RFC 8058).
    pub unsubscribe: Option<String>,
    pub pictures: Vec<Picture>,
    pub files: Vec<File>,
}

/// A PNG that the HTML shows as `cid:` and its id.
#[derive(Clone, Debug)]
pub struct Picture {
    pub id: String,
    pub png: Vec<u8>,
}

/// A file beside the text.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

impl Enclosed {
    pub(super) fn unsubscribe_headers(&self) -> Result<Vec<HeaderValue>> {
        let Some(link) = &self.unsubscribe else {
            return Ok(Vec::new());
        };
        let name = |name: &str| HeaderName::new_from_ascii(name.to_owned()).context("the name of a header");
        Ok(vec![
            HeaderValue::new(name("List-Unsubscribe")?, format!("<{link}>")),
            HeaderValue::new(name("List-Unsubscribe-Post")?, "List-Unsubscribe=One-Click".to_owned()),
        ])
    }

    /// The mail's text and HTML with everything that goes with it.
    pub(super) fn around(&self, mail: &Mail) -> Result<MultiPart> {
        let body = if self.pictures.is_empty() {
            MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone())
        } else {
            let png = ContentType::parse("image/png").context("the type of a picture")?;
            let html = MultiPart::related().singlepart(SinglePart::html(mail.html.clone()));
            let html = self.pictures.iter().fold(html, |html, picture| {
                let inline = Attachment::new_inline(picture.id.clone());
                html.singlepart(inline.body(picture.png.clone(), png.clone()))
            });
            MultiPart::alternative()
                .singlepart(SinglePart::plain(mail.text.clone()))
                .multipart(html)
        };
        if self.files.is_empty() {
            return Ok(body);
        }
        let mut whole = MultiPart::mixed().multipart(body);
        for file in &self.files {
            let media_type = ContentType::parse(file.media_type).context("the type of a file")?;
            whole = whole.singlepart(Attachment::new(file.name.clone()).body(file.bytes.clone(), media_type));
        }
        Ok(whole)
    }
}
