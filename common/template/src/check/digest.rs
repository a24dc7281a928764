//! The digest of a definition, which a template shows as an output of its own.
//!
//! It is written once, over the minified text without that output, and can be taken again from the
//! text that is deployed: the output is the only place in it that is written here.

use crate::Output;
use crate::value::hexadecimal;

/// The logical id of the output that carries the definition's digest.
pub const DIGEST_OUTPUT: &str = "DefinitionDigest";

const DESCRIPTION: &str = "Digest of the definition that was deployed";

/// What stands around the digest in a minified text. Quotes inside of texts are written as `\"`, so
/// it is no part of any.
const BEFORE: &str =
    r#""DefinitionDigest":{"Description":"Digest of the definition that was deployed","Value":""#;
const AFTER: &str = r#""}"#;

/// The digest of a minified template, twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionDigest<'a> {
    /// As the output shows it.
    pub shown: &'a str,
    /// As it is of everything but the output, in lowercase hexadecimal.
    pub actual: String,
}

impl<'a> DefinitionDigest<'a> {
    /// Reads it from the text of a template, as [`minified`](super::CheckedTemplate::minified) gives
    /// it. Nothing where the text has no such output, or writes it in another way.
    #[must_use]
    pub fn of(minified: &'a str) -> Option<Self> {
        let (before, rest) = minified.rsplit_once(BEFORE)?;
        let (shown, after) = rest.split_once(AFTER)?;
        // With other outputs its comma goes too, and alone the whole section.
        let (before, after) = match (before.strip_suffix(','), after.strip_prefix(',')) {
            (_, Some(after)) => (before, after),
            (Some(before), None) => (before, after),
            (None, None) => (
                before.strip_suffix(r#","Outputs":{"#)?,
                after.strip_prefix('}')?,
            ),
        };
        let mut hash = hmac_sha256::Hash::new();
        hash.update(before.as_bytes());
        hash.update(after.as_bytes());
        Some(Self {
            shown,
            actual: hexadecimal(&hash.finalize()),
        })
    }
}

/// The digest of a text without the output, and the output that shows it.
pub(super) fn output_of(text: &str) -> (String, Output) {
    let digest = hexadecimal(&hmac_sha256::Hash::hash(text.as_bytes()));
    let output = Output::new::<String>(DESCRIPTION, &digest);
    (digest, output)
}
