//! `SplitMix64`: seeded random numbers for jitter, the emulator and simulations.
//!
//! Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. Not from a crate:
//! checked-in simulations are compared byte by byte, and a crate may change its stream with a major
//! version. Nothing here needs to be unpredictable.

/// What is added to the state for each number: 2⁶⁴ divided by the golden ratio.
pub const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// The next number of the stream with this state.
pub const fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(GAMMA);
    mix(*state)
}

/// The finalizer: a hash of one number, for choices that are made without a state.
#[must_use]
pub const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference implementation's first numbers for seed 1234567.
    #[test]
    fn stream_is_the_published_one() {
        let mut state = 1_234_567;
        assert_eq!(next(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(next(&mut state), 3_203_168_211_198_807_973);
    }
}
