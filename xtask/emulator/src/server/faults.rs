//! Faults between client and model: what a network and a busy service do to a call.
//!
//! Written as `throttle=0.1,lost=0.02,latency=5..50`: how many of the calls meet each, and how many
//! real milliseconds an answer takes. What resources do is the model's; this is about calls.

use std::str::FromStr;

use crate::random::Random;

/// Rates are counted in millionths.
const ALL: u64 = 1_000_000;

/// How often a call meets what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    rates: Vec<(Fault, u64)>,
    latency: (u64, u64),
    expire_after: Option<u64>,
}

/// What a call meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// `Throttling`, before anything happens.
    Throttle,
    /// `InternalFailure`, before anything happens.
    Failure,
    /// `ServiceUnavailable`, before anything happens.
    Unavailable,
    /// The connection ends, before anything happens.
    Reset,
    /// The call is performed, and the connection ends before the answer.
    Lost,
}

const NAMES: &[(&str, Fault)] = &[
    ("throttle", Fault::Throttle),
    ("failure", Fault::Failure),
    ("unavailable", Fault::Unavailable),
    ("reset", Fault::Reset),
    ("lost", Fault::Lost),
];

/// Why a text says no faults.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// It is not `NAME=VALUE`.
    #[error("`{0}` is not of the form NAME=VALUE")]
    Form(String),
    /// There is no fault of the name.
    #[error(
        "there is no fault `{0}`: there are throttle, failure, unavailable, reset, lost, latency \
         and expire-after"
    )]
    Name(String),
    /// It has another kind of value.
    #[error("`{text}` is not {wanted}")]
    Value {
        /// What was found.
        text: String,
        /// What goes there.
        wanted: &'static str,
    },
    /// More than every call would meet one.
    #[error("the rates of the faults are more than 1 together")]
    TooMany,
}

impl FromStr for Faults {
    type Err = FaultError;

    /// Items are separated by commas or white space, so that they also fit in a file.
    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut faults = Self::default();
        let separates = |character: char| character == ',' || character.is_whitespace();
        for item in text.split(separates).filter(|item| !item.is_empty()) {
            let (name, value) = item
                .split_once('=')
                .ok_or_else(|| FaultError::Form(item.to_owned()))?;
            faults.set(name, value)?;
        }
        let together: u64 = faults.rates.iter().map(|(_, rate)| rate).sum();
        if together > ALL {
            return Err(FaultError::TooMany);
        }
        Ok(faults)
    }
}

impl Faults {
    fn set(&mut self, name: &str, value: &str) -> Result<(), FaultError> {
        let wrong = |wanted| FaultError::Value {
            text: value.to_owned(),
            wanted,
        };
        match name {
            "latency" => {
                let wanted = "a range of milliseconds, as 5..50";
                let (low, high) = value.split_once("..").ok_or_else(|| wrong(wanted))?;
                let low = low.parse().map_err(|_| wrong(wanted))?;
                let high = high.parse().map_err(|_| wrong(wanted))?;
                if low > high {
                    return Err(wrong(wanted));
                }
                self.latency = (low, high);
            }
            "expire-after" => {
                let calls = value.parse().map_err(|_| wrong("a number of calls"))?;
                self.expire_after = Some(calls);
            }
            _ => {
                let fault = NAMES.iter().find(|(known, _)| *known == name);
                let (_, fault) = fault.ok_or_else(|| FaultError::Name(name.to_owned()))?;
                let rate = rate(value).ok_or_else(|| wrong("a rate from 0 to 1"))?;
                self.rates.retain(|(known, _)| known != fault);
                self.rates.push((*fault, rate));
            }
        }
        Ok(())
    }

    /// What a call meets, if anything.
    pub(super) fn draw(&self, call: Random) -> Option<Fault> {
        let mut drawn = call.of("fault").below(ALL);
        for (fault, rate) in &self.rates {
            if drawn < *rate {
                return Some(*fault);
            }
            drawn -= rate;
        }
        None
    }

    /// How many real milliseconds the answer to a call takes.
    pub(super) fn latency(&self, call: Random) -> u64 {
        let (low, high) = self.latency;
        low + call.of("latency").below((high - low).saturating_add(1))
    }

    /// After how many calls the credentials that made them expire.
    pub(super) const fn expire_after(&self) -> Option<u64> {
        self.expire_after
    }
}

/// A number from 0 to 1, in millionths.
fn rate(text: &str) -> Option<u64> {
    let rate: f64 = text.parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is from 0 to a million"
    )]
    (0.0..=1.0)
        .contains(&rate)
        .then(|| (rate * 1e6).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_meets_one_at_its_rate() {
        let faults: Faults = "throttle=0.25,\n lost=0.5".parse().unwrap();
        let draws: Vec<_> = (0..10_000)
            .map(|call| faults.draw(Random::new(1).number(call)))
            .collect();
        let count = |wanted| draws.iter().filter(|drawn| **drawn == wanted).count();
        assert!((2_300..2_700).contains(&count(Some(Fault::Throttle))));
        assert!((4_800..5_200).contains(&count(Some(Fault::Lost))));
        assert!((2_300..2_700).contains(&count(None)));
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let faults: Faults = "reset=0.3 latency=1..9".parse().unwrap();
        let draws = || {
            let call = |number| Random::new(7).number(number);
            let draw = |number| (faults.draw(call(number)), faults.latency(call(number)));
            (0..100).map(draw).collect::<Vec<_>>()
        };
        assert_eq!(draws(), draws());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |text: &str| text.parse::<Faults>().unwrap_err().to_string();
        assert_eq!(said("lost"), "`lost` is not of the form NAME=VALUE");
        assert!(said("gone=1").starts_with("there is no fault `gone`"));
        assert_eq!(said("lost=2"), "`2` is not a rate from 0 to 1");
        assert_eq!(
            said("latency=9..1"),
            "`9..1` is not a range of milliseconds, as 5..50"
        );
        assert_eq!(said("lost=0.6,reset=0.6"), FaultError::TooMany.to_string());
    }
}
