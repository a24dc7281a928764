//! Enumerations of texts.

use super::context::Context;
use crate::error::Error;
use crate::model::Enum;
use crate::naming;
use crate::schema::Shape;

/// Longer enumerations grow with every release of the service and are strings.
const LONGEST: usize = 60;

/// The enumeration of a shape with values; nothing where it is too long for one.
pub(super) fn enumeration(
    context: &mut Context<'_, '_>,
    name: &str,
    place: &str,
    shape: &Shape,
) -> Result<Option<Enum>, Error> {
    let mut texts = Vec::new();
    for value in &shape.values {
        let Some(text) = value.as_str() else {
            return Err(context
                .source
                .error(place, format!("`{value}` in a list of texts")));
        };
        texts.push(text.to_owned());
    }
    if texts.len() > LONGEST {
        let note = format!("an enumeration of {} values; here any text", texts.len());
        context.note(place, &note);
        return Ok(None);
    }
    texts.sort();
    let mut variants: Vec<(String, String)> = Vec::new();
    for text in texts {
        let Some(variant) = naming::variant(&text) else {
            return Err(context
                .source
                .error(place, format!("no name for the value `{text}`")));
        };
        let Some((_, first)) = variants.iter().find(|(other, _)| *other == variant) else {
            variants.push((variant, text));
            continue;
        };
        if !first.eq_ignore_ascii_case(&text) {
            let message = format!("`{first}` and `{text}` come out as `{variant}`");
            return Err(context.source.error(place, message));
        }
        let note = format!("`{text}` is left out: `{first}` is the same value");
        context.note(place, &note);
    }
    Ok(Some(Enum {
        name: name.to_owned(),
        of: place.to_owned(),
        variants,
    }))
}
