//! The report of a change: what a reviewer reads before approving it.

mod annotations;
mod charges;
mod forecast;
mod headline;
mod html;
mod markdown;
mod quotas;
mod stacks;
mod text;
mod wording;

use serde::Serialize;

pub use annotations::annotations;
pub use charges::{ChargesReport, Monthly};
pub use forecast::{Acknowledgement, Blocker, Forecast, Step, WayBack};
pub(crate) use headline::number;
pub use headline::{Counts, Verdict};
pub use html::{environment_page, html};
pub use markdown::{LIMIT, MARKER, NOTHING, markdown};
pub use quotas::QuotaChange;
pub use stacks::{Sign, StackChange};
pub use text::text;
pub use wording::{details, sign, subjects};

use crate::charges::Prices;
use crate::consequence::{Consequence, Weight};
use crate::consequences::consequences;
use crate::environment::Environment;
use crate::inputs::attribute;
use crate::reach::AccessDifference;

/// The version of the JSON form. It goes up when a reader of the old one would misread the new.
pub const VERSION: u32 = 1;

/// A report over all environments.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub version: u32,
    /// What is compared with.
    pub base: Revision,
    /// What is proposed.
    pub proposal: Revision,
    /// The command that makes the same report.
    pub command: String,
    pub environments: Vec<EnvironmentReport>,
    /// What follows, the worst first. What is the same in several environments is told once.
    pub consequences: Vec<Told>,
}

/// A commit, or the files as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// The commit's id; none for files that are not committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// A consequence, and the environments in which it happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The environments, by name.
    pub environments: Vec<String>,
    /// What happens.
    #[serde(flatten)]
    pub consequence: Consequence,
}

/// What happens in one environment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentReport {
    pub environment: String,
    /// What a reviewer reads first.
    pub verdict: Verdict,
    pub stacks: Vec<StackChange>,
    /// How many stacks do not.
    pub unchanged: usize,
    /// Who reaches whom only before, and only after.
    pub access: AccessDifference,
    /// The quotas that move, or are nearly used.
    pub quotas: Vec<QuotaChange>,
    /// What bills by time.
    pub charges: ChargesReport,
    /// What planning and deploying it to the emulator showed; none where that was not possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
}

/// One environment on both sides.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What is deployed, as the base defines it.
    pub before: Environment,
    /// What is proposed, or why that is no definition.
    pub after: Result<Environment, String>,
    /// What planning and deploying it to the emulator showed.
    pub forecast: Option<Forecast>,
    /// The proposal with one key of the input files as it was, by the key's place.
    pub variants: Vec<(String, Environment)>,
}

impl Report {
    /// The report of a change, from each environment on both sides.
    #[must_use]
    pub fn new(
        base: Revision,
        proposal: Revision,
        command: String,
        compared: Vec<Compared>,
    ) -> Self {
        let mut told: Vec<Told> = Vec::new();
        let mut environments = Vec::new();
        for Compared {
            before,
            after,
            forecast,
            variants,
        } in compared
        {
            let environment = before.name.clone();
            let (stacks, unchanged, found, refused) = match &after {
                Ok(after) => {
                    let (stacks, unchanged) = stacks::changes(&before, after);
                    let mut found = consequences(&before, after);
                    for (place, variant) in &variants {
                        attribute(&mut found, place, &consequences(&before, variant));
                    }
                    (stacks, unchanged, found, None)
                }
                Err(refused) => (Vec::new(), 0, Vec::new(), Some(refused.clone())),
            };
            let access = match &after {
                Ok(after) => AccessDifference::new(&before, after),
                Err(_) => AccessDifference::default(),
            };
            let (quotas, charges) = match &after {
                Ok(after) => (
                    quotas::changes(&before, after),
                    ChargesReport::new(&before, after),
                ),
                Err(_) => (Vec::new(), ChargesReport::default()),
            };
            let verdict = Verdict::new(&stacks, unchanged, &found, forecast.as_ref(), refused);
            for consequence in found {
                match told
                    .iter_mut()
                    .find(|one| is_same(&one.consequence, &consequence))
                {
                    Some(one) => {
                        one.environments.push(environment.clone());
                        one.consequence.causes.extend(consequence.causes);
                    }
                    None => told.push(Told {
                        environments: vec![environment.clone()],
                        consequence,
                    }),
                }
            }
            environments.push(EnvironmentReport {
                environment,
                verdict,
                stacks,
                unchanged,
                access,
                quotas,
                charges,
                forecast,
            });
        }
        told.sort_by(|one, other| one.consequence.cmp(&other.consequence));
        Self {
            version: VERSION,
            base,
            proposal,
            command,
            environments,
            consequences: told,
        }
    }

    /// Adds money to the standing charges, by unit prices.
    #[must_use]
    pub fn priced(mut self, prices: &Prices) -> Self {
        for one in &mut self.environments {
            one.charges.price(prices);
        }
        self
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.environments
            .iter()
            .all(|one| matches!(one.verdict, Verdict::Unchanged { .. }))
    }

    /// Whether an environment can't be deployed as proposed.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.environments.iter().any(|one| one.verdict.is_blocked())
    }

    /// How many consequences have a weight.
    #[must_use]
    pub fn count(&self, weight: Weight) -> usize {
        self.consequences
            .iter()
            .filter(|one| one.consequence.weight == weight)
            .count()
    }
}

/// Whether two environments' consequences are one: the same sentence about the same things. Input files that cause
/// them may differ.
fn is_same(one: &Consequence, other: &Consequence) -> bool {
    one.says_same(other) && one.subjects == other.subjects
}
