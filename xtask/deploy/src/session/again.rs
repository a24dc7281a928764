//! The command that goes on from here, as a person would type it.

use std::ffi::OsString;
use std::path::Path;

use deploy_arguments::{Target, Verb, Words as _};

/// What is left out: it was said for this once, or the program that calls this one says it anew.
const LEFT_OUT: [&str; 8] = [
    "--assembly",
    "--called-as",
    "--acknowledgements",
    "--yes",
    "--confirm",
    "--plan",
    "--sources",
    "--definition",
];

/// The command. Without an assembly where `cargo xtask` synthesizes it.
pub(crate) fn again<V: Verb>(verb: &V, target: &Target) -> String {
    command(V::NAME, target, &verb.words())
}

/// The command that deploys a plan which was saved.
pub(crate) fn deploy_saved(target: &Target, plan: &Path) -> String {
    let words = target.words();
    let plan = quoted(&plan.display().to_string());
    format!("{} --plan {plan}", command("deploy", target, &words))
}

fn command(verb: &str, target: &Target, words: &[OsString]) -> String {
    let mut command = format!("{} {verb}", target.called_as);
    let alone = target.called_as == "deployer";
    for word in words {
        let word = word.to_string_lossy();
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.as_ref(), None),
        };
        let usual = name == "--concurrency" && value == Some("16");
        let kept = alone && name == "--assembly";
        if usual || (LEFT_OUT.contains(&name) && !kept) {
            continue;
        }
        command.push(' ');
        command.push_str(name);
        if let Some(value) = value {
            command.push(' ');
            command.push_str(&quoted(value));
        }
    }
    command
}

/// As a shell reads it.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@,+%".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{self, Cli};

    fn typed(words: &str) -> String {
        let words = words.split_whitespace();
        let cli = Cli::try_parse_from(std::iter::once("deployer").chain(words)).unwrap();
        let cli::Verb::Deploy(deploy) = cli.verb else {
            panic!("{cli:?}");
        };
        again(&deploy, &deploy.target)
    }

    #[test]
    fn what_goes_on_is_what_was_typed() {
        let xtask = "deploy --env staging --assembly a --called-as=xtask";
        assert_eq!(typed(xtask), "xtask deploy --env staging");
        let more = "--local target/cloud --only network --prune --yes --concurrency 3";
        assert_eq!(
            typed(&format!("{xtask} {more}")),
            "xtask deploy --env staging --local target/cloud --only network --concurrency 3 \
             --prune"
        );
        assert_eq!(
            typed("deploy --env staging --assembly a --plan p.json --confirm staging"),
            "deployer deploy --env staging --assembly a"
        );
    }

    #[test]
    fn a_shell_reads_it_as_it_was() {
        assert_eq!(quoted("a/b:c=d"), "a/b:c=d");
        assert_eq!(quoted("it's down"), r"'it'\''s down'");
        assert_eq!(quoted(""), "''");
    }
}
