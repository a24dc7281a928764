//! What identifies a resource that has no name. Pure.

/// How a resource is identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identifier {
    /// By its physical id alone, under this property.
    Property(&'static str),
    /// An address: by itself and by its allocation.
    ElasticIp,
}

/// The types that are retained, whose identifier AWS chooses: `ImportExistingResources` does not
/// take them. All of them can be imported by it.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html>
const TYPES: [(&str, Identifier); 3] = [
    ("AWS::EC2::EIP", Identifier::ElasticIp),
    ("AWS::KMS::Key", Identifier::Property("KeyId")),
    ("AWS::SecretsManager::Secret", Identifier::Property("Id")),
];

/// How resources of a type are identified; nothing where they have a name, which is in the template.
pub(super) fn identifier_of(resource_type: &str) -> Option<Identifier> {
    TYPES
        .iter()
        .find(|(name, _)| *name == resource_type)
        .map(|(_, identified)| *identified)
}

#[cfg(test)]
mod tests {
    use common_resources::type_facts;

    use super::*;

    /// What the schemas say: the identifier can't be set.
    #[test]
    fn the_identifiers_are_the_schemas() {
        for (name, identified) in TYPES {
            let facts = type_facts(name).unwrap();
            let expected: &[&str] = match identified {
                Identifier::Property(property) => &[property],
                Identifier::ElasticIp => &["PublicIp", "AllocationId"],
            };
            assert_eq!(facts.primary_identifier, expected, "{name}");
            let settable = |property: &&str| facts.properties.contains(property);
            assert!(!expected.iter().any(settable), "{name}");
        }
    }
}
