//! The attributes of the listed types that other resources refer to.

use std::collections::BTreeSet;

use super::source::{Source, format_identity};
use crate::overrides::Overrides;
use crate::schema::Shape;

/// Every `Type.Attribute` that something may refer to.
pub(super) fn identities(sources: &[Source], overrides: &Overrides) -> BTreeSet<String> {
    let mut identities: BTreeSet<String> = overrides.kinds().map(str::to_owned).collect();
    for source in sources {
        let relations = source.spec.relations.iter();
        let relations = relations
            .filter(|(place, _)| overrides.property(&source.type_name, place).is_none())
            .flat_map(|(_, relations)| relations);
        for relation in relations {
            identities.insert(format!(
                "{}.{}",
                relation.cloud_formation_type, relation.property_name
            ));
        }
        let shapes = source.schema.definitions.values();
        for shape in shapes.chain([&source.schema.root]) {
            formats(shape, &mut identities);
        }
        let arns = source
            .attributes()
            .into_iter()
            .filter(|name| source.is_own_arn(name));
        let reference = source.referenced(overrides);
        for attribute in arns.chain((reference.len() == 1).then(|| reference[0].clone())) {
            identities.insert(format!("{}.{attribute}", source.type_name));
        }
    }
    identities
}

/// The references that a shape's formats name.
fn formats(shape: &Shape, found: &mut BTreeSet<String>) {
    found.extend(format_identity(shape));
    let parts = shape
        .properties
        .values()
        .chain(shape.pattern_properties.values());
    for part in parts
        .chain(shape.items.as_deref())
        .chain(shape.alternatives())
    {
        formats(part, found);
    }
}
