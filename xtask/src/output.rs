//! Standard output: text in 80 columns, or JSON.

use std::io::{self, IsTerminal as _, Write as _};

use common::assembly::Assembly;
use common::quota::{State, Usage, usage};
use common::stack::StackArtifact;
use common::template::check::limits::INLINE_BYTES;
use common::terminal_text::TerminalText;
use serde::Serialize;

use crate::Error;

/// The default width of a terminal.
const WIDTH: usize = 80;

/// A space that no line is broken at.
const NO_BREAK: &str = "\u{a0}";

pub(crate) fn text(text: &str) -> Result<(), Error> {
    print(&TerminalText::lines(text))
}

#[expect(clippy::disallowed_methods, reason = "this is the edge")]
fn print(text: &TerminalText) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_str().as_bytes())
        .and_then(|()| out.flush())
        .map_err(Error::Print)
}

/// Prints to standard error. If it is closed, the text is lost.
#[expect(clippy::disallowed_methods, reason = "this is the edge")]
pub(crate) fn notice(text: &str) {
    let _ = writeln!(io::stderr(), "{}", TerminalText::lines(text));
}

#[expect(clippy::disallowed_methods, reason = "this is the edge")]
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

pub(crate) fn json(value: &impl Serialize) -> Result<(), Error> {
    print(&TerminalText::json(value, true).map_err(Error::Json)?)
}

/// The stacks of an environment as a table, with their notes and quota usage below.
pub(crate) fn table(assembly: &Assembly) -> String {
    let Assembly {
        environment,
        account,
        region,
        branch,
        ..
    } = assembly;
    let mut table = format!("{environment}: account {account}, {region}, branch {branch}\n");
    let stack_width = assembly
        .stacks
        .iter()
        .map(|stack| stack.id.len())
        .max()
        .unwrap_or(0)
        .max(5);
    let limit = format!("of {}", grouped(INLINE_BYTES));
    let header = format!("  {:stack_width$}  resources   bytes  {limit}  ", "stack");
    table += &format!("{header}imports from\n");
    for stack in in_order(assembly) {
        let row = format!(
            "  {:stack_width$}  {:>9}  {:>6}  {:>8}%  ",
            stack.id,
            stack.resources,
            grouped(stack.bytes),
            stack.bytes * 100 / INLINE_BYTES,
        );
        let imports = wrapped(&importing_from(assembly, stack).join(", "), header.len());
        table += (row + &imports).trim_end();
        table.push('\n');
    }
    for stack in in_order(assembly) {
        for note in &stack.notes {
            let line = format!("  note: {}: {note}", stack.id);
            table += &wrapped_at(&line, 0, 8);
            table.push('\n');
        }
    }
    table + &quotas(&usage(&assembly.stacks))
}

/// The usage of AWS's quotas, with a warning for each that is exceeded.
fn quotas(usage: &[Usage]) -> String {
    let items: Vec<String> = usage
        .iter()
        .map(|one| {
            let state = match one.state {
                State::Fine => "",
                State::Near => " (near)",
                State::Over => " (over)",
            };
            let (used, limit) = (grouped(one.used), grouped(one.limit));
            // Broken between quotas only.
            format!("{} {used} of {limit}{state}", one.quota.label()).replace(' ', NO_BREAK)
        })
        .collect();
    let line = format!("  quotas: {}", items.join(&format!("{NO_BREAK}· ")));
    let mut text = wrapped_at(&line, 0, 10).replace(NO_BREAK, " ") + "\n";
    for one in usage.iter().filter(|one| one.state == State::Over) {
        let line = format!(
            "  warning: {} {}, {} by default: {}",
            grouped(one.used),
            one.quota.label(),
            grouped(one.limit),
            one.quota.hint(),
        );
        text += &wrapped_at(&line, 0, 11);
        text.push('\n');
    }
    text
}

/// The stacks in the order of a deployment.
fn in_order(assembly: &Assembly) -> impl Iterator<Item = &StackArtifact> {
    assembly
        .order
        .iter()
        .flatten()
        .filter_map(|name| assembly.stacks.iter().find(|stack| stack.name == *name))
}

/// The ids of the stacks that a stack imports from, sorted.
fn importing_from<'a>(assembly: &'a Assembly, stack: &StackArtifact) -> Vec<&'a str> {
    assembly
        .stacks
        .iter()
        .filter(|other| {
            other
                .exports
                .iter()
                .any(|export| stack.imports.contains(&export.name))
        })
        .map(|other| other.id.as_str())
        .collect()
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text that starts at a column, broken between words to stay within the width.
fn wrapped(text: &str, column: usize) -> String {
    wrapped_at(text, column, column)
}

/// A text that starts at one column and continues at another.
pub(crate) fn wrapped_at(text: &str, start: usize, indent: usize) -> String {
    let mut broken = String::new();
    let mut column = start;
    for (index, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if index > 0 && column + 1 + length > WIDTH {
            broken.push('\n');
            broken.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if index > 0 {
            broken.push(' ');
            column += 1;
        }
        broken += word;
        column += length;
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        let numbers = [0, 7, 999, 1_000, 51_200, 1_234_567];
        assert_eq!(
            numbers.map(grouped),
            ["0", "7", "999", "1,000", "51,200", "1,234,567"]
        );
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let text = "application-web, ".repeat(6);
        let broken = wrapped(text.trim_end(), 40);
        assert!(
            broken
                .lines()
                .skip(1)
                .all(|line| line.starts_with(&" ".repeat(40)))
        );
        let first = format!("{}{}", " ".repeat(40), broken);
        assert!(
            first.lines().all(|line| line.chars().count() <= WIDTH),
            "{first}"
        );
        assert_eq!(
            broken.split_whitespace().collect::<Vec<_>>().join(" "),
            text.trim_end()
        );
    }

    #[test]
    fn a_word_longer_than_the_line_stays_whole() {
        let word = "x".repeat(100);
        assert_eq!(wrapped(&word, 40), word);
    }
}
