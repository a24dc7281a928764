//! SVG, written in order: what is behind first.

use std::fmt::Write as _;

use super::difference::Mark;
use super::text_width::{text_width, wrapped};

/// Colours by their meaning, light and dark, of pages and of drawings.
pub(crate) const COLOURS: &str = include_str!("colours.css");

/// The style of drawings and of the Gantt chart. The colours are variables of the page.
pub(crate) const STYLE: &str = include_str!("drawing.css");

pub(super) const TITLE: i32 = 13;
pub(super) const DETAIL: i32 = 12;
const PADDING: i32 = 10;
const LINE: i32 = 16;

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Rect {
    pub(super) const fn right(self) -> i32 {
        self.x + self.width
    }

    pub(super) const fn bottom(self) -> i32 {
        self.y + self.height
    }

    pub(super) const fn center(self) -> i32 {
        self.x + self.width / 2
    }
}

/// The text of a box, in lines that fit its width.
#[derive(Clone, Debug)]
pub(super) struct Label {
    title: Vec<String>,
    lines: Vec<String>,
    notes: Vec<String>,
    mark: Mark,
    /// How far the text begins from the left edge.
    indent: i32,
}

impl Label {
    pub(super) fn new(
        title: &str,
        lines: &[String],
        notes: &[String],
        mark: Mark,
        width: i32,
    ) -> Self {
        Self::indented(title, lines, notes, mark, (PADDING, width))
    }

    /// A label whose text leaves room at the left for a link.
    pub(super) fn indented(
        title: &str,
        lines: &[String],
        notes: &[String],
        mark: Mark,
        (indent, width): (i32, i32),
    ) -> Self {
        let inner = width - indent - PADDING;
        let fit = |texts: &[String]| -> Vec<String> {
            texts
                .iter()
                .flat_map(|text| wrapped(text, inner, DETAIL, false))
                .collect()
        };
        Self {
            title: wrapped(title, inner, TITLE, true),
            lines: fit(lines),
            notes: fit(notes),
            mark,
            indent,
        }
    }

    fn badge(&self) -> String {
        format!("{} {}", self.mark.sign(), self.mark.word())
    }

    pub(super) fn height(&self) -> i32 {
        let badge = usize::from(self.mark != Mark::Same);
        let lines = self.title.len() + self.lines.len() + self.notes.len() + badge;
        2 * PADDING + LINE * int(lines) - 4
    }
}

/// Counts as pixels are counted.
pub(super) fn int(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Text that HTML and SVG take literally.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            // Invisible characters could make a text read otherwise than it is.
            _ if character.is_control() || is_directional(character) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out
}

/// Whether a character changes the direction or visibility of others.
/// <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>
const fn is_directional(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The parts of a drawing, in layers.
#[derive(Debug)]
pub(super) struct Canvas {
    width: i32,
    panels: String,
    links: String,
    boxes: String,
    labels: String,
}

impl Canvas {
    pub(super) const fn new(width: i32) -> Self {
        Self {
            width,
            panels: String::new(),
            links: String::new(),
            boxes: String::new(),
            labels: String::new(),
        }
    }

    /// An area that others are in, with its text at the top left.
    pub(super) fn panel(&mut self, class: &str, area: Rect, label: &Label) {
        panel(&mut self.panels, class, area, label);
    }

    /// An area behind all those drawn so far.
    pub(super) fn panel_behind(&mut self, class: &str, area: Rect, label: &Label) {
        let mut behind = String::new();
        panel(&mut behind, class, area, label);
        self.panels.insert_str(0, &behind);
    }

    /// A box that others are in, in front of the links that pass it.
    pub(super) fn container(&mut self, area: Rect, label: &Label) {
        let before = std::mem::take(&mut self.boxes);
        self.node("container", area, label);
        self.boxes += &before;
    }

    /// A box with its text. The mark changes outline, sign and word.
    pub(super) fn node(&mut self, class: &str, area: Rect, label: &Label) {
        let Rect {
            x,
            y,
            width,
            height,
        } = area;
        let mark = label.mark;
        let out = &mut self.boxes;
        let _ = write!(
            out,
            r#"<g class="node {class} {}"><rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>"#,
            mark.class()
        );
        if mark == Mark::Replaced || mark == Mark::MayBeReplaced {
            let _ = write!(
                out,
                r#"<rect class="inner" x="{}" y="{}" width="{}" height="{}" rx="3"/>"#,
                x + 4,
                y + 4,
                width - 8,
                height - 8
            );
        }
        texts(out, area, label);
        out.push_str("</g>");
    }

    /// An arrow along some points. Its label stands beside `anchor`, on the side where there is more room.
    pub(super) fn link(
        &mut self,
        points: &[(i32, i32)],
        (x, y): (i32, i32),
        label: &str,
        mark: Mark,
        arrow: &str,
    ) {
        let mut path = String::new();
        for (index, (x, y)) in points.iter().enumerate() {
            let _ = write!(path, "{}{x} {y}", if index == 0 { 'M' } else { 'L' });
        }
        let class = mark.class();
        let _ = write!(
            self.links,
            r#"<path class="link {class}" d="{path}" marker-end="url(#{arrow}-{class})"/>"#
        );
        let mut text = label.to_owned();
        if mark != Mark::Same {
            text = format!("{} {text}", mark.sign()).trim_end().to_owned();
        }
        if text.is_empty() {
            return;
        }
        let width = text_width(&text, DETAIL, false) + 6;
        // Left of the link where the right side has no room, or is another's.
        let is_margin = points.len() > 2 && points.iter().all(|(other, _)| *other <= x);
        let is_left = is_margin || x + 5 + width > self.width;
        let x = if is_left { x - width - 10 } else { x };
        let _ = write!(
            self.labels,
            r#"<text class="label {class}" x="{}" y="{}">{}</text>"#,
            x + 8,
            y + 4,
            escaped(&text)
        );
    }

    /// The whole drawing.
    pub(super) fn finish(self, (width, height): (i32, i32), frame: Frame<'_>) -> String {
        let Frame {
            id,
            title,
            description,
            style,
        } = frame;
        let id = escaped(id);
        let mut out = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="{id}-title {id}-description"><title id="{id}-title">{}</title><desc id="{id}-description">{}</desc>"#,
            escaped(title),
            escaped(description)
        );
        if !style.is_empty() {
            let _ = write!(out, "<style>{style}</style>");
        }
        out.push_str("<defs>");
        for mark in [Mark::Same, Mark::Changed, Mark::Added, Mark::Removed] {
            let class = mark.class();
            let _ = write!(
                out,
                r#"<marker id="{id}-{class}" class="arrow {class}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10z"/></marker>"#
            );
        }
        out.push_str("</defs>");
        for layer in [self.panels, self.links, self.boxes, self.labels] {
            out.push_str(&layer);
        }
        out.push_str("</svg>");
        out
    }
}

/// What an SVG element says of itself.
pub(super) struct Frame<'a> {
    /// Unique in its page.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    /// CSS of its own, for a file without a page.
    pub(super) style: &'a str,
}

fn panel(out: &mut String, class: &str, area: Rect, label: &Label) {
    let Rect {
        x,
        y,
        width,
        height,
    } = area;
    let _ = write!(
        out,
        r#"<g class="panel {class}"><rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8"/>"#
    );
    texts(out, area, label);
    out.push_str("</g>");
}

fn texts(out: &mut String, area: Rect, label: &Label) {
    let badge: Vec<String> = (label.mark != Mark::Same)
        .then(|| label.badge())
        .into_iter()
        .collect();
    let texts = [
        ("badge", &badge),
        ("title", &label.title),
        ("line", &label.lines),
        ("note", &label.notes),
    ];
    let x = area.x + label.indent;
    let mut y = area.y + PADDING + 11;
    for (class, lines) in texts {
        for text in lines {
            let _ = write!(
                out,
                r#"<text class="{class}" x="{x}" y="{y}">{}</text>"#,
                escaped(text)
            );
            y += LINE;
        }
    }
}
