//! Elastic Load Balancing: how many load balancers there are.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/Welcome.html>

use cloudformation::Page;
use deploy::inspect::services::LoadBalancerKind;

use crate::signed::{Call, Response, Service, SignedError};

pub(super) const ELB: Service = Service::new("Elastic Load Balancing", "elasticloadbalancing");

pub(super) fn load_balancers(next: Option<String>) -> Call {
    Call::Query {
        action: "DescribeLoadBalancers",
        version: "2015-12-01",
        parameters: next
            .map(|next| ("Marker".to_owned(), next))
            .into_iter()
            .collect(),
    }
}

pub(super) fn read_load_balancers(
    response: &Response,
) -> Result<Page<LoadBalancerKind>, SignedError> {
    let answer = response.xml()?;
    let result = answer
        .child("DescribeLoadBalancersResult")
        .ok_or_else(|| response.unreadable("no list of load balancers"))?;
    Ok(Page {
        items: result
            .items("LoadBalancers", "member")
            .map(|one| LoadBalancerKind::from(one.child_text("Type").unwrap_or_default()))
            .collect(),
        next: result.child_text("NextMarker").map(str::to_owned),
    })
}
