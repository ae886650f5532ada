//! The part of crossterm that comfy-table's feature `tty` names, for a guest without a terminal.
//!
//! polars draws its tables with comfy-table and switches `tty` on; the real crate does not compile
//! for WASI. No stream is a terminal here, the size is unknown, and styles leave the text as it is.

/// Text styles, which are accepted and ignored.
pub mod style {
    use std::fmt::{self, Display};

    /// A colour of text or background.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Color {
        Reset,
        Black,
        DarkGrey,
        Red,
        DarkRed,
        Green,
        DarkGreen,
        Yellow,
        DarkYellow,
        Blue,
        DarkBlue,
        Magenta,
        DarkMagenta,
        Cyan,
        DarkCyan,
        White,
        Grey,
        Rgb { r: u8, g: u8, b: u8 },
        AnsiValue(u8),
    }

    /// An attribute of text.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Attribute {
        Reset,
        Bold,
        Dim,
        Italic,
        Underlined,
        DoubleUnderlined,
        Undercurled,
        Underdotted,
        Underdashed,
        SlowBlink,
        RapidBlink,
        Reverse,
        Hidden,
        CrossedOut,
        Fraktur,
        NoBold,
        NormalIntensity,
        NoItalic,
        NoUnderline,
        NoBlink,
        NoReverse,
        NoHidden,
        NotCrossedOut,
        Framed,
        Encircled,
        OverLined,
        NotFramedOrEncircled,
        NotOverLined,
    }

    /// Text that remembers no style.
    pub struct StyledContent<D>(D);

    /// Wraps `content` so that styles can be named on it.
    pub fn style<D: Display>(content: D) -> StyledContent<D> {
        StyledContent(content)
    }

    /// The setters of a style.
    pub trait Stylize: Sized {
        /// Sets the colour of the text.
        fn with(self, _color: Color) -> Self {
            self
        }

        /// Sets the colour of the background.
        fn on(self, _color: Color) -> Self {
            self
        }

        /// Adds an attribute.
        fn attribute(self, _attribute: Attribute) -> Self {
            self
        }
    }

    impl<D: Display> Stylize for StyledContent<D> {}

    impl<D: Display> Display for StyledContent<D> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }
}

/// The size of the terminal.
pub mod terminal {
    use std::io;

    /// Fails: there is no terminal.
    pub fn size() -> io::Result<(u16, u16)> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Whether a stream is a terminal.
pub mod tty {
    /// Answers for a stream.
    pub trait IsTty {
        /// Always false.
        fn is_tty(&self) -> bool {
            false
        }
    }

    impl<T> IsTty for T {}
}
