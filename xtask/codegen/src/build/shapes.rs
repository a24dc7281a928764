//! Shapes to types.

use std::collections::BTreeMap;

use super::constraints;
use super::context::Context;
use super::enums::enumeration;
use super::places::Restricted;
use super::source::Source;
use crate::error::Error;
use crate::kinds::Resolved;
use crate::model::{Enum, Property, Struct, Type};
use crate::naming;
use crate::overrides::PropertyIs;
use crate::schema::Shape;

/// A deeper chain of definitions is taken to be a cycle.
const DEEPEST: usize = 16;

/// Where in the schema a shape stands, and how deep in a chain of definitions.
#[derive(Clone)]
struct At {
    /// `Property` or `Definition.Property`.
    place: String,
    /// What an enumeration or an object found here is called.
    name: String,
    depth: usize,
}

/// The types of one module: a resource, and what its properties consist of.
pub(super) struct Types {
    pub(super) root: Struct,
    pub(super) nested: Vec<Struct>,
    pub(super) enums: Vec<Enum>,
}

/// The types of the resource, which is called `name` in Rust.
pub(super) fn types(context: &mut Context<'_, '_>, name: &str) -> Result<Types, Error> {
    let source = context.source;
    let mut builder = Builder {
        source,
        name,
        restricted: Restricted::of(&source.schema),
        structs: BTreeMap::new(),
        enums: BTreeMap::new(),
        context,
    };
    let root = builder.structure(
        None,
        &source.type_name,
        name.to_owned(),
        &source.schema.root,
    )?;
    Ok(Types {
        root,
        nested: builder.structs.into_values().flatten().collect(),
        enums: builder.enums.into_values().collect(),
    })
}

struct Builder<'c, 'a, 'k> {
    context: &'c mut Context<'a, 'k>,
    source: &'a Source,
    /// The resource's Rust name.
    name: &'c str,
    restricted: Restricted,
    /// Nested types by schema name; `None` while one is being built.
    structs: BTreeMap<String, Option<Struct>>,
    enums: BTreeMap<String, Enum>,
}

impl Builder<'_, '_, '_> {
    /// A resource or nested type: `definition` is its name in the schema, none for the resource.
    fn structure(
        &mut self,
        definition: Option<&str>,
        schema_name: &str,
        name: String,
        shape: &Shape,
    ) -> Result<Struct, Error> {
        let required = shape.merged_required();
        let all = shape.merged_properties();
        if let Some(missing) = required.iter().find(|name| !all.contains_key(*name)) {
            return Err(self
                .source
                .error(missing, "required, but there is no such property"));
        }
        let mut properties: Vec<Property> = Vec::new();
        for (property, shape) in &all {
            let place = definition.map_or_else(|| property.clone(), |d| format!("{d}.{property}"));
            let absent = self.context.overridden(&place) == Some(&PropertyIs::Absent);
            if absent || self.restricted.read_only.contains(&place) {
                continue;
            }
            let rust = naming::identifier(property);
            if properties.iter().any(|other| other.rust == rust) || rust == "new" {
                return Err(self.source.error(&place, format!("`{rust}` is taken")));
            }
            let at = At {
                name: self.name_within(&name, property),
                place,
                depth: 0,
            };
            let ty = self.resolve(&at, shape)?;
            let required = required.contains(property);
            let documentation =
                constraints::documentation(self.source, &self.restricted, &at.place, shape, &ty);
            properties.push(Property {
                name: property.clone(),
                rust,
                ty,
                required,
                documentation,
            });
        }
        Ok(Struct {
            name,
            schema_name: schema_name.to_owned(),
            properties,
            rules: constraints::rules(shape),
        })
    }

    /// What an enumeration or object is called that has no name in the schema: `{Owner}{Property}`,
    /// without repeating a word where no definition is called so.
    fn name_within(&self, owner: &str, property: &str) -> String {
        let joined = naming::nested(self.name, &naming::joined(owner, property));
        let definitions = self.source.schema.definitions.keys();
        let mut taken = definitions.map(|definition| naming::nested(self.name, definition));
        if taken.any(|name| name == joined) {
            naming::nested(self.name, &format!("{owner}{}", naming::camel(property)))
        } else {
            joined
        }
    }

    fn resolve(&mut self, at: &At, shape: &Shape) -> Result<Type, Error> {
        if at.depth > DEEPEST {
            return Err(self
                .source
                .error(&at.place, "definitions refer to each other in a circle"));
        }
        let deeper = At {
            depth: at.depth + 1,
            ..at.clone()
        };
        if let Some(definition) = shape.definition() {
            return self.resolve_definition(&deeper, definition, shape);
        }
        let types = &shape.types;
        if types.has("array") && !types.has("string") {
            return self.resolve_list(&deeper, shape);
        }
        match self.context.overridden(&at.place) {
            Some(PropertyIs::Text) => return Ok(Type::Text),
            Some(PropertyIs::Json) => return Ok(Type::Json),
            Some(PropertyIs::Policy) => return Ok(Type::Policy),
            Some(PropertyIs::Kinds(_) | PropertyIs::Absent) | None => {}
        }
        if types.has("array") {
            self.context
                .note(&at.place, "takes a text or a list; here a text");
        }
        if types.has("string") && (!types.has("object") || types.all().len() > 2) {
            return self.resolve_text(at, shape);
        }
        if types.has("object") || !shape.merged_properties().is_empty() {
            return self.resolve_object(&deeper, shape);
        }
        match types.all() {
            [one] if one == "boolean" => Ok(Type::Bool),
            [one] if one == "integer" => Ok(Type::Integer),
            several
                if several
                    .iter()
                    .any(|one| one == "number" || one == "integer") =>
            {
                Ok(Type::Number)
            }
            [] if shape.format.as_deref() == Some("json") => Ok(Type::Json),
            [] if shape.format.is_some() || !shape.values.is_empty() => {
                self.resolve_text(at, shape)
            }
            _ => Err(self
                .source
                .error(&at.place, "neither a type nor anything that tells one")),
        }
    }

    /// A reference to a definition: a nested type, or what stands for a text, list or number.
    fn resolve_definition(
        &mut self,
        at: &At,
        definition: &str,
        reference: &Shape,
    ) -> Result<Type, Error> {
        let schema = &self.source.schema;
        let Some(target) = schema.definitions.get(definition) else {
            return Err(self
                .source
                .error(&at.place, format!("no definition `{definition}`")));
        };
        let properties = target.merged_properties();
        if properties.is_empty() || target.types.has("array") {
            let mut target = target.clone();
            if target.format.is_none() {
                target.format.clone_from(&reference.format);
            }
            let name = naming::nested(self.name, definition);
            return self.resolve(&At { name, ..at.clone() }, &target);
        }
        let tag = definition.ends_with("Tag") && properties.keys().eq(["Key", "Value"]);
        if tag {
            return Ok(Type::Tag);
        }
        let name = naming::nested(self.name, definition);
        self.nested(definition, name, target)
    }

    /// A nested type, built once.
    fn nested(&mut self, schema_name: &str, name: String, shape: &Shape) -> Result<Type, Error> {
        if !self.structs.contains_key(schema_name) {
            self.structs.insert(schema_name.to_owned(), None);
            let nested = self.structure(Some(schema_name), schema_name, name.clone(), shape)?;
            self.structs.insert(schema_name.to_owned(), Some(nested));
        }
        Ok(Type::Struct(name))
    }

    fn resolve_list(&mut self, at: &At, shape: &Shape) -> Result<Type, Error> {
        let Some(items) = &shape.items else {
            self.context
                .note(&at.place, "a list of unsaid items; here of JSON");
            return Ok(Type::List(Box::new(Type::Json)));
        };
        let item = match self.resolve(at, items)? {
            Type::List(_) | Type::Map(_) => {
                self.context
                    .note(&at.place, "a list of lists; here of JSON");
                Type::Json
            }
            Type::Union(union) => {
                self.context.note(
                    &at.place,
                    &format!("a list of several kinds ({union}); here of texts"),
                );
                Type::Text
            }
            item => item,
        };
        Ok(Type::List(Box::new(item)))
    }

    fn resolve_object(&mut self, at: &At, shape: &Shape) -> Result<Type, Error> {
        if !shape.merged_properties().is_empty() {
            return self.nested(&at.place, at.name.clone(), shape);
        }
        let mut entries = Vec::new();
        for entry in shape.pattern_properties.values() {
            entries.push(self.resolve(at, entry)?);
        }
        entries.dedup();
        match entries.as_slice() {
            [] => Ok(Type::Json),
            [Type::List(_) | Type::Map(_) | Type::Union(_)] => {
                self.context.note(&at.place, "a map of lists; here JSON");
                Ok(Type::Json)
            }
            [entry] => Ok(Type::Map(Box::new(entry.clone()))),
            _ => {
                self.context
                    .note(&at.place, "a map of different things; here JSON");
                Ok(Type::Json)
            }
        }
    }

    /// A text: an enumeration, a reference, or any text.
    fn resolve_text(&mut self, at: &At, shape: &Shape) -> Result<Type, Error> {
        if !shape.values.is_empty() {
            return self.resolve_enumeration(at, shape);
        }
        Ok(match self.context.reference(&at.place, shape) {
            Resolved::Nothing => Type::Text,
            Resolved::One(kind) if self.defines(&at.place, &kind) => Type::Text,
            Resolved::Anything => {
                self.context
                    .note(&at.place, "takes references of many kinds; here any text");
                Type::Text
            }
            Resolved::One(kind) => Type::Kind(kind),
            Resolved::Several(union) => Type::Union(union),
        })
    }

    fn resolve_enumeration(&mut self, at: &At, shape: &Shape) -> Result<Type, Error> {
        let Some(new) = enumeration(self.context, &at.name, &at.place, shape)? else {
            return Ok(Type::Text);
        };
        match self.enums.get(&at.name) {
            Some(other) if other.variants != new.variants => {
                let message = format!("two enumerations are called {}", at.name);
                return Err(self.source.error(&at.place, message));
            }
            Some(_) => {}
            None => {
                self.enums.insert(at.name.clone(), new);
            }
        }
        Ok(Type::Enum(at.name.clone()))
    }

    /// Whether a property gives the resource its name, rather than naming another resource.
    fn defines(&mut self, place: &str, kind: &str) -> bool {
        let own = self.context.own_kind(place);
        own.as_deref() == Some(kind)
    }
}
