//! What a plan's changes will do, in the words of a review.

use review::report::{details, sign, subjects};
use review::{Consequence, Weight};

use crate::report::line::{Line, Tone};
use crate::report::style::OutputStyle;
use crate::report::wording::count;

/// Where the sentences stand, behind sign and kind.
const SENTENCE: usize = 17;

/// The consequences that matter to who approves the plan; the minor ones are counted.
#[must_use]
pub fn consequences(found: &[Consequence], style: OutputStyle) -> Vec<Line> {
    let glyphs = |text: &str| {
        let text = text
            .replace('→', style.arrow())
            .replace('…', style.ellipsis());
        text.replace('·', style.dot())
    };
    if found.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::new(), Line::new().and(Tone::Strong, "what follows:")];
    let (minor, rest): (Vec<_>, Vec<_>) = found.iter().partition(|one| one.weight == Weight::Minor);
    for one in rest {
        let tone = match one.weight {
            Weight::Severe => Tone::Bad,
            Weight::Notable => Tone::Warn,
            Weight::Minor => Tone::Plain,
        };
        let sentence = Line::at(2)
            .and(tone, glyphs(sign(one.weight)))
            .plain(" ")
            .plain(one.kind.as_str())
            .to(SENTENCE)
            .hanging(SENTENCE)
            .plain(glyphs(&format!("{}: {}", subjects(one), one.text)));
        lines.push(sentence);
        let details = details(one);
        if !details.is_empty() {
            let line = Line::at(SENTENCE).and(Tone::Dim, glyphs(&details.join(" · ")));
            lines.push(line.hanging(SENTENCE));
        }
    }
    if !minor.is_empty() {
        let text = format!("{} without weight", count(minor.len(), "consequence"));
        lines.push(Line::at(2).and(Tone::Dim, text));
    }
    lines
}
