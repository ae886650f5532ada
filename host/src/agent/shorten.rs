//! Long texts with their middle left out.

use std::borrow::Cow;

/// The text itself, or its beginning and its end in `max_bytes` with a notice between them.
pub fn shortened(text: &str, max_bytes: usize) -> Cow<'_, str> {
    if text.len() <= max_bytes {
        return Cow::Borrowed(text);
    }
    // The end of an output says more often what came out than its middle does.
    let from = text.floor_char_boundary(max_bytes * 2 / 3);
    let to = text.ceil_char_boundary(text.len() - max_bytes / 3);
    let (start, end) = (&text[..from], &text[to..]);
    Cow::Owned(format!("{start}\n[… {} bytes are left out here …]\n{end}", to - from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_left_out_and_counted() {
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("0123456789", 6), "0123\n[… 4 bytes are left out here …]\n89");
        assert_eq!(shortened("ääääääääää", 7), "ää\n[… 14 bytes are left out here …]\nä");
        assert_eq!(shortened("ab", 0), "\n[… 2 bytes are left out here …]\n");
    }
}
