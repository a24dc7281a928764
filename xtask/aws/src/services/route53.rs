//! Route 53, which has no regions.
//!
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/Welcome.html>

use deploy::inspect::services::{HostedZone, Record};

use crate::signed::xml::Element;
use crate::signed::{Call, Global, Method, Response, Service, SignedError};

pub(super) const ROUTE53: Service = Service {
    global: Some(Global {
        host: "route53.amazonaws.com",
        region: "us-east-1",
    }),
    ..Service::new("Route 53", "route53")
};

pub(super) const NO_ZONE: &str = "NoSuchHostedZone";

fn get(path: &[&str], query: &[(&str, &str)]) -> Call {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Call::Rest {
        method: Method::Get,
        path: std::iter::once(&"2013-04-01")
            .chain(path)
            .map(|part| (*part).to_owned())
            .collect(),
        query: query.iter().map(owned).collect(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// Without the dot at the end.
fn name(element: &Element, child: &str) -> Option<String> {
    let text = element.child_text(child)?;
    Some(text.trim_end_matches('.').to_owned())
}

fn zone(element: &Element) -> Option<HostedZone> {
    let id = element.child_text("Id")?;
    Some(HostedZone {
        // "/hostedzone/Z0123456789"
        id: id.rsplit('/').next().unwrap_or(id).to_owned(),
        name: name(element, "Name")?,
        is_private: element
            .child("Config")
            .and_then(|config| config.child_text("PrivateZone"))
            == Some("true"),
        name_servers: Vec::new(),
    })
}

pub(super) fn hosted_zone(id: &str) -> Call {
    get(&["hostedzone", id], &[])
}

pub(super) fn read_hosted_zone(response: &Response) -> Result<HostedZone, SignedError> {
    let answer = response.xml()?;
    let mut found = answer
        .child("HostedZone")
        .and_then(zone)
        .ok_or_else(|| response.unreadable("a zone without id or name"))?;
    // A private zone has no delegation set.
    if let Some(set) = answer.child("DelegationSet") {
        found.name_servers = set
            .items("NameServers", "NameServer")
            .filter_map(|server| Some(server.value()?.trim_end_matches('.').to_owned()))
            .collect();
    }
    Ok(found)
}

pub(super) fn hosted_zones_named(name: &str) -> Call {
    get(&["hostedzonesbyname"], &[("dnsname", name)])
}

/// The list begins at the name, and continues with other names.
pub(super) fn read_hosted_zones_named(
    response: &Response,
    name: &str,
) -> Result<Vec<HostedZone>, SignedError> {
    let answer = response.xml()?;
    let zones: Option<Vec<HostedZone>> = answer
        .items("HostedZones", "HostedZone")
        .map(zone)
        .collect();
    let zones = zones.ok_or_else(|| response.unreadable("a zone without id or name"))?;
    Ok(zones.into_iter().filter(|zone| zone.name == name).collect())
}

/// As many as one name can have: a name has few types.
pub(super) fn records(zone: &str, name: &str) -> Call {
    get(
        &["hostedzone", zone, "rrset"],
        &[("name", name), ("maxitems", "20")],
    )
}

/// The list begins at the name, and continues with other names. A wildcard is written as an octal
/// code.
///
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>
pub(super) fn read_records(response: &Response, of: &str) -> Result<Vec<Record>, SignedError> {
    let answer = response.xml()?;
    Ok(answer
        .items("ResourceRecordSets", "ResourceRecordSet")
        .filter_map(|record| {
            Some(Record {
                name: name(record, "Name")?.replace("\\052", "*"),
                kind: record.child_text("Type")?.to_owned(),
            })
        })
        .filter(|record| record.name == of)
        .collect())
}

pub(super) fn delegation(zone: &str, name: &str) -> Call {
    get(
        &["hostedzone", zone, "rrset"],
        &[("name", name), ("type", "NS"), ("maxitems", "1")],
    )
}

/// The list begins at the record, or at the one that would come after it.
pub(super) fn read_delegation(
    response: &Response,
    of: &str,
) -> Result<Option<Vec<String>>, SignedError> {
    let answer = response.xml()?;
    let record = answer
        .items("ResourceRecordSets", "ResourceRecordSet")
        .find(|record| {
            record.child_text("Type") == Some("NS") && name(record, "Name").as_deref() == Some(of)
        });
    Ok(record.map(|record| {
        record
            .items("ResourceRecords", "ResourceRecord")
            .filter_map(|server| name(server, "Value"))
            .collect()
    }))
}
