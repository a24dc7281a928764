//! The checks that every template must pass.
//!
//! Rules about Lemonade (no databases, both zones …) are not here: they live with the stack
//! contract in `common`.

mod cycles;
mod digest;
mod error;
pub mod limits;
mod references;
mod sections;

pub use digest::{DIGEST_OUTPUT, DefinitionDigest};
pub use error::{TemplateError, TemplateErrorKind, TemplateErrors};
pub(crate) use references::referenced_resources;
pub use sections::PARAMETER_TYPES;

use crate::template::{indented, outputs, without_outputs};
use crate::{Intrinsic, LogicalId, Node, Template};

/// A template that passed its checks, with its texts.
///
/// It carries an output `DefinitionDigest`: the SHA-256 of the minified template without that
/// output. A listing of stacks returns outputs, so comparing definitions costs no extra call.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedTemplate {
    template: Template,
    minified: String,
    digest: String,
}

impl CheckedTemplate {
    /// The template, its digest output included.
    #[must_use]
    pub const fn template(&self) -> &Template {
        &self.template
    }

    /// The text that is deployed.
    #[must_use]
    pub fn minified(&self) -> &str {
        &self.minified
    }

    /// The text for people, indented.
    #[must_use]
    pub fn pretty(&self) -> String {
        indented(&self.minified)
    }

    /// Lowercase hexadecimal SHA-256 of the minified template without its digest output.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The names of the exports that the template imports, sorted, each once.
    #[must_use]
    pub fn imports(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.template.walk(&mut |_, node| {
            if let Node::Intrinsic(function) = node
                && let Intrinsic::ImportValue(name) = function.as_ref()
            {
                names.push(name.clone());
            }
        });
        names.sort();
        names.dedup();
        names
    }
}

impl Template {
    /// Runs every check, then writes the text that is deployed.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with the place in the source it was added at.
    pub fn check(self) -> Result<CheckedTemplate, TemplateErrors> {
        let mut template = self;
        let mut errors = std::mem::take(&mut template.errors);
        references::check(&template, &mut errors);
        cycles::check(&template, &mut errors);
        sections::check(&template, &mut errors);
        limits::check_counts(&template, &mut errors);
        if !errors.is_empty() {
            return Err(TemplateErrors::new(errors));
        }

        let mut minified = without_outputs(&template);
        let length = minified.len();
        minified.push_str(&outputs(&template));
        let (digest, output) = digest::output_of(&minified);
        template
            .outputs
            .insert(LogicalId::unchecked(DIGEST_OUTPUT.to_owned()), output);
        minified.truncate(length);
        minified.push_str(&outputs(&template));
        limits::check_size(&template, minified.len())?;
        Ok(CheckedTemplate {
            template,
            minified,
            digest,
        })
    }
}
