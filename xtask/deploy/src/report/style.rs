//! Output style: colours, characters and width of the reader's terminal.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputStyle {
    /// Whether colours are used. What they say is also said in words.
    pub colour: bool,
    /// Whether characters beyond ASCII are.
    pub unicode: bool,
    pub width: usize,
}

/// The terminal that is printed to, as far as it decides how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalSize {
    pub columns: usize,
    pub rows: usize,
}

/// The width without a terminal: that of one which was never resized.
const WIDTH: usize = 80;

/// Below this nothing is readable; such a terminal breaks the lines itself.
const NARROWEST: usize = 20;

impl OutputStyle {
    /// What suits a terminal (or a file, where there is none) and the environment's variables:
    /// `NO_COLOR` (<https://no-color.org>), `TERM`, and the locale in POSIX's order of precedence.
    pub fn detect(
        terminal: Option<TerminalSize>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(given);
        let unicode = locale.is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        let dumb = given("TERM").is_some_and(|term| term == "dumb");
        Self {
            colour: terminal.is_some() && !dumb && given("NO_COLOR").is_none(),
            unicode,
            width: terminal.map_or(WIDTH, |terminal| terminal.columns.max(NARROWEST)),
        }
    }

    /// One of two spellings.
    const fn glyph(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }

    pub(crate) const fn done(self) -> &'static str {
        self.glyph("✓", "v")
    }

    pub(crate) const fn failed(self) -> &'static str {
        self.glyph("✗", "x")
    }

    /// Something was left out.
    pub(crate) const fn skipped(self) -> &'static str {
        self.glyph("·", ".")
    }

    /// From here to there.
    pub(crate) const fn arrow(self) -> &'static str {
        self.glyph("→", "->")
    }

    /// Between things of a kind.
    pub(crate) const fn dot(self) -> &'static str {
        self.glyph("·", "-")
    }

    /// Something was cut off.
    pub(crate) const fn ellipsis(self) -> &'static str {
        self.glyph("…", "~")
    }

    /// A child of what stands above, with others below it.
    pub(crate) const fn branch(self) -> &'static str {
        self.glyph("├", "|")
    }

    /// The last child of what stands above.
    pub(crate) const fn last_branch(self) -> &'static str {
        self.glyph("└", "`")
    }

    /// An operation is in progress; the glyph changes with the frames.
    pub(crate) fn spinner(self, frame: usize) -> &'static str {
        const UNICODE: [&str; 8] = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠹"];
        const ASCII: [&str; 4] = ["|", "/", "-", "\\"];
        let frames: &[&'static str] = if self.unicode { &UNICODE } else { &ASCII };
        frames.get(frame % frames.len()).copied().unwrap_or(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(terminal: bool, variables: &[(&str, &str)]) -> OutputStyle {
        let terminal = terminal.then_some(TerminalSize {
            columns: 100,
            rows: 30,
        });
        OutputStyle::detect(terminal, |name| {
            let found = variables.iter().find(|(one, _)| *one == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_file_gets_no_colours_and_80_columns() {
        let style = style(false, &[("LANG", "en_US.UTF-8"), ("TERM", "xterm")]);
        assert_eq!((style.colour, style.width), (false, 80));
    }

    #[test]
    fn no_color_and_dumb_terminals_are_respected() {
        assert!(style(true, &[]).colour);
        // Empty counts as not set.
        assert!(style(true, &[("NO_COLOR", "")]).colour);
        assert!(!style(true, &[("NO_COLOR", "1")]).colour);
        assert!(!style(true, &[("TERM", "dumb")]).colour);
    }

    #[test]
    fn the_locale_decides_about_characters() {
        for (variables, unicode) in [
            (&[][..], false),
            (&[("LANG", "C")], false),
            (&[("LANG", "de_DE.UTF-8")], true),
            (&[("LANG", "C.utf8")], true),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")], true),
            (&[("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8")], true),
        ] {
            assert_eq!(style(true, variables).unicode, unicode, "{variables:?}");
        }
    }
}
