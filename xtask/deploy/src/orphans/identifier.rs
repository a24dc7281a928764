//! Identifiers of resources without a name.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identifier {
    /// The physical id, as this property.
    Property(&'static str),
    /// The public IP address and its allocation id.
    ElasticIp,
}

/// The retained types whose identifier AWS chooses, so that `ImportExistingResources` does not find
/// them. All of them can be imported by identifier.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html>
const TYPES: [(&str, Identifier); 3] = [
    ("AWS::EC2::EIP", Identifier::ElasticIp),
    ("AWS::KMS::Key", Identifier::Property("KeyId")),
    ("AWS::SecretsManager::Secret", Identifier::Property("Id")),
];

/// The identifier of a type; none where the template has a name.
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

    /// The schemas say that the identifier cannot be set.
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
