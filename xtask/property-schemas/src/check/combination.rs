//! Shapes of which some have to apply.

use serde_json::Value;

use super::{Applies, Checker, Place, Report};
use crate::schema::Shape;
use crate::violation::{Constraint, Found, Violation};

impl<'a> Checker<'a> {
    pub(super) fn combinations<'v>(
        &self,
        shape: &Shape,
        value: &'v Value,
        place: &Place<'v>,
        report: &mut Report,
    ) where
        'a: 'v,
    {
        for one in &shape.all_of {
            self.shape(one, value, place, report);
        }
        self.alternatives(&shape.any_of, value, place, report, |matching| {
            (matching == 0).then_some(Constraint::AnyOf {
                alternatives: shape.any_of.len(),
            })
        });
        self.alternatives(&shape.one_of, value, place, report, |matching| {
            (matching != 1).then_some(Constraint::OneOf {
                alternatives: shape.one_of.len(),
                matching,
            })
        });
        if let Some(not) = &shape.not {
            match self.applies(not, value, place).0 {
                Applies::Yes => report.push(place, Constraint::Not, Found::Value(value.clone())),
                Applies::Unknown => report.undecided = true,
                Applies::No => {}
            }
        }
        if let Some(condition) = &shape.condition {
            let consequence = match self.applies(condition, value, place).0 {
                Applies::Yes => &shape.then,
                Applies::No => &shape.otherwise,
                Applies::Unknown => {
                    report.undecided = true;
                    &None
                }
            };
            if let Some(consequence) = consequence {
                self.shape(consequence, value, place, report);
            }
        }
    }

    fn alternatives<'v>(
        &self,
        alternatives: &[Shape],
        value: &'v Value,
        place: &Place<'v>,
        report: &mut Report,
        constraint: impl Fn(usize) -> Option<Constraint>,
    ) where
        'a: 'v,
    {
        if alternatives.is_empty() {
            return;
        }
        let (mut matching, mut unknown) = (0, 0);
        let mut closest: Option<Vec<Violation>> = None;
        for alternative in alternatives {
            let (applies, violations) = self.applies(alternative, value, place);
            match applies {
                Applies::Yes => matching += 1,
                Applies::Unknown => unknown += 1,
                Applies::No => {
                    let closer = closest
                        .as_ref()
                        .is_none_or(|other| violations.len() < other.len());
                    closest = if closer { Some(violations) } else { closest };
                }
            }
        }
        // What is not known may still apply, and more that apply than may is a violation whatever it does.
        let violated = (0..=unknown).all(|more| constraint(matching + more).is_some());
        if !violated {
            report.undecided |= unknown > 0 && constraint(matching).is_some();
            return;
        }
        let Some(constraint) = constraint(matching) else {
            return;
        };
        report.push(place, constraint, Found::Value(value.clone()));
        // Alternatives that name a property each are told by their number.
        let only_required = alternatives
            .iter()
            .all(|one| !one.required.is_empty() && one.properties.is_empty());
        if matching == 0 && !only_required {
            for violation in closest.into_iter().flatten() {
                let origin = report.origin;
                report.violations.push(Violation {
                    origin,
                    ..violation
                });
            }
        }
    }
}
