//! The certificate of the environment's domain: the apex and every name directly under it.

use common::environment::Environment;
use common::resources::Handle;
use common::resources::certificatemanager::Certificate;
use common::resources::certificatemanager::certificate::DomainValidationOption;
use common::tags;
use common::template::Template;

/// Adds the certificate. The list of names is create-only, so applications on other domains have
/// certificates of their own instead of changing this one.
///
/// Validated by DNS, which CloudFormation automates if the hosted zone is in the same
/// account; the stack waits until the zone is delegated. Only the apex is given a zone: a name and
/// its wildcard have one and the same validation record, and Route 53 refuses to make it twice
/// (aws-cdk#9248).
///
/// Source: <https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html>
pub(crate) fn add(template: &mut Template, environment: &Environment) -> Handle<Certificate> {
    let domain = &environment.domain;
    let validation = DomainValidationOption::new()
        .domain_name(domain.name.as_str())
        .hosted_zone_id(domain.hosted_zone.as_str());
    template.add(
        "Certificate",
        Certificate::new(domain.name.as_str())
            .subject_alternative_names([domain.wildcard().as_str()])
            .validation_method("DNS")
            .domain_validation_options([validation])
            .tags([tags::name(environment, "entry")]),
    )
}
