//! The verdict on an environment: one line.

use std::fmt;

use serde::Serialize;

use super::forecast::Forecast;
use super::stacks::StackChange;
use crate::consequence::{Consequence, Kind, Weight};

/// What a reviewer reads first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// Nothing is deployed.
    Unchanged {
        /// How many stacks the environment has.
        stacks: usize,
    },
    /// It deploys.
    Changes(Counts),
    /// It can't be deployed before a person acts.
    Blocked {
        /// How many words are missing.
        acknowledgements: usize,
        /// How many findings block whatever is acknowledged.
        blockers: usize,
        /// The rest.
        #[serde(flatten)]
        counts: Counts,
    },
    /// The proposal is no definition.
    Refused {
        /// Why, as `cargo xtask synth` says.
        error: String,
    },
}

/// What a verdict counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub changed: usize,
    /// Stacks of the environment.
    pub of: usize,
    /// Resources that are, or may be, replaced, and are more than a new revision of the same.
    pub replaced: usize,
    /// Consequences that lose data.
    pub data: usize,
    /// Consequences that open something.
    pub opened: usize,
    /// Consequences that give rights.
    pub rights: usize,
    /// Consequences that interrupt.
    pub interruptions: usize,
    /// Groups of machines that are replaced, or machines that are set up otherwise.
    pub machines: usize,
    /// Runs until nothing differs, where it was deployed to the emulator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passes: Option<u32>,
    /// How long a deployment takes, in minutes, rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u64>,
}

impl Verdict {
    pub(super) fn new(
        stacks: &[StackChange],
        unchanged: usize,
        found: &[Consequence],
        forecast: Option<&Forecast>,
        refused: Option<String>,
    ) -> Self {
        if let Some(error) = refused {
            return Self::Refused { error };
        }
        if stacks.is_empty() && found.is_empty() {
            return Self::Unchanged { stacks: unchanged };
        }
        let worse = |kind: Kind| {
            let kinds = found
                .iter()
                .filter(move |one| one.kind == kind && one.weight < Weight::Minor);
            kinds.count()
        };
        // A plan that is blocked deploys nothing.
        let deployed = forecast.filter(|forecast| forecast.passes > 0);
        let counts = Counts {
            changed: stacks.len(),
            of: stacks.len() + unchanged,
            replaced: worse(Kind::Replacement),
            data: worse(Kind::Data),
            opened: worse(Kind::Exposure),
            rights: worse(Kind::Permissions),
            interruptions: worse(Kind::Interruption),
            machines: worse(Kind::Machines),
            passes: deployed.map(|forecast| forecast.passes),
            minutes: deployed.map(|forecast| forecast.seconds.div_ceil(60)),
        };
        let missing = forecast.map_or(0, |forecast| forecast.missing().count());
        let blockers = forecast.map_or(0, |forecast| forecast.blockers.len());
        if missing + blockers > 0 {
            return Self::Blocked {
                acknowledgements: missing,
                blockers,
                counts,
            };
        }
        Self::Changes(counts)
    }

    /// Whether it can't be deployed as it is.
    #[must_use]
    pub const fn is_blocked(&self) -> bool {
        matches!(self, Self::Blocked { .. } | Self::Refused { .. })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged { stacks } => write!(
                formatter,
                "nothing changes; all {stacks} stacks stay as they are"
            ),
            Self::Changes(counts) => counts.fmt(formatter),
            Self::Blocked {
                acknowledgements,
                blockers,
                counts,
            } => {
                formatter.write_str("blocked, ")?;
                if *blockers > 0 {
                    write!(formatter, "{}; ", number(*blockers, "blocking finding"))?;
                }
                if *acknowledgements > 0 {
                    write!(
                        formatter,
                        "{} needed; ",
                        number(*acknowledgements, "acknowledgement")
                    )?;
                }
                counts.fmt(formatter)
            }
            Self::Refused { .. } => {
                formatter.write_str("refused: the proposal is not a valid definition")
            }
        }
    }
}

impl Counts {
    /// Each count with its noun, in the singular and in the plural.
    pub(super) const fn parts(&self) -> [(usize, &'static str, &'static str); 6] {
        [
            (self.data, "loss of data", "losses of data"),
            (
                self.replaced,
                "replacement or removal",
                "replacements or removals",
            ),
            (self.interruptions, "interruption", "interruptions"),
            (
                self.machines,
                "change of the machines",
                "changes of the machines",
            ),
            (
                self.opened,
                "opening to more clients",
                "openings to more clients",
            ),
            (self.rights, "gain of rights", "gains of rights"),
        ]
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.changed == 1 {
            "changes"
        } else {
            "change"
        };
        write!(formatter, "{} of {} stacks {verb}", self.changed, self.of)?;
        let parts = self.parts();
        for (count, one, many) in parts.iter().filter(|(count, ..)| *count > 0) {
            write!(
                formatter,
                " · {count} {}",
                if *count == 1 { one } else { many }
            )?;
        }
        // A replacement that interrupts counts as an interruption.
        if self.data + self.replaced + self.machines + self.interruptions == 0 {
            formatter.write_str(" · nothing is lost or replaced")?;
        }
        if self.rights == 0 {
            formatter.write_str(" · no role gains rights")?;
        }
        if let (Some(passes), Some(minutes)) = (self.passes, self.minutes) {
            let passes = number(usize::try_from(passes).unwrap_or_default(), "pass");
            write!(formatter, " · settles in {passes}, about {minutes} min")?;
        }
        Ok(())
    }
}

pub(crate) fn number(count: usize, noun: &str) -> String {
    let plural = crate::meaning::plural(noun);
    format!("{count} {}", if count == 1 { noun } else { &plural })
}
