//! The functions that compute: `Fn::Cidr`, `Fn::Base64`.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use serde_json::Value;

use super::error::{TemplateError, invalid};
use super::scalar::plain;

/// `Fn::Cidr`: blocks of one size within a block of IPv4 or IPv6 addresses.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html>
pub(super) fn cidr(argument: &Value) -> Result<Value, TemplateError> {
    let refuse = |what: &str| invalid("Fn::Cidr", what);
    let items = argument
        .as_array()
        .ok_or_else(|| refuse("requires a list argument"))?;
    let [block, count, rest @ ..] = items.as_slice() else {
        return Err(refuse("requires a block and a count"));
    };
    let block: IpNet = plain(block)
        .parse()
        .map_err(|_| refuse("takes a block of IPv4 or IPv6 addresses"))?;
    let count: u128 = plain(count)
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
    let prefix = block
        .max_prefix_len()
        .checked_sub(bits)
        .filter(|prefix| *prefix >= block.prefix_len())
        .ok_or_else(|| refuse("takes fewer bits than the block has"))?;
    let more = refuse("asks for more blocks than fit");
    // The number of blocks of this size in the block; 256 are the most that are asked for.
    let fit = 1_u128.checked_shl(u32::from(prefix - block.prefix_len()));
    if fit.is_some_and(|fit| count > fit) {
        return Err(more);
    }
    let mut blocks = Vec::new();
    for index in 0..count {
        let offset = index.checked_shl(u32::from(bits)).unwrap_or(0);
        let address = match block {
            IpNet::V4(block) => {
                let first = u128::from(u32::from(block.network()));
                u32::try_from(first + offset)
                    .ok()
                    .map(|address| Ipv4Addr::from(address).to_string())
            }
            IpNet::V6(block) => u128::from(block.network())
                .checked_add(offset)
                .map(|address| Ipv6Addr::from(address).to_string()),
        };
        let address = address.ok_or_else(|| more.clone())?;
        blocks.push(Value::String(format!("{address}/{prefix}")));
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
        assert_eq!(
            cidr(&serde_json::json!(["2001:db8:1234:1a00::/56", "2", "64"])),
            Ok(serde_json::json!([
                "2001:db8:1234:1a00::/64",
                "2001:db8:1234:1a01::/64"
            ]))
        );
        for refused in [
            serde_json::json!(["10.0.0.0/24", 3, 7]),
            serde_json::json!(["10.0.0.0/24", 257, 0]),
            serde_json::json!(["2001:db8::/120", 2, 8]),
            serde_json::json!(["2001:db8::/120", 1, 129]),
        ] {
            assert!(cidr(&refused).is_err(), "{refused}");
        }
    }
}
