//! CloudFormation's quotas of one template.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>

use std::collections::BTreeMap;

use crate::{LogicalId, Template, TemplateError, TemplateErrorKind, TemplateErrors};

/// Resources in one template.
pub const RESOURCES: usize = 500;
/// Outputs in one template, the digest included.
pub const OUTPUTS: usize = 200;
/// Parameters in one template.
pub const PARAMETERS: usize = 200;
/// Mappings in one template.
pub const MAPPINGS: usize = 200;
/// Bytes of a template that is sent with the call rather than through a bucket. A deployment
/// needs no bucket as long as every template stays below.
pub const INLINE_BYTES: usize = 51_200;
/// Bytes of a template's description.
pub const DESCRIPTION_BYTES: usize = 1_024;

pub(super) fn check_counts(template: &Template, errors: &mut Vec<TemplateError>) {
    let counts = [
        ("resources", template.resources.len(), RESOURCES),
        (
            "outputs, the digest included",
            template.outputs.len() + 1,
            OUTPUTS,
        ),
        ("parameters", template.parameters.len(), PARAMETERS),
        ("mappings", template.mappings.len(), MAPPINGS),
        (
            "bytes of description",
            template.description.len(),
            DESCRIPTION_BYTES,
        ),
    ];
    for (what, count, limit) in counts {
        if count > limit {
            errors.push(over(template, what, count, limit));
        }
    }

    let mut names: BTreeMap<&str, &LogicalId> = BTreeMap::new();
    for (id, output) in &template.outputs {
        let Some(name) = output.export_name() else {
            continue;
        };
        if let Some(first) = names.insert(name, id) {
            let kind = TemplateErrorKind::DuplicateExport {
                name: name.to_owned(),
                first: first.clone(),
                second: id.clone(),
            };
            errors.push(TemplateError::at(template.place("output", id), kind));
        }
    }
}

pub(super) fn check_size(template: &Template, bytes: usize) -> Result<(), TemplateErrors> {
    if bytes > INLINE_BYTES {
        let error = over(
            template,
            "bytes of the minified template",
            bytes,
            INLINE_BYTES,
        );
        return Err(TemplateErrors::new(vec![error]));
    }
    Ok(())
}

/// Limits are a matter of the whole template; the place is where its first resource was added.
fn over(template: &Template, what: &str, count: usize, limit: usize) -> TemplateError {
    let place = template.resources.keys().next().map_or_else(
        || std::panic::Location::caller(),
        |id| template.place("resource", id),
    );
    let kind = TemplateErrorKind::OverLimit {
        what: what.to_owned(),
        count,
        limit,
    };
    TemplateError::at(place, kind)
}
