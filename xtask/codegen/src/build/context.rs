//! One type while it is built, and what all types are built with.

use std::collections::BTreeMap;

use super::source::{Source, format_identity};
use crate::kinds::{Kinds, Resolved};
use crate::overrides::{Overrides, PropertyIs};
use crate::schema::Shape;

pub(super) struct Context<'a, 'k> {
    pub(super) source: &'a Source,
    pub(super) overrides: &'a Overrides,
    /// Shared by all types: the kinds in use.
    kinds: &'a mut Kinds<'k>,
    /// Shared by all types: simplifications, by type and place.
    notes: &'a mut BTreeMap<String, String>,
}

impl<'a, 'k> Context<'a, 'k> {
    pub(super) const fn new(
        source: &'a Source,
        overrides: &'a Overrides,
        kinds: &'a mut Kinds<'k>,
        notes: &'a mut BTreeMap<String, String>,
    ) -> Self {
        Self {
            source,
            overrides,
            kinds,
            notes,
        }
    }

    /// What the overrides say of a place.
    pub(super) fn overridden(&self, place: &str) -> Option<&'a PropertyIs> {
        self.overrides.property(&self.source.type_name, place)
    }

    /// Notes a simplification, for the generated list of them.
    pub(super) fn note(&mut self, place: &str, message: &str) {
        let place = format!("{} {place}", self.source.type_name);
        self.notes.insert(place, message.to_owned());
    }

    /// The kind of an attribute of this type, if something may refer to it.
    pub(super) fn own_kind(&mut self, attribute: &str) -> Option<String> {
        self.kinds.own(&self.source.type_name, attribute)
    }

    /// What a text at a place refers to, according to the overrides, or else to the schema and to the
    /// specification.
    pub(super) fn reference(&mut self, place: &str, shape: &Shape) -> Resolved {
        if let Some(PropertyIs::Kinds(kinds)) = self.overridden(place) {
            return self.kinds.resolve(kinds, &[]);
        }
        let by_schema: Vec<String> = std::iter::once(shape)
            .chain(shape.alternatives())
            .filter_map(format_identity)
            .collect();
        let relations = self.source.spec.relations.get(place);
        let by_specification: Vec<String> = relations
            .into_iter()
            .flatten()
            .map(|to| format!("{}.{}", to.cloud_formation_type, to.property_name))
            .collect();
        self.kinds.resolve(&by_schema, &by_specification)
    }
}
