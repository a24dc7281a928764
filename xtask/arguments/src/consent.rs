//! Who has said yes.

use std::ffi::OsString;

use clap::Args;

use crate::words::{Words, option, switch};

/// How it is agreed to, where nobody can be asked or wants to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Consent {
    /// Don't ask; production asks all the same
    #[arg(long)]
    pub yes: bool,

    /// The environment's name, where there is no terminal to type it
    #[arg(long, value_name = "ENVIRONMENT")]
    pub confirm: Option<String>,

    /// Why it is done from another branch or with uncommitted changes
    #[arg(long, value_name = "REASON")]
    pub break_glass: Option<String>,
}

impl Words for Consent {
    fn words(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = switch("--yes", self.yes).into_iter().collect();
        words.extend(option("--confirm", self.confirm.as_ref()));
        words.extend(option("--break-glass", self.break_glass.as_ref()));
        words
    }
}
