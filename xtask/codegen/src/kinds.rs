//! Kinds of reference: what an id, a name or an ARN identifies.
//!
//! Both packages say what a property refers to, in different words: `AWS::EC2::VPC.Id` here,
//! type `AWS::EC2::VPC` and property `VpcId` there. Type and attribute joined without repeating
//! a word are the same name for both, so that name is the kind.

use std::collections::{BTreeMap, BTreeSet};

use crate::naming;
use crate::overrides::Overrides;

/// With more kinds than this, a property takes nearly anything.
const MOST_KINDS: usize = 5;

/// All kinds and how each one is called.
pub(crate) struct Kinds<'a> {
    overrides: &'a Overrides,
    /// Rust names by service and joined name.
    names: BTreeMap<(String, String), Name>,
    identities: BTreeSet<String>,
    /// The kinds that something generated uses.
    used: BTreeMap<String, String>,
    unions: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug)]
struct Name {
    rust: String,
    /// Whether resources of its type are generated: then something can produce it.
    listed: bool,
    /// The type whose resources it identifies.
    type_name: String,
}

/// The kinds that a property's references resolve to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    Nothing,
    /// Too many kinds to be useful.
    Anything,
    One(String),
    Several(String),
}

impl<'a> Kinds<'a> {
    /// Names every identity (`AWS::EC2::VPC.VpcId`) that occurs.
    pub(crate) fn new<'i>(
        overrides: &'a Overrides,
        listed: &BTreeSet<String>,
        identities: impl IntoIterator<Item = &'i str>,
    ) -> Self {
        let mut names: BTreeMap<(String, String), Name> = BTreeMap::new();
        let identities: BTreeSet<String> = identities.into_iter().map(str::to_owned).collect();
        for identity in &identities {
            let Some((type_name, _)) = identity.rsplit_once('.') else {
                continue;
            };
            let name = names
                .entry(key(overrides, identity))
                .or_insert_with_key(|(_, joined)| Name {
                    rust: joined.clone(),
                    listed: false,
                    type_name: type_name.to_owned(),
                });
            if listed.contains(type_name) && !name.listed {
                name.listed = true;
                type_name.clone_into(&mut name.type_name);
            }
        }
        distinguish(&mut names);
        Self {
            overrides,
            names,
            identities,
            used: BTreeMap::new(),
            unions: BTreeMap::new(),
        }
    }

    /// The kind of an attribute, if the attribute identifies its resource.
    pub(crate) fn own(&mut self, type_name: &str, attribute: &str) -> Option<String> {
        let identity = format!("{type_name}.{attribute}");
        let name = self.names.get(&key(self.overrides, &identity))?.clone();
        // A route's `RouteTableId` is not what identifies a route, though the words say so.
        let own = name.type_name == type_name || self.identities.contains(&identity);
        own.then(|| self.using(&name))
    }

    /// The one kind, or the union of kinds, of what a property refers to according to the
    /// schema and to the specification. Where both speak and agree on some, those count.
    pub(crate) fn resolve(&mut self, schema: &[String], specification: &[String]) -> Resolved {
        let by_schema = self.known(schema);
        let by_specification = self.known(specification);
        let mut kinds: BTreeMap<String, Name> = by_schema
            .iter()
            .filter(|(rust, _)| by_specification.contains_key(*rust))
            .map(|(rust, name)| (rust.clone(), name.clone()))
            .collect();
        if kinds.is_empty() {
            kinds = if by_schema.is_empty() {
                by_specification
            } else {
                by_schema
            };
        }
        if kinds.values().any(|name| name.listed) {
            kinds.retain(|_, name| name.listed);
        }
        match kinds.len() {
            0 => Resolved::Nothing,
            1 => kinds
                .values()
                .next()
                .map_or(Resolved::Nothing, |name| Resolved::One(self.using(name))),
            2..=MOST_KINDS => {
                let members: Vec<String> = kinds.values().map(|name| self.using(name)).collect();
                let union = self
                    .overrides
                    .union(&members)
                    .map_or_else(|| members.join("Or"), str::to_owned);
                self.unions.insert(union.clone(), members);
                Resolved::Several(union)
            }
            _ => Resolved::Anything,
        }
    }

    pub(crate) fn into_used(self) -> (BTreeMap<String, String>, BTreeMap<String, Vec<String>>) {
        (self.used, self.unions)
    }

    /// The kinds of some identities, by Rust name.
    fn known(&self, identities: &[String]) -> BTreeMap<String, Name> {
        identities
            .iter()
            .filter_map(|identity| self.names.get(&key(self.overrides, identity)))
            .map(|name| (name.rust.clone(), name.clone()))
            .collect()
    }

    fn using(&mut self, name: &Name) -> String {
        self.used.insert(name.rust.clone(), name.type_name.clone());
        name.rust.clone()
    }
}

/// Service and joined name of an identity; what the overrides name has no service.
fn key(overrides: &Overrides, identity: &str) -> (String, String) {
    if let Some(name) = overrides.kind(identity) {
        return (String::new(), name.to_owned());
    }
    let (type_name, attribute) = identity.rsplit_once('.').unwrap_or((identity, ""));
    let mut parts = type_name.split("::").skip(1);
    let service = parts.next().unwrap_or_default();
    let resource = parts.next().unwrap_or_default();
    (service.to_owned(), naming::joined(resource, attribute))
}

/// Where services share a name, the only listed one keeps it, the others take their service's.
fn distinguish(names: &mut BTreeMap<(String, String), Name>) {
    let mut services: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for ((service, joined), name) in &*names {
        let by_name = services.entry(joined.clone()).or_default();
        by_name.push((service.clone(), name.listed || service.is_empty()));
    }
    for ((service, joined), name) in names {
        let all = &services[joined];
        let listed = all.iter().filter(|(_, listed)| *listed).count();
        let keeps = all.len() == 1 || service.is_empty() || (name.listed && listed == 1);
        if !keeps {
            name.rust = format!("{}{joined}", naming::camel(service));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITIES: [&str; 6] = [
        "AWS::Zoo::Cage.Id",
        "AWS::Zoo::Cage.CageId",
        "AWS::Zoo::Keeper.Arn",
        "AWS::Farm::Keeper.Arn",
        "AWS::Zoo::Gate.Name",
        "AWS::Zoo::Gate.Arn",
    ];

    fn kinds(overrides: &Overrides) -> Kinds<'_> {
        let listed = ["AWS::Zoo::Cage", "AWS::Zoo::Keeper", "AWS::Zoo::Gate"];
        Kinds::new(overrides, &listed.map(str::to_owned).into(), IDENTITIES)
    }

    fn owned(identities: &[&str]) -> Vec<String> {
        identities
            .iter()
            .map(|&identity| identity.to_owned())
            .collect()
    }

    #[test]
    fn two_spellings_are_one_kind() {
        let overrides = Overrides::default();
        let both = owned(&["AWS::Zoo::Cage.Id", "AWS::Zoo::Cage.CageId"]);
        let resolved = kinds(&overrides).resolve(&both, &[]);
        assert_eq!(resolved, Resolved::One("CageId".to_owned()));
    }

    #[test]
    fn a_shared_name_belongs_to_the_listed_type() {
        let overrides = Overrides::default();
        let mut kinds = kinds(&overrides);
        assert_eq!(
            kinds.own("AWS::Zoo::Keeper", "Arn").as_deref(),
            Some("KeeperArn")
        );
        assert_eq!(
            kinds.own("AWS::Farm::Keeper", "Arn").as_deref(),
            Some("FarmKeeperArn")
        );
    }

    #[test]
    fn words_that_happen_to_join_are_no_kind_of_their_own() {
        let overrides = Overrides::default();
        let listed = ["AWS::Zoo::Cage", "AWS::Zoo::CageDoor"]
            .map(str::to_owned)
            .into();
        let mut kinds = Kinds::new(&overrides, &listed, ["AWS::Zoo::CageDoor.Id"]);
        assert_eq!(
            kinds.own("AWS::Zoo::CageDoor", "Id").as_deref(),
            Some("CageDoorId")
        );
        assert_eq!(kinds.own("AWS::Zoo::Cage", "CageDoorId"), None);
    }

    #[test]
    fn where_both_packages_speak_what_they_agree_on_counts() {
        let overrides = Overrides::default();
        let schema = owned(&["AWS::Zoo::Gate.Name", "AWS::Zoo::Gate.Arn"]);
        let specification = owned(&["AWS::Zoo::Gate.Arn"]);
        assert_eq!(
            kinds(&overrides).resolve(&schema, &specification),
            Resolved::One("GateArn".to_owned())
        );
    }

    #[test]
    fn several_kinds_are_a_union() {
        let overrides = Overrides::default();
        let mut kinds = kinds(&overrides);
        let resolved = kinds.resolve(&owned(&["AWS::Zoo::Gate.Name", "AWS::Zoo::Gate.Arn"]), &[]);
        assert_eq!(resolved, Resolved::Several("GateArnOrGateName".to_owned()));
        let (used, unions) = kinds.into_used();
        assert_eq!(used.len(), 2);
        assert_eq!(unions["GateArnOrGateName"], ["GateArn", "GateName"]);
    }

    #[test]
    fn what_nothing_generated_produces_is_left_out_of_a_choice() {
        let overrides = Overrides::default();
        let either = owned(&["AWS::Zoo::Keeper.Arn", "AWS::Farm::Keeper.Arn"]);
        assert_eq!(
            kinds(&overrides).resolve(&either, &[]),
            Resolved::One("KeeperArn".to_owned())
        );
    }
}
