//! Enumerations of texts.

use super::Builder;
use super::shapes::At;
use crate::error::Error;
use crate::model::{Enum, Type};
use crate::naming;
use crate::schema::Shape;

/// Longer enumerations grow with every release of the service and are strings.
const LONGEST: usize = 60;

impl Builder<'_, '_> {
    /// The enumeration of a shape with values.
    pub(super) fn enumeration(&mut self, at: &At, shape: &Shape) -> Result<Type, Error> {
        let mut texts = Vec::new();
        for value in &shape.values {
            let Some(text) = value.as_str() else {
                return Err(self.error(&at.place, format!("`{value}` in a list of texts")));
            };
            texts.push(text.to_owned());
        }
        if texts.len() > LONGEST {
            let note = format!("an enumeration of {} values; here any text", texts.len());
            self.note(&at.place, &note);
            return Ok(Type::Text);
        }
        texts.sort();
        let mut variants: Vec<(String, String)> = Vec::new();
        for text in texts {
            let Some(variant) = naming::variant(&text) else {
                return Err(self.error(&at.place, format!("no name for the value `{text}`")));
            };
            let Some((_, first)) = variants.iter().find(|(other, _)| *other == variant) else {
                variants.push((variant, text));
                continue;
            };
            if !first.eq_ignore_ascii_case(&text) {
                let message = format!("`{first}` and `{text}` come out as `{variant}`");
                return Err(self.error(&at.place, message));
            }
            let note = format!("`{text}` is left out: `{first}` is the same value");
            self.note(&at.place, &note);
        }
        let new = Enum {
            name: at.name.clone(),
            of: at.place.clone(),
            variants,
        };
        match self.enums.get(&at.name) {
            Some(other) if other.variants != new.variants => Err(self.error(
                &at.place,
                format!("two enumerations are called {}", at.name),
            )),
            Some(_) => Ok(Type::Enum(at.name.clone())),
            None => {
                self.enums.insert(at.name.clone(), new);
                Ok(Type::Enum(at.name.clone()))
            }
        }
    }
}
