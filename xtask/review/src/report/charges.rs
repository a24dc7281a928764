//! Standing charges in a report: what moves, and money where the owner has put unit prices.

use std::fmt;

use serde::Serialize;

use crate::charges::{AmountChange, Charges, Fit, Prices, Total};
use crate::environment::Environment;

/// What bills by time, on both sides.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChargesReport {
    pub changes: Vec<AmountChange>,
    /// Sums for a month, where there are prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Monthly>,
    #[serde(skip)]
    sides: (Charges, Charges),
}

/// Sums for a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Monthly {
    /// Of what is defined now.
    pub before: Total,
    /// Of what is proposed.
    pub after: Total,
    /// The environment's budget in US dollars, as proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_usd: Option<u64>,
    /// Whether what is proposed is within it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
}

impl ChargesReport {
    pub(super) fn new(before: &Environment, after: &Environment) -> Self {
        let (before, after) = (Charges::of(before), Charges::of(after));
        Self {
            changes: before.changes(&after),
            monthly: None,
            sides: (before, after),
        }
    }

    pub(super) fn price(&mut self, prices: &Prices) {
        let (before, after) = &self.sides;
        let total = after.total(prices);
        self.monthly = Some(Monthly {
            before: before.total(prices),
            budget_usd: after.budget_usd,
            fit: after.fit(&total),
            after: total,
        });
    }

    /// Lines for people: what moves, and the money.
    pub(super) fn lines(&self) -> Vec<String> {
        let changes = self.changes.iter().map(line);
        let money = self.monthly.iter().map(ToString::to_string);
        changes.chain(money).collect()
    }
}

fn line(change: &AmountChange) -> String {
    let sign = match (change.after.max, change.before.max) {
        (after, before) if after > before => '▲',
        (after, before) if after < before => '▼',
        _ if change.after.min > change.before.min => '▲',
        _ => '▼',
    };
    format!("{sign} {} {} → {}", change.of, change.before, change.after)
}

impl fmt::Display for crate::charges::Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max {
            write!(formatter, "{}", self.min)
        } else {
            write!(formatter, "{} to {}", self.min, self.max)
        }
    }
}

impl fmt::Display for Monthly {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (&self.before, &self.after);
        write!(
            formatter,
            "standing charges {:.0} to {:.0} $ a month, were {:.0} to {:.0}",
            after.floor_usd, after.ceiling_usd, before.floor_usd, before.ceiling_usd
        )?;
        if let Some(as_of) = &after.as_of {
            write!(formatter, ", prices as of {as_of}")?;
        }
        match (self.fit, self.budget_usd) {
            (Some(Fit::Fits), Some(budget)) => {
                write!(formatter, "; within the budget of {budget} $")?
            }
            (Some(Fit::OnlyAtTheFloor), Some(budget)) => {
                write!(formatter, "; at most more than the budget of {budget} $")?;
            }
            (Some(Fit::Exceeds), Some(budget)) => {
                write!(
                    formatter,
                    "; even at least more than the budget of {budget} $"
                )?;
            }
            _ => {}
        }
        if !after.without_price.is_empty() {
            let names: Vec<&str> = after.without_price.iter().map(String::as_str).collect();
            write!(formatter, "; without a price: {}", names.join(", "))?;
        }
        Ok(())
    }
}
