//! The verbs of the deploying programs, read from their source.
//!
//! `xtask/deploy/src/commands/mod.rs` lists them. This program must not compile the deploy engine, so it reads that
//! list for its help.

use std::ffi::{OsStr, OsString};

use clap::builder::ValueParser;
use clap::{Arg, ArgMatches, Command};

const SOURCE: &str = include_str!("../../deploy/src/commands/mod.rs");

const ARGUMENTS: &str = "arguments";

/// A verb as it is typed, with its line in the help.
struct Verb {
    name: String,
    about: &'static str,
}

/// The verbs of one word. The others belong to `applications` and `atlas`, or are hidden.
fn verbs() -> impl Iterator<Item = Verb> {
    let list = SOURCE
        .split_once("\nverbs! {\n")
        .map_or("", |(_, rest)| rest);
    let list = list.split_once("\n}").map_or("", |(list, _)| list);
    let mut lines = list.lines().map(str::trim);
    std::iter::from_fn(move || {
        let about = lines.find_map(|line| line.strip_prefix("/// "))?;
        let verb = lines.find(|line| !line.starts_with("///"))?;
        Some((about, verb))
    })
    .filter_map(|(about, verb)| {
        let (name, _) = verb.split_once('(')?;
        let is_one_word = name.chars().filter(char::is_ascii_uppercase).count() == 1;
        is_one_word.then(|| Verb {
            name: name.to_ascii_lowercase(),
            about,
        })
    })
}

/// Adds the verbs, each with raw arguments.
pub(crate) fn add_verbs(command: Command) -> Command {
    command.subcommands(verbs().map(|verb| {
        Command::new(verb.name)
            .about(verb.about)
            .disable_help_flag(true)
            .arg(
                Arg::new(ARGUMENTS)
                    .num_args(0..)
                    .trailing_var_arg(true)
                    .allow_hyphen_values(true)
                    .value_parser(ValueParser::os_string()),
            )
    }))
}

/// The verb and its raw arguments, if it is one of these.
pub(crate) fn matched(matches: &ArgMatches) -> Option<(&str, Vec<OsString>)> {
    let (name, matches) = matches.subcommand()?;
    verbs().find(|verb| verb.name == name)?;
    let arguments = matches.get_raw(ARGUMENTS).into_iter().flatten();
    Some((name, arguments.map(OsStr::to_owned).collect()))
}
