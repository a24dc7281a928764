//! What a case may cost: the sum of what its resources may, for as long as a run takes at most.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::conformance::case::Case;

/// What one resource may cost.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cost {
    #[serde(rename = "type")]
    resource_type: String,
    /// At most so many US dollars, in the most expensive region, kept for an hour.
    usd: f64,
    /// The page with the price.
    #[expect(dead_code, reason = "it stands in the table for people")]
    source: String,
}

/// The upper bounds, by type.
#[derive(Clone, Debug)]
pub struct Costs(BTreeMap<String, f64>);

/// Why no upper bound is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{case} makes {resource_type}, and `costs.json` has no upper bound for it")]
pub struct Unpriced {
    pub case: String,
    /// The type that nothing is known of.
    pub resource_type: String,
}

impl Costs {
    /// The table that comes with this program.
    ///
    /// # Errors
    /// When it is not of the form.
    pub fn known() -> Result<Self, serde_json::Error> {
        let list: Vec<Cost> = serde_json::from_str(include_str!("costs.json"))?;
        let entries = list.into_iter().map(|one| (one.resource_type, one.usd));
        Ok(Self(entries.collect()))
    }

    /// What a case costs at most, in US dollars.
    ///
    /// # Errors
    /// When nothing is known of a type: such a case is not run.
    pub fn of(&self, case: &Case) -> Result<f64, Unpriced> {
        let mut sum = 0.0;
        for resource_type in case.creates() {
            let usd = self.0.get(&resource_type).ok_or_else(|| Unpriced {
                case: case.case.clone(),
                resource_type: resource_type.clone(),
            })?;
            sum += usd;
        }
        Ok(sum)
    }
}
