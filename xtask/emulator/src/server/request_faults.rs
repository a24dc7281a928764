//! Faults between client and model: the effects of a network and a busy service on requests.
//!
//! They are written as `throttle=0.1,lost=0.02,latency=5..50`: the rate of each fault, and the
//! latency of answers in real milliseconds. Faults of resources are part of the model.

use std::str::FromStr;

use crate::random::Random;

/// Rates are stored in millionths.
const CERTAIN: u64 = 1_000_000;

/// The rates of request faults, and other effects on requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFaults {
    rates: Vec<(RequestFault, u64)>,
    latency: (u64, u64),
    expire_after: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestFault {
    /// `Throttling`; the call is not performed.
    Throttle,
    /// `InternalFailure`; the call is not performed.
    Failure,
    /// `ServiceUnavailable`; the call is not performed.
    Unavailable,
    /// The connection ends; the call is not performed.
    Reset,
    /// The call is performed; the connection ends before the answer.
    Lost,
}

const NAMES: &[(&str, RequestFault)] = &[
    ("throttle", RequestFault::Throttle),
    ("failure", RequestFault::Failure),
    ("unavailable", RequestFault::Unavailable),
    ("reset", RequestFault::Reset),
    ("lost", RequestFault::Lost),
];

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFaultError {
    #[error("`{0}` is not of the form NAME=VALUE")]
    Form(String),
    #[error(
        "unknown fault `{0}`: use throttle, failure, unavailable, reset, lost, latency or \
         expire-after"
    )]
    Name(String),
    #[error("`{text}` is not {wanted}")]
    Value { text: String, wanted: &'static str },
    #[error("the rates of the faults add up to more than 1")]
    TooMany,
}

impl FromStr for RequestFaults {
    type Err = RequestFaultError;

    /// Items are separated by commas or white space, so that they can be lines of a file.
    fn from_str(text: &str) -> Result<Self, RequestFaultError> {
        let mut faults = Self::default();
        let separates = |character: char| character == ',' || character.is_whitespace();
        for item in text.split(separates).filter(|item| !item.is_empty()) {
            let (name, value) = item
                .split_once('=')
                .ok_or_else(|| RequestFaultError::Form(item.to_owned()))?;
            faults.set(name, value)?;
        }
        let together: u64 = faults.rates.iter().map(|(_, rate)| rate).sum();
        if together > CERTAIN {
            return Err(RequestFaultError::TooMany);
        }
        Ok(faults)
    }
}

impl RequestFaults {
    fn set(&mut self, name: &str, value: &str) -> Result<(), RequestFaultError> {
        let wrong = |wanted| RequestFaultError::Value {
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
                let (_, fault) = fault.ok_or_else(|| RequestFaultError::Name(name.to_owned()))?;
                let rate = rate(value).ok_or_else(|| wrong("a rate from 0 to 1"))?;
                self.rates.retain(|(known, _)| known != fault);
                self.rates.push((*fault, rate));
            }
        }
        Ok(())
    }

    pub(super) fn draw(&self, call: Random) -> Option<RequestFault> {
        let mut drawn = call.derive("fault").below(CERTAIN);
        for (fault, rate) in &self.rates {
            if drawn < *rate {
                return Some(*fault);
            }
            drawn -= rate;
        }
        None
    }

    /// The latency of the answer to a call, in real milliseconds.
    pub(super) fn latency(&self, call: Random) -> u64 {
        let (low, high) = self.latency;
        low + call.derive("latency").below((high - low).saturating_add(1))
    }

    /// The number of calls after which the credentials that made them expire.
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
        let faults: RequestFaults = "throttle=0.25,\n lost=0.5".parse().unwrap();
        let draws: Vec<_> = (0..10_000)
            .map(|call| faults.draw(Random::new(1).nth(call)))
            .collect();
        let count = |wanted| draws.iter().filter(|drawn| **drawn == wanted).count();
        assert!((2_300..2_700).contains(&count(Some(RequestFault::Throttle))));
        assert!((4_800..5_200).contains(&count(Some(RequestFault::Lost))));
        assert!((2_300..2_700).contains(&count(None)));
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let faults: RequestFaults = "reset=0.3 latency=1..9".parse().unwrap();
        let draws = || {
            let call = |number| Random::new(7).nth(number);
            let draw = |number| (faults.draw(call(number)), faults.latency(call(number)));
            (0..100).map(draw).collect::<Vec<_>>()
        };
        assert_eq!(draws(), draws());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let message = |text: &str| text.parse::<RequestFaults>().unwrap_err().to_string();
        assert_eq!(message("lost"), "`lost` is not of the form NAME=VALUE");
        assert!(message("gone=1").starts_with("unknown fault `gone`"));
        assert_eq!(message("lost=2"), "`2` is not a rate from 0 to 1");
        assert_eq!(
            message("latency=9..1"),
            "`9..1` is not a range of milliseconds, as 5..50"
        );
        assert_eq!(
            message("lost=0.6,reset=0.6"),
            RequestFaultError::TooMany.to_string()
        );
    }
}
