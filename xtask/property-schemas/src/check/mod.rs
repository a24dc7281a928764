//! Values held against shapes.
//!
//! A value that a function computes is valid or not, or it is not known which. Where a condition of `Fn::If` decides
//! about members of an object or items of a list, these are checked once for each result. Two conditions may exclude
//! each other, so a violation counts only if it follows from a single result of a single condition, or from none.

mod combination;
mod list;
mod object;
mod scalar;

use std::borrow::Cow;
use std::collections::BTreeSet;

use cloudformation::template::{Function, resource_type, resources};
use serde_json::{Map, Value};

use crate::context::Context;
use crate::schema::{JsonType, Shape, TypeSchema, schema};
use crate::settle::{Assumed, Settled, branch, conditions, produced_kinds, settle};
use crate::violation::{Constraint, Found, Origin, Violation};

/// Members of one object that depend on more conditions are taken to be there or not.
const MOST_CONDITIONS: usize = 5;

/// What the properties of a resource violate, in the order of the properties; nothing for a type without a schema.
///
/// `path` is where the properties are: `/Resources/Vpc/Properties`.
#[must_use]
pub fn validate(
    resource_type: &str,
    properties: &Value,
    path: &str,
    context: Context<'_>,
) -> Vec<Violation> {
    let Some(schema) = schema(resource_type) else {
        return Vec::new();
    };
    let checker = Checker { schema, context };
    let place = Place {
        path: path.to_owned(),
        assumed: Assumed::new(),
    };
    let mut report = Report::new(Mode::Report, Origin::Schema);
    checker.check(&schema.properties, properties, &place, &mut report);
    report.origin = Origin::Extension;
    for rule in &schema.extensions {
        checker.check(rule, properties, &place, &mut report);
    }
    report.violations
}

/// What the properties of all resources of a template violate, in the order of the resources.
#[must_use]
pub fn validate_template(template: &Value) -> Vec<Violation> {
    let none = Value::Object(Map::new());
    let context = Context::of(template);
    resources(template)
        .flat_map(|(logical_id, resource)| {
            let properties = resource.get("Properties").unwrap_or(&none);
            let path = format!("/Resources/{logical_id}/Properties");
            validate(resource_type(resource), properties, &path, context)
        })
        .collect()
}

struct Checker<'a> {
    schema: &'static TypeSchema,
    context: Context<'a>,
}

/// Where a value is, and the conditions under which it is there.
#[derive(Clone)]
struct Place<'v> {
    path: String,
    assumed: Assumed<'v>,
}

impl<'v> Place<'v> {
    /// The place of a member or of an item.
    fn below(&self, step: &str) -> Self {
        let step = step.replace('~', "~0").replace('/', "~1");
        Self {
            path: format!("{}/{step}", self.path),
            assumed: self.assumed.clone(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// To list violations.
    Report,
    /// To decide whether a value is valid: whatever is not certain makes it undecided.
    Decide,
}

struct Report {
    mode: Mode,
    origin: Origin,
    violations: Vec<Violation>,
    /// Whether something could not be checked.
    undecided: bool,
}

impl Report {
    const fn new(mode: Mode, origin: Origin) -> Self {
        Self {
            mode,
            origin,
            violations: Vec::new(),
            undecided: false,
        }
    }

    /// An empty report of the same kind.
    const fn fresh(&self) -> Self {
        Self::new(self.mode, self.origin)
    }

    fn push(&mut self, place: &Place<'_>, constraint: Constraint, found: Found) {
        let origin = if constraint.is_extension() {
            Origin::Extension
        } else {
            self.origin
        };
        let violation = Violation {
            path: place.path.clone(),
            constraint,
            found,
            origin,
        };
        // A rule of cfn-lint's may repeat the schema.
        let repeats = |other: &Violation| {
            other.path == violation.path && other.constraint == violation.constraint
        };
        if !self.violations.iter().any(repeats) {
            self.violations.push(violation);
        }
    }

    fn join(&mut self, other: Self) {
        self.undecided |= other.undecided;
        for violation in other.violations {
            if !self.violations.contains(&violation) {
                self.violations.push(violation);
            }
        }
    }
}

/// Whether a shape applies to a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Applies {
    Yes,
    No,
    Unknown,
}

impl<'a> Checker<'a> {
    fn check<'v>(&self, shape: &Shape, value: &'v Value, place: &Place<'v>, report: &mut Report)
    where
        'a: 'v,
    {
        self.in_each_scenario([value], place, report, &|place, report| {
            self.settled(shape, value, place, report);
        });
    }

    /// Checks the value that is left once conditions are assumed.
    fn settled<'v>(&self, shape: &Shape, value: &'v Value, place: &Place<'v>, report: &mut Report)
    where
        'a: 'v,
    {
        match settle(value, &place.assumed, self.context) {
            Settled::Absent => {}
            Settled::Undecided => report.undecided = true,
            Settled::Computed(json_type) => {
                report.undecided = true;
                if let Some(json_type) = json_type {
                    self.computed(shape, json_type, place, report);
                }
            }
            Settled::Choice(values) => self.choice(shape, &values, place, report),
            Settled::Literal { value, branch } => {
                let place = Place {
                    path: format!("{}{branch}", place.path),
                    assumed: place.assumed.clone(),
                };
                match value {
                    Cow::Borrowed(value) => self.literal(shape, value, &place, report),
                    Cow::Owned(value) => {
                        // A text: nothing in it depends on a condition.
                        let place = Place {
                            path: place.path,
                            assumed: Assumed::new(),
                        };
                        self.shape(shape, &value, &place, report);
                    }
                }
            }
        }
    }

    /// Of what a function computes only the type is known.
    fn computed(&self, shape: &Shape, json_type: JsonType, place: &Place<'_>, report: &mut Report) {
        let types = &self.schema.resolve(shape).types;
        let is_scalar =
            |json_type: JsonType| !matches!(json_type, JsonType::Array | JsonType::Object);
        let fits = |allowed: &JsonType| {
            *allowed == json_type || (is_scalar(*allowed) && is_scalar(json_type))
        };
        if !types.is_empty() && !types.iter().any(fits) {
            let allowed = types.clone();
            report.push(
                place,
                Constraint::Type { allowed },
                Found::Computed(json_type),
            );
        }
    }

    /// One of these values is passed for a parameter: it is a violation if none is valid.
    fn choice<'v>(
        &self,
        shape: &Shape,
        values: &[&'v Value],
        place: &Place<'v>,
        report: &mut Report,
    ) where
        'a: 'v,
    {
        let mut first = None;
        let mut invalid = 0;
        for value in values {
            let mut one = report.fresh();
            self.literal(shape, value, place, &mut one);
            report.undecided |= one.undecided;
            if !one.violations.is_empty() {
                invalid += 1;
                first.get_or_insert(one);
            }
        }
        match first {
            Some(first) if invalid == values.len() => report.join(first),
            Some(_) => report.undecided = true,
            None => {}
        }
    }

    /// Checks a value that is no function.
    fn literal<'v>(&self, shape: &Shape, value: &'v Value, place: &Place<'v>, report: &mut Report)
    where
        'a: 'v,
    {
        let members: Vec<&Value> = match value {
            Value::Object(members) => members.values().collect(),
            Value::Array(items) => items.iter().collect(),
            _ => Vec::new(),
        };
        self.in_each_scenario(members, place, report, &|place, report| {
            self.shape(shape, value, place, report);
        });
    }

    /// Checks a literal whose members depend on no other condition.
    fn shape<'v>(&self, shape: &Shape, value: &'v Value, place: &Place<'v>, report: &mut Report)
    where
        'a: 'v,
    {
        if let Some(name) = &shape.definition
            && let Some(definition) = self.schema.definitions.get(name)
        {
            self.shape(definition, value, place, report);
        }
        if shape.never {
            report.push(place, Constraint::Forbidden, Found::Value(value.clone()));
            return;
        }
        if !scalar::has_type(shape, value) {
            let allowed = shape.types.clone();
            report.push(
                place,
                Constraint::Type { allowed },
                Found::Value(value.clone()),
            );
            return;
        }
        match value {
            Value::Object(members) => self.object(shape, members, place, report),
            Value::Array(items) => self.list(shape, items, place, report),
            _ => scalar::check(shape, value, place, report),
        }
        self.combinations(shape, value, place, report);
    }

    /// Whether a shape applies to a literal.
    fn applies<'v>(
        &self,
        shape: &Shape,
        value: &'v Value,
        place: &Place<'v>,
    ) -> (Applies, Vec<Violation>)
    where
        'a: 'v,
    {
        let mut report = Report::new(Mode::Decide, Origin::Schema);
        self.shape(shape, value, place, &mut report);
        let applies = match (report.violations.is_empty(), report.undecided) {
            (false, _) => Applies::No,
            (true, true) => Applies::Unknown,
            (true, false) => Applies::Yes,
        };
        (applies, report.violations)
    }

    /// Checks with each result of the conditions that the values depend on.
    fn in_each_scenario<'v>(
        &self,
        values: impl IntoIterator<Item = &'v Value>,
        place: &Place<'v>,
        report: &mut Report,
        check: &dyn Fn(&Place<'v>, &mut Report),
    ) {
        let mut deciding = BTreeSet::new();
        for value in values {
            conditions(value, &place.assumed, &mut deciding);
        }
        if deciding.is_empty() || deciding.len() > MOST_CONDITIONS {
            check(place, report);
            return;
        }
        let scenarios = 1_usize << deciding.len();
        // Each violation with the scenarios that it occurs in.
        let mut occurrences: Vec<(Violation, Vec<bool>)> = Vec::new();
        for scenario in 0..scenarios {
            let mut assumed = place.assumed.clone();
            for (bit, condition) in deciding.iter().enumerate() {
                assumed.insert(condition, !is_set(scenario, bit));
            }
            let mut one = report.fresh();
            let path = place.path.clone();
            check(&Place { path, assumed }, &mut one);
            report.undecided |= one.undecided;
            for violation in one.violations {
                let known = occurrences
                    .iter_mut()
                    .find(|(other, _)| *other == violation);
                if let Some((_, occurs)) = known {
                    occurs[scenario] = true;
                } else {
                    let mut occurs = vec![false; scenarios];
                    occurs[scenario] = true;
                    occurrences.push((violation, occurs));
                }
            }
        }
        for (violation, occurs) in occurrences {
            let everywhere = occurs.iter().all(|occurs| *occurs);
            let follows_from_one = (0..deciding.len()).any(|bit| {
                [false, true].into_iter().any(|result| {
                    let mut relevant =
                        (0..scenarios).filter(|scenario| is_set(*scenario, bit) == result);
                    relevant.all(|scenario| occurs[scenario])
                })
            });
            if everywhere || (follows_from_one && report.mode == Mode::Report) {
                report.violations.push(violation);
            } else {
                report.undecided = true;
            }
        }
    }

    /// Whether the references in a value are of the kinds that a property expects.
    fn references<'v>(
        &self,
        kinds: &[String],
        value: &'v Value,
        place: &Place<'v>,
        report: &mut Report,
    ) where
        'a: 'v,
    {
        if kinds.is_empty() {
            return;
        }
        if let Some(items) = value.as_array() {
            for (index, item) in items.iter().enumerate() {
                self.references(kinds, item, &place.below(&index.to_string()), report);
            }
            return;
        }
        let Some((value, path)) = branch(value, &place.assumed) else {
            return;
        };
        if Function::of(value).is_none() {
            return;
        }
        let produced = produced_kinds(value, self.context);
        if !produced.is_empty() && !produced.iter().any(|kind| kinds.contains(kind)) {
            let place = Place {
                path: format!("{}{path}", place.path),
                assumed: Assumed::new(),
            };
            let allowed = kinds.to_vec();
            report.push(
                &place,
                Constraint::Reference { allowed },
                Found::Kinds(produced.to_vec()),
            );
        }
    }
}

const fn is_set(scenario: usize, bit: usize) -> bool {
    scenario & (1 << bit) != 0
}
