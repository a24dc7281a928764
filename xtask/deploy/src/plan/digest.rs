//! SHA-256 digests, as lowercase hexadecimal digits.

use hmac_sha256::Hash;

pub(super) fn sha256(text: &str) -> String {
    common::hexadecimal(&Hash::hash(text.as_bytes()))
}

/// The digest of a list of texts. Each is preceded by its length, so that no two lists have the same bytes.
pub(super) fn sha256_of_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Hash::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    common::hexadecimal(&hash.finalize())
}
