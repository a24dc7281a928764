//! Listeners: protocols and certificates.

use crate::finding::Report;
use crate::model::{Model, Resource};
use crate::rule::{Evidence, Rule, Severity};

use super::balancers::{BALANCER, balancer_type};

pub(super) const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";

const PAGE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";

pub(super) static LISTENER_PROTOCOL: Rule = Rule {
    code: "elb/listener-protocol",
    severity: Severity::Error,
    summary: "a listener with a protocol that its load balancer does not speak",
    why: "Elastic Load Balancing refuses it: application load balancers speak HTTP and HTTPS only, and network load balancers neither.",
    fix: "Choose a protocol of the load balancer's type, or another type of load balancer.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static CERTIFICATE_MISSING: Rule = Rule {
    code: "elb/certificate-missing",
    severity: Severity::Error,
    summary: "a listener for HTTPS or TLS without a certificate",
    why: "Elastic Load Balancing refuses it: the listener needs exactly one default certificate.",
    fix: "Add the certificate's ARN to `Certificates`.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static SECURITY_POLICY: Rule = Rule {
    code: "elb/security-policy",
    severity: Severity::Error,
    summary: "a security policy that Elastic Load Balancing can't have",
    why: "Elastic Load Balancing refuses it: there are predefined policies only, and the name of each begins with `ELBSecurityPolicy-`.",
    fix: "Choose a policy of the page.",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    evidence: Evidence::AnyVariant,
};

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for listener in model.resources(LISTENER) {
        protocol(report, listener);
        let policy = listener.property("SslPolicy");
        if let Some(name) = policy.text()
            && !name.starts_with("ELBSecurityPolicy-")
        {
            let message = format!("there is no security policy `{name}`");
            report.add(&SECURITY_POLICY, policy.place(), message);
        }
    }
}

fn protocol<'m>(report: &mut Report<'m>, listener: Resource<'m>) {
    let node = listener.property("Protocol");
    let Some(protocol) = node.text() else { return };
    let is_encrypted = matches!(protocol.as_ref(), "HTTPS" | "TLS");
    let certificates = listener.property("Certificates");
    let is_empty = certificates.is_absent() || {
        let items = certificates.items();
        items.is_exact && items.nodes.is_empty()
    };
    if is_encrypted && is_empty {
        let message = format!("the listener for {protocol} has no certificate");
        report.add(&CERTIFICATE_MISSING, listener.at("Certificates"), message);
    }
    let balancer = listener.property("LoadBalancerArn").resource_of(BALANCER);
    let Some(kind) = balancer.and_then(balancer_type) else {
        return;
    };
    let is_http = matches!(protocol.as_ref(), "HTTP" | "HTTPS");
    if (kind == "application" && !is_http) || (kind == "network" && is_http) {
        let message = format!("{protocol} at a load balancer of type {kind}");
        report.add(&LISTENER_PROTOCOL, node.place(), message);
    }
}
