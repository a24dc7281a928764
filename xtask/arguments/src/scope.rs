//! Which stacks, with which images, and what was acknowledged.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::image::Image;
use crate::words::{Words, each, option, switch};

/// Which stacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Scope {
    /// Only this stack, by short or full name; may be given several times
    #[arg(long, value_name = "STACK")]
    pub only: Vec<String>,

    /// Also the stacks that a person applies: `bootstrap`, `bootstrap-roles`
    #[arg(long)]
    pub bootstrap: bool,
}

impl Words for Scope {
    fn words(&self) -> Vec<OsString> {
        let mut words = each("--only", &self.only);
        words.extend(switch("--bootstrap", self.bootstrap));
        words
    }
}

/// The images of services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Images {
    /// The image of a service; with a single --only the digest alone
    #[arg(long = "image", value_name = "STACK=DIGEST")]
    pub images: Vec<Image>,

    /// Keep the template of a stack that is there, and give it the image
    #[arg(long, requires = "images")]
    pub use_previous_template: bool,
}

impl Words for Images {
    fn words(&self) -> Vec<OsString> {
        let mut words = each("--image", self.images.iter().map(ToString::to_string));
        words.extend(switch(
            "--use-previous-template",
            self.use_previous_template,
        ));
        words
    }
}

/// What carries out a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Acting {
    /// What CloudFormation acts as [default: the execution role]
    #[arg(long, value_name = "ARN")]
    pub role: Option<String>,
}

impl Words for Acting {
    fn words(&self) -> Vec<OsString> {
        option("--role", self.role.as_ref())
    }
}

/// What was acknowledged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Acknowledgements {
    /// Acknowledge a finding by its word; may be given several times
    #[arg(long = "acknowledge", value_name = "WORD")]
    pub words: Vec<String>,

    /// What is acknowledged in a file [default: acknowledgements.toml]
    #[arg(long = "acknowledgements", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl Words for Acknowledgements {
    fn words(&self) -> Vec<OsString> {
        let mut words = each("--acknowledge", &self.words);
        words.extend(option("--acknowledgements", self.file.as_ref()));
        words
    }
}
