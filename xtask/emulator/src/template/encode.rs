//! The functions that compute: `Fn::Cidr`, `Fn::Base64`.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::Value;

use super::error::{TemplateError, invalid};
use super::parse::plain;

/// `Fn::Cidr`: blocks of one size within a block.
pub(super) fn cidr(argument: &Value) -> Result<Value, TemplateError> {
    let refuse = |what: &str| invalid("Fn::Cidr", what);
    let items = argument
        .as_array()
        .ok_or_else(|| refuse("requires a list argument"))?;
    let [block, count, rest @ ..] = items.as_slice() else {
        return Err(refuse("requires a block and a count"));
    };
    let block: Ipv4Net = plain(block)
        .parse()
        .map_err(|_| refuse("takes a block of IPv4 addresses here"))?;
    let count: usize = plain(count)
        .parse()
        .ok()
        .filter(|count| (1..=256).contains(count))
        .ok_or_else(|| refuse("takes a count from 1 to 256"))?;
    let bits: u8 = match rest.first() {
        Some(bits) => plain(bits)
            .parse()
            .map_err(|_| refuse("takes a number of bits"))?,
        None => 8,
    };
    let prefix = 32_u8
        .checked_sub(bits)
        .filter(|prefix| *prefix >= block.prefix_len())
        .ok_or_else(|| refuse("takes fewer bits than the block has"))?;
    let step = 1_u64 << bits;
    let first = u64::from(u32::from(block.network()));
    let last = u64::from(u32::from(block.broadcast()));
    let mut blocks = Vec::with_capacity(count);
    for index in 0..count as u64 {
        let address = first + index * step;
        let address = u32::try_from(address)
            .ok()
            .filter(|_| address + step - 1 <= last)
            .ok_or_else(|| refuse("asks for more blocks than fit"))?;
        blocks.push(Value::String(format!(
            "{}/{prefix}",
            Ipv4Addr::from(address)
        )));
    }
    Ok(Value::Array(blocks))
}

/// Base64 with padding (RFC 4648, section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = 0_u32;
        for index in 0..3 {
            group = group << 8 | u32::from(chunk.get(index).copied().unwrap_or(0));
        }
        for index in 0..4 {
            if index > chunk.len() {
                text.push('=');
            } else {
                let sextet = group >> (18 - 6 * index) & 63;
                let character = ALPHABET.get(sextet as usize).copied().unwrap_or(b'A');
                text.push(char::from(character));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foo"), "Zm9v");
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
    }

    #[test]
    fn blocks_are_cut_from_a_block() {
        assert_eq!(
            cidr(&serde_json::json!(["10.0.0.0/16", 3, 8])),
            Ok(serde_json::json!([
                "10.0.0.0/24",
                "10.0.1.0/24",
                "10.0.2.0/24"
            ]))
        );
        assert!(cidr(&serde_json::json!(["10.0.0.0/24", 3, 7])).is_err());
    }
}
