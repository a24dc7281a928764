//! Objects: which properties are set, and what each one is.

use serde_json::{Map, Value};

use super::{Applies, Checker, Place, Report};
use crate::schema::Shape;
use crate::settle::{Presence, presence};
use crate::violation::{Constraint, Found};

impl<'a> Checker<'a> {
    pub(super) fn object<'v>(
        &self,
        shape: &Shape,
        members: &'v Map<String, Value>,
        place: &Place<'v>,
        report: &mut Report,
    ) where
        'a: 'v,
    {
        // `Fn::Transform` and loops add members.
        if members.keys().any(|name| name.starts_with("Fn::")) {
            report.undecided = true;
        } else {
            Set { members, place }.check(shape, report);
        }
        for (name, member) in members {
            if presence(Some(member), &place.assumed) != Presence::Absent {
                self.member(shape, (name, member), &place.below(name), report);
            }
        }
    }

    fn member<'v>(
        &self,
        shape: &Shape,
        (name, member): (&str, &'v Value),
        place: &Place<'v>,
        report: &mut Report,
    ) where
        'a: 'v,
    {
        if let Some(names) = &shape.property_names {
            let name = Value::from(name);
            let alone = Place {
                path: place.path.clone(),
                assumed: Default::default(),
            };
            if self.applies(names, &name, &alone).0 == Applies::No {
                report.push(place, Constraint::Forbidden, Found::Value(name));
                return;
            }
        }
        if let Some(property) = shape.properties.get(name) {
            if property.read_only {
                report.push(place, Constraint::ReadOnly, Found::Value(member.clone()));
                return;
            }
            if property.never {
                match presence(Some(member), &place.assumed) {
                    Presence::Present => {
                        report.push(place, Constraint::Forbidden, Found::Value(member.clone()));
                    }
                    _ => report.undecided = true,
                }
                return;
            }
            self.check(property, member, place, report);
            self.references(&property.kinds, member, place, report);
            return;
        }
        let mut matches = false;
        for (pattern, property) in &shape.pattern_properties {
            if pattern.matches(name) != Some(false) {
                matches = true;
                self.check(property, member, place, report);
            }
        }
        if shape.closed && !matches && !name.starts_with("Fn::") {
            let settable =
                |(name, property): (&String, &Shape)| (!property.read_only).then(|| name.clone());
            let allowed = shape.properties.iter().filter_map(settable).collect();
            report.push(
                place,
                Constraint::UnknownProperty { allowed },
                Found::Value(member.clone()),
            );
        }
    }
}

struct Set<'v, 'p> {
    members: &'v Map<String, Value>,
    place: &'p Place<'v>,
}

impl Set<'_, '_> {
    fn presence(&self, name: &str) -> Presence {
        presence(self.members.get(name), &self.place.assumed)
    }

    fn present(&self, names: &[String]) -> Vec<String> {
        self.with(names, Presence::Present)
    }

    fn with(&self, names: &[String], wanted: Presence) -> Vec<String> {
        names
            .iter()
            .filter(|name| self.presence(name) == wanted)
            .cloned()
            .collect()
    }

    fn check(&self, shape: &Shape, report: &mut Report) {
        for name in &shape.required {
            let property = name.clone();
            self.require(name, Constraint::Required { property }, report);
        }
        if !shape.required_xor.is_empty() {
            let of = shape.required_xor.clone();
            self.count(&of, 1, Constraint::RequiredXor { of: of.clone() }, report);
        }
        if !shape.required_or.is_empty() {
            let of = shape.required_or.clone();
            let most = of.len();
            self.count(&of, most, Constraint::RequiredOr { of: of.clone() }, report);
        }
        for (property, others) in &shape.dependent_required {
            if self.presence(property) == Presence::Present {
                for needs in others {
                    let constraint = Constraint::DependentRequired {
                        property: property.clone(),
                        needs: needs.clone(),
                    };
                    self.require(needs, constraint, report);
                }
            }
        }
        self.exclusions(shape, report);
        let count = self.present_members();
        if let Some(least) = shape.min_properties.filter(|least| count < *least) {
            report.push(
                self.place,
                Constraint::MinProperties(least),
                Found::Count(count),
            );
        }
        if let Some(most) = shape.max_properties.filter(|most| count > *most) {
            report.push(
                self.place,
                Constraint::MaxProperties(most),
                Found::Count(count),
            );
        }
    }

    fn require(&self, name: &str, constraint: Constraint, report: &mut Report) {
        match self.presence(name) {
            Presence::Present => {}
            Presence::Undecided => report.undecided = true,
            Presence::Absent => {
                let set = self.members.keys().cloned().collect();
                report.push(self.place, constraint, Found::Properties(set));
            }
        }
    }

    /// Between one and `most` of the properties have to be set.
    fn count(&self, of: &[String], most: usize, constraint: Constraint, report: &mut Report) {
        let set = self.present(of);
        let maybe = self.with(of, Presence::Undecided).len();
        if set.len() > most || set.len() + maybe == 0 {
            report.push(self.place, constraint, Found::Properties(set));
        } else if maybe > 0 {
            report.undecided = true;
        }
    }

    fn exclusions(&self, shape: &Shape, report: &mut Report) {
        for (property, others) in &shape.dependent_excluded {
            if self.presence(property) != Presence::Present {
                continue;
            }
            for excludes in self.present(others) {
                let back = shape.dependent_excluded.get(&excludes);
                let is_said =
                    excludes < *property && back.is_some_and(|back| back.contains(property));
                if excludes != *property && !is_said {
                    let constraint = Constraint::DependentExcluded {
                        property: property.clone(),
                        excludes: excludes.clone(),
                    };
                    let set = vec![property.clone(), excludes];
                    report.push(self.place, constraint, Found::Properties(set));
                }
            }
        }
    }

    fn present_members(&self) -> usize {
        let is_present =
            |member: &&Value| presence(Some(*member), &self.place.assumed) != Presence::Absent;
        self.members.values().filter(is_present).count()
    }
}
