//! A data centre, by its zone id.

use super::{Region, Zonal};
use crate::input::Invalid;
use crate::text::text_newtype;

text_newtype! {
    /// An availability zone's *id*, such as `euw1-az1`. Unlike the name (`eu-west-1a`), which AWS
    /// shuffles per account, the id is the same building everywhere, so it can be compared with
    /// where Atlas runs. <https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html>
    ZoneId, check
}

impl ZoneId {
    /// The region that the zone belongs to.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        let (prefix, _) = self.as_str().split_once('-')?;
        Region::of_zone_prefix(prefix)
    }
}

/// Local and wavelength zones (`use1-bos1-az1`) have a third part: they host neither NAT gateways
/// nor application load balancers everywhere, so they are not accepted.
fn check(text: &str) -> Result<(), Invalid> {
    let shape = || Invalid::expected("a zone id, such as \"euw1-az1\"", text);
    let Some((prefix, zone)) = text.split_once('-') else {
        return Err(shape());
    };
    if Region::of_zone_prefix(prefix).is_none() {
        let refused = shape();
        return Err(match text.strip_suffix(|letter: char| letter.is_ascii_lowercase()) {
            Some(region) if region.parse::<Region>().is_ok() => refused.with_help(format!(
                "{text:?} is a zone's name, which means another building in each account; its id \
                 is shown by `aws ec2 describe-availability-zones`"
            )),
            _ => refused,
        });
    }
    match zone.strip_prefix("az").map(str::as_bytes) {
        Some([b'1'..=b'9']) => Ok(()),
        _ => Err(shape()),
    }
}

/// The two zones must be two buildings of the environment's region.
pub(crate) fn check_zones(zones: &Zonal<ZoneId>, region: Region) -> Result<(), Invalid> {
    for (index, zone) in zones.iter().enumerate() {
        if zone.region() != Some(region) {
            let elsewhere = zone.region().map_or("another region", Region::as_str);
            return Err(Invalid::new(format!(
                "zone {:?} belongs to {elsewhere}, the environment is in {region}",
                zone.as_str()
            ))
            .with_help(format!(
                "zone ids of {region} begin with \"{}-az\"",
                region.zone_prefix()
            ))
            .at_item(index));
        }
    }
    if zones.first == zones.second {
        return Err(
            Invalid::new(format!("zone {:?} is listed twice", zones.first.as_str()))
                .with_help("two data centres are two different zone ids")
                .at_item(1),
        );
    }
    Ok(())
}
