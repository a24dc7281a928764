//! The table, a file a group of services.

mod compute;
mod containers;
mod delivery;
mod edge;
mod identity;
mod network;
mod operation;

use crate::row::{Path, Row, Rule, Shared, Source, Words};

const GROUPS: &[&[Row]] = &[
    compute::ROWS,
    containers::ROWS,
    delivery::ROWS,
    edge::ROWS,
    identity::ROWS,
    network::ROWS,
    operation::ROWS,
];

pub fn rows() -> impl Iterator<Item = &'static Row> {
    GROUPS.iter().copied().flatten()
}

pub fn of(resource_type: &str) -> impl Iterator<Item = &'static Row> {
    rows().filter(move |row| row.resource_type == resource_type)
}

/// Types of which a replacement deletes the old resource first: `replacementStrategy:
/// delete_then_create` in the schema.
const DELETED_FIRST: [&str; 2] = [
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCGatewayAttachment",
];

/// Whether a replacement of a type deletes the old resource before it creates the new one.
#[must_use]
pub fn is_deleted_first(resource_type: &str) -> bool {
    DELETED_FIRST.contains(&resource_type)
}

const fn row(
    id: &'static str,
    resource_type: &'static str,
    rule: Rule,
    sources: &'static [Source],
) -> Row {
    Row {
        id,
        resource_type,
        rule,
        says: None,
        sources,
    }
}

const fn words(rule: &'static str, because: &'static str) -> Words {
    Words { rule, because }
}

/// A name of a resource of this type, which two resources have in these properties.
const fn named([own, other]: [&'static str; 2], names: &'static str) -> Shared {
    Shared {
        own: Path::Own(own),
        other: Path::Own(other),
        names: Some(names),
    }
}

impl Row {
    const fn saying(self, says: &'static str) -> Self {
        Self {
            says: Some(says),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use common_resources::type_facts;

    use super::*;
    use crate::row::{Block, Lag, Need, Other};

    #[test]
    fn a_row_has_a_name_of_its_own_and_a_source() {
        let mut ids = BTreeSet::new();
        for row in rows() {
            assert!(ids.insert(row.id), "{} is there twice", row.id);
            assert!(!row.sources.is_empty(), "{}", row.id);
            let is_name =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(row.id.bytes().all(is_name), "{}", row.id);
            for source in row.sources {
                match source {
                    Source::Page(address) => {
                        assert!(address.starts_with("https://"), "{}: {address}", row.id);
                    }
                    Source::Thread(thread) => {
                        let number = thread.split_once('#').map(|(_, number)| number);
                        assert!(
                            thread.contains('/')
                                && number.is_some_and(|one| one.parse::<u32>().is_ok()),
                            "{}: {thread}",
                            row.id
                        );
                    }
                    Source::Code(_) | Source::Schema | Source::Unproved => {}
                }
            }
        }
    }

    #[test]
    fn types_and_properties_are_there() {
        let property = |row: &Row, resource_type: &str, path: &str| {
            let facts = type_facts(resource_type)
                .unwrap_or_else(|| panic!("{}: {resource_type} is not known", row.id));
            let first = path.split(['.', '[']).next().unwrap_or_default();
            assert!(
                facts.properties.contains(&first),
                "{}: {resource_type} has no {path}",
                row.id
            );
        };
        let at = |row: &Row, resource_type: &str, path: Path| match path {
            Path::Own(path) => property(row, resource_type, path),
            Path::Of {
                property: path,
                resource_type: named,
                then,
            } => {
                property(row, resource_type, path);
                property(row, named, then);
            }
            Path::Itself => {}
        };
        let shares = |row: &Row, other: &Other| {
            for shared in other.shares {
                at(row, row.resource_type, shared.own);
                at(row, other.resource_type, shared.other);
                if let Some(names) = shared.names {
                    assert!(type_facts(names).is_some(), "{}", row.id);
                }
            }
        };
        for row in rows() {
            assert!(
                type_facts(row.resource_type).is_some(),
                "{}",
                row.resource_type
            );
            let own = |path: &str| property(row, row.resource_type, path);
            match row.rule {
                Rule::UniqueBy(paths) => paths.iter().for_each(|path| own(path)),
                Rule::UniqueAmong { list, .. } => own(list),
                Rule::AttachedOnce { property: path, .. } => own(path),
                Rule::OneHolder {
                    property: path,
                    names,
                    holder,
                } => {
                    own(path);
                    assert!(type_facts(names).is_some(), "{}", row.id);
                    at(row, row.resource_type, holder);
                }
                Rule::MustExistFirst(Need::OneOf { others, unless }) => {
                    unless.iter().for_each(|(path, _)| own(path));
                    others.iter().for_each(|other| shares(row, other));
                    let subjects: BTreeSet<_> =
                        others.iter().map(|other| other.shares[0].names).collect();
                    assert_eq!(subjects.len(), 1, "{}", row.id);
                    assert!(!subjects.contains(&None), "{}", row.id);
                }
                Rule::MustExistFirst(Need::Admits {
                    property: path,
                    resource_type,
                    document,
                    ..
                }) => {
                    own(path);
                    property(row, resource_type, document);
                }
                Rule::MustExistFirst(
                    Need::Exists { property: path, .. } | Need::Named { property: path, .. },
                ) => own(path),
                Rule::MustExistFirst(Need::Apart {
                    property: path,
                    resource_type,
                    differ,
                    unless,
                    ..
                }) => {
                    own(path);
                    differ
                        .iter()
                        .for_each(|path| property(row, resource_type, path));
                    unless.iter().for_each(|(path, _)| own(path));
                }
                Rule::BlocksDeletion(Block::Shares(other)) => shares(row, &other),
                Rule::BlocksDeletion(
                    Block::UsedBy {
                        resource_type,
                        property: path,
                    }
                    | Block::AfterDeletionOf {
                        resource_type,
                        property: path,
                        ..
                    },
                ) => property(row, resource_type, path),
                Rule::BlocksDeletion(Block::WaitsForHook {
                    resource_type,
                    property: path,
                    setting,
                    ..
                }) => {
                    property(row, resource_type, path);
                    property(row, resource_type, setting);
                }
                Rule::BlocksDeletion(Block::Set { property: path, .. }) => own(path),
                Rule::BlocksDeletion(Block::Holds { unless, .. }) => {
                    unless.into_iter().for_each(own);
                }
                Rule::SeenOnlyAfter(Lag::MadeAgain { resource_type, .. }) => {
                    assert!(type_facts(resource_type).is_some(), "{}", row.id);
                }
                Rule::NothingBlocks
                | Rule::MustExistFirst(Need::InWords(_))
                | Rule::BlocksDeletion(Block::InWords(_))
                | Rule::SeenOnlyAfter(Lag::InWords(_) | Lag::NameStays { .. }) => {}
            }
        }
    }

    /// A type is either blocked by something, or said not to be.
    #[test]
    fn what_blocks_nothing_has_no_block() {
        for row in rows().filter(|row| row.rule == Rule::NothingBlocks) {
            let blocks = |other: &&Row| matches!(other.rule, Rule::BlocksDeletion(_));
            assert_eq!(of(row.resource_type).find(blocks), None);
        }
    }
}
