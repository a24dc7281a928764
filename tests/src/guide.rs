//! Executable guides: every fenced block is a step that a test takes.
//!
//! | block | what it does |
//! | --- | --- |
//! | ```` ```toml append=FILE ```` | appends the text to the file |
//! | ```` ```rust write=FILE ```` | writes a new file |
//! | ```` ```diff edit=FILE ```` | finds the lines that begin with a space or `-`, and leaves those that begin with a space or `+` |
//! | ```` ```console ```` | runs what follows `$ ` and compares the output; `…` stands for anything |
//!
//! The language before the kind is for the reader. Other blocks are a mistake.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{root, sample};

/// A copy of the workspace that guides may change.
#[derive(Debug)]
pub struct Copy {
    root: PathBuf,
}

/// Entries of the workspace's folder that are no sources.
const NOT_COPIED: [&str; 2] = [".git", "target"];

impl Copy {
    /// A copy of the workspace as it is now. Files that did not change since an earlier run keep their times, so
    /// that cargo builds only what differs.
    #[must_use]
    pub fn fresh(name: &str) -> Self {
        let copy = root().join("target/guides").join(name);
        mirror(root(), &copy, &NOT_COPIED);
        // The checked-in definition may already have what a guide adds.
        sample::copy_to(&copy);
        Self { root: copy }
    }

    /// The folder of the copy.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes every step of a guide, in order.
    ///
    /// # Panics
    /// When a step fails, or its output differs from the guide.
    pub fn follow(&self, guide: &str) {
        self.take_steps(guide, &read_guide(&format!("docs/guides/{guide}")));
    }

    /// Takes every step of one section of a document.
    ///
    /// # Panics
    /// When there is no such section, a step fails, or its output differs from the document.
    pub fn follow_section(&self, document: &str, heading: &str) {
        let text = read_guide(document);
        let begin = format!("\n## {heading}\n");
        let (_, section) = text
            .split_once(&begin)
            .unwrap_or_else(|| panic!("{document} has no section {heading}"));
        let section = section.split("\n## ").next().unwrap_or_default();
        self.take_steps(document, section);
    }

    fn take_steps(&self, guide: &str, text: &str) {
        for (info, block) in blocks(text) {
            let kind = info.split_once(' ').map_or(info, |(_, kind)| kind);
            match kind.split_once('=') {
                Some(("append", file)) => {
                    let old = self.read(file);
                    self.write(file, &format!("{old}\n{block}"));
                }
                Some(("write", file)) => {
                    assert!(!self.root.join(file).exists(), "{guide}: {file} is there");
                    self.write(file, &block);
                }
                Some(("edit", file)) => {
                    let (old, new) = (side(&block, '-'), side(&block, '+'));
                    let text = self.read(file);
                    let found = text.matches(&old).count();
                    assert_eq!(found, 1, "{guide}: {file} holds {found} times\n{old}");
                    self.write(file, &text.replace(&old, &new));
                }
                None if kind == "console" => self.run(guide, &block),
                _ => panic!("{guide}: a block of no kind: {info}"),
            }
        }
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&path))
            .and_then(|()| fs::write(&path, text))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    fn run(&self, guide: &str, block: &str) {
        for call in block.split("$ ").skip(1) {
            let (line, expected) = call.split_once('\n').unwrap_or((call, ""));
            let mut words = line.split_whitespace();
            let output = Command::new(words.next().unwrap_or_default())
                .args(words)
                .current_dir(&self.root)
                // Its own build folder: cargo takes the programs of workspaces that share one for each other's.
                .env_remove("CARGO_TARGET_DIR")
                .env("CARGO_TERM_QUIET", "true")
                .output()
                .unwrap_or_else(|error| panic!("{guide}: {line}: {error}"));
            let printed = [output.stdout, output.stderr].concat();
            let printed = String::from_utf8_lossy(&printed);
            assert!(
                like(expected, &printed),
                "{guide}: {line}\nthe guide says:\n{expected}\nprinted was:\n{printed}"
            );
            let fails = expected.starts_with("error");
            assert_eq!(
                output.status.success(),
                !fails,
                "{guide}: {line}\n{printed}"
            );
        }
    }
}

fn read_guide(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Mirrors a folder: equal files keep their times, new files take the times of the originals, and files that
/// differ are written now.
fn mirror(from: &Path, to: &Path, without: &[&str]) {
    let names = |folder: &Path| -> Vec<_> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        names
            .filter(|name| !without.iter().any(|left| name == left))
            .collect()
    };
    fs::create_dir_all(to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
    for name in names(to) {
        let (original, copy) = (from.join(&name), to.join(&name));
        if !original.exists() {
            let removed = if copy.is_dir() {
                fs::remove_dir_all(&copy)
            } else {
                fs::remove_file(&copy)
            };
            removed.unwrap_or_else(|error| panic!("{}: {error}", copy.display()));
        }
    }
    for name in names(from) {
        let (original, copy) = (from.join(&name), to.join(&name));
        if original.is_dir() {
            mirror(&original, &copy, &[]);
            continue;
        }
        let time = |path: &Path| fs::metadata(path)?.modified();
        let brought = fs::read(&original).and_then(|content| match fs::read(&copy) {
            Ok(same) if same == content => Ok(()),
            Ok(_) => fs::write(&copy, content),
            Err(_) => {
                fs::write(&copy, content)?;
                fs::File::options()
                    .write(true)
                    .open(&copy)?
                    .set_modified(time(&original)?)
            }
        });
        brought.unwrap_or_else(|error| panic!("{}: {error}", copy.display()));
    }
}

/// The fenced blocks of a text: what stands after the fence, and what is inside.
fn blocks(text: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| *line != "```");
            blocks.push((info, inside.map(|line| line.to_owned() + "\n").collect()));
        }
    }
    blocks
}

/// One side of a difference: the lines of both sides, and those of one.
fn side(block: &str, sign: char) -> String {
    block
        .lines()
        .filter(|line| line.starts_with([' ', sign]))
        .map(|line| line.get(1..).unwrap_or_default().to_owned() + "\n")
        .collect()
}

/// Whether a text is what a pattern says, in which `…` stands for anything.
fn like(pattern: &str, text: &str) -> bool {
    let text = text.trim_end();
    let mut parts = pattern.trim_end().split('…');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{blocks, like, side};

    #[test]
    fn blocks_are_found() {
        let text = "# A\n\n```toml append=a.toml\n[a]\n```\ntext\n```console\n$ true\n```\n";
        assert_eq!(
            blocks(text),
            [
                ("toml append=a.toml", "[a]\n".to_owned()),
                ("console", "$ true\n".to_owned())
            ]
        );
    }

    #[test]
    fn a_difference_has_two_sides() {
        let block = " a\n-b\n+c\n+d\n";
        assert_eq!(side(block, '-'), "a\nb\n");
        assert_eq!(side(block, '+'), "a\nc\nd\n");
    }

    #[test]
    fn dots_stand_for_anything() {
        assert!(like("a\nb\n", "a\nb"));
        assert!(!like("a\n", "a\nb"));
        assert!(like("a\n…\n  c …%\n…\n", "a\nb\n\n  c 12%\nd\n"));
        assert!(!like("a\n…\n  c …%\n…\n", "a\nb\n\n  d 12%\nd\n"));
        assert!(like("…", "anything"));
    }
}
