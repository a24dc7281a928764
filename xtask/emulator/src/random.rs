//! Random choices from the seed.
//!
//! There is no generator with a state: every choice is a hash of the seed and of its purpose. So
//! one more call does not change other choices.

use common::random::mix;

/// A hash of the seed and of the purpose of a choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x9e37_79b9_7f4a_7c15))
    }

    pub(crate) fn derive(self, purpose: &str) -> Self {
        let mut hash = self.0 ^ 0xcbf2_9ce4_8422_2325;
        for byte in purpose.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Self(mix(hash))
    }

    /// The choices for a numbered item.
    pub(crate) const fn nth(self, number: u64) -> Self {
        Self(mix(self.0 ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93)))
    }

    /// A number below `limit`.
    pub(crate) const fn below(self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.0 % limit }
    }

    /// A text of `length` characters from an ASCII alphabet.
    pub(crate) fn text(self, length: usize, alphabet: &[u8]) -> String {
        let mut text = String::with_capacity(length);
        let size = alphabet.len().max(1) as u64;
        let mut state = self;
        let mut left = 0;
        let mut rest = 0;
        for _ in 0..length {
            if left == 0 {
                state = state.nth(1);
                rest = state.0;
                left = 10;
            }
            let index = usize::try_from(rest % size).unwrap_or(0);
            text.push(char::from(alphabet.get(index).copied().unwrap_or(b'0')));
            rest /= size;
            left -= 1;
        }
        text
    }

    pub(crate) fn hex(self, length: usize) -> String {
        self.text(length, b"0123456789abcdef")
    }

    /// Capital letters and digits, as CloudFormation appends them to names.
    pub(crate) fn suffix(self, length: usize) -> String {
        self.text(length, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    }

    pub(crate) fn uuid(self) -> String {
        let hex = self.hex(32);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        let variant = ["8", "9", "a", "b"]
            .get(usize::try_from(self.nth(2).below(4)).unwrap_or(0))
            .copied()
            .unwrap_or("8");
        format!(
            "{}-{}-4{}-{variant}{}-{}",
            part(0, 8),
            part(8, 12),
            part(13, 16),
            part(17, 20),
            part(20, 32)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_chooses_the_same() {
        let random = |seed| Random::new(seed).derive("vpc").nth(3).hex(17);
        assert_eq!(random(1), random(1));
        assert_ne!(random(1), random(2));
    }

    #[test]
    fn a_uuid_has_its_form() {
        let uuid = Random::new(7).uuid();
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(uuid.as_bytes().get(14), Some(&b'4'));
    }
}
