//! What a message says to do next comes from the table of next steps.

use std::fs;

use proc_macro2::{TokenStream, TokenTree};
use tests::root;

use crate::string_parameters::sources;

const TABLE: &str = "xtask/cli-conventions/src/next_step.rs";

/// Where a command of ours stands that no message tells a person to run next, and why.
const OTHER_COMMANDS: &[(&str, &str)] = &[
    (
        "xtask/codegen/src/emit/library.rs",
        "the head of generated files",
    ),
    (
        "xtask/codegen/src/emit/mod.rs",
        "the head of generated files",
    ),
    (
        "xtask/deploy/src/command_line.rs",
        "completes the commands of a text",
    ),
    (
        "xtask/deploy/src/commands/review.rs",
        "the command that made a report",
    ),
    (
        "xtask/rehearsal/src/pipelines/command/rehearse.rs",
        "steps that a pipeline takes",
    ),
    (
        "xtask/review/src/consequences/stacks.rs",
        "who deploys a stack from now on",
    ),
];

/// Literals of a source outside of documentation, the help of a command line, and tests.
fn literals(tokens: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#') {
            // `#[…]`, or `#![…]`.
            let attribute = tokens[at + 1..]
                .iter()
                .take(2)
                .find_map(|token| match token {
                    TokenTree::Group(group) => Some(group.stream()),
                    _ => None,
                });
            if let Some(attribute) = attribute {
                let text = attribute.to_string();
                if text == "cfg (test)" || text == "cfg(test)" {
                    let ends = |token: &TokenTree| match token {
                        TokenTree::Group(group) => {
                            group.delimiter() == proc_macro2::Delimiter::Brace
                        }
                        token => token.to_string() == ";",
                    };
                    at += tokens[at..].iter().position(ends).unwrap() + 1;
                    continue;
                }
                if ["doc", "command", "arg", "clap"]
                    .iter()
                    .any(|name| text.starts_with(name))
                {
                    at += if matches!(tokens[at + 1], TokenTree::Punct(_)) {
                        3
                    } else {
                        2
                    };
                    continue;
                }
            }
        }
        match token {
            TokenTree::Group(group) => literals(group.stream(), found),
            TokenTree::Literal(literal) => found.push(literal.to_string()),
            _ => {}
        }
        at += 1;
    }
}

/// Whether a literal has the text of a help of its own: words, not only a place for them.
fn has_help(literal: &str) -> bool {
    let Some((_, text)) = literal.split_once("= help: ") else {
        return false;
    };
    let mut depth = 0;
    text.chars().any(|letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            letter => return depth == 0 && letter.is_alphabetic(),
        }
        false
    })
}

fn names_command(literal: &str) -> bool {
    literal.contains("cargo xtask ")
}

fn of_source(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    literals(source.parse().unwrap(), &mut found);
    found
}

#[test]
fn every_next_step_is_in_the_table() {
    let mut files = Vec::new();
    sources(root(), &mut files);
    let mut wrong = Vec::new();
    let mut used = 0;
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let place = file
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .into_owned();
        if place == TABLE {
            continue;
        }
        // A mistake in the definition is explained where it is found: these crates know no program.
        let is_program = place.starts_with("xtask/");
        let listed = OTHER_COMMANDS.iter().any(|(path, _)| *path == place);
        let found = of_source(&source);
        let commands = found.iter().filter(|one| names_command(one));
        used += usize::from(listed && commands.clone().next().is_some());
        let commands = commands.filter(|_| !listed);
        let helps = found
            .iter()
            .filter(|one| is_program && has_help(one) && !HELPS_OF_FACTS.contains(&&*place));
        wrong.extend(commands.chain(helps).map(|one| format!("{place}: {one}")));
    }
    assert_eq!(wrong, Vec::<String>::new(), "add a row to {TABLE}");
    assert_eq!(used, OTHER_COMMANDS.len(), "a file of the list has none");
}

/// Files whose help tells what there is, such as names: nothing to run.
const HELPS_OF_FACTS: &[&str] = &[
    "xtask/deploy/src/error.rs",
    "xtask/deploy/src/plan/finding.rs",
    "xtask/deploy/src/release/promotion.rs",
    "xtask/provenance/src/git.rs",
];

#[test]
fn a_next_step_of_its_own_is_found() {
    let finds = |source: &str| {
        of_source(source)
            .iter()
            .any(|one| has_help(one) || names_command(one))
    };
    assert!(finds(r#"#[error("no\n  = help: run it again")] struct A;"#));
    assert!(finds(
        r#"fn f() { println!("run `cargo xtask synth` now"); }"#
    ));
    assert!(finds(
        r#"#[cfg(test)] mod tests {} const A: &str = "cargo xtask synth";"#
    ));
    assert!(finds(
        r#"macro_rules! m { () => { "= help: {} and again" }; }"#
    ));
    assert!(!finds(r#"fn f() { format!("\n  = help: {hint}"); }"#));
    assert!(!finds(
        r#"/// `cargo xtask synth`
        #[command(after_help = "cargo xtask synth")] struct A;"#
    ));
    assert!(!finds(
        r#"#[cfg(test)] mod tests { const A: &str = "cargo xtask synth"; }"#
    ));
}
