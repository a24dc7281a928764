//! Certificates and web ACLs.

use crate::finding::Report;
use crate::model::{Model, Resource};
use crate::registry::Group;
use crate::rule::{Evidence, Rule, Severity};

pub(crate) static GROUP: Group = Group {
    rules: &[&UNVALIDATED, &LOG_GROUP_NAME],
    check,
};

static UNVALIDATED: Rule = Rule {
    code: "edge/certificate-waits",
    severity: Severity::Warning,
    summary: "a certificate that waits for a person to validate it",
    why: "CloudFormation writes the validation records only into the hosted zones that `DomainValidationOptions` names. Otherwise the stack waits for them, for up to 72 hours.",
    fix: "Name the hosted zone of each domain in `DomainValidationOptions`, or add the records while the stack is created.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html",
    evidence: Evidence::EveryVariant,
};

static LOG_GROUP_NAME: Rule = Rule {
    code: "edge/waf-log-group",
    severity: Severity::Error,
    summary: "a log group for a web ACL whose name does not begin with `aws-waf-logs-`",
    why: "AWS WAF refuses the logging configuration.",
    fix: "Begin `LogGroupName` with `aws-waf-logs-`.",
    source: "https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html",
    evidence: Evidence::AnyVariant,
};

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for certificate in model.resources("AWS::CertificateManager::Certificate") {
        let method = certificate.property("ValidationMethod");
        let by_dns = method.text().as_deref() == Some("DNS");
        let options = certificate.property("DomainValidationOptions");
        if by_dns && options.is_absent() {
            report.add(
                &UNVALIDATED,
                certificate.at("DomainValidationOptions"),
                "no hosted zone is named",
            );
        }
    }
    for logging in model.resources("AWS::WAFv2::LoggingConfiguration") {
        log_group_name(model, report, logging);
    }
}

/// The destination is composed of the group's name in one way or another: whichever log group the configuration refers
/// to is the one.
fn log_group_name<'m>(model: &'m Model<'m>, report: &mut Report<'m>, logging: Resource<'m>) {
    for name in logging.dependencies() {
        let group = model
            .resource(logging.id.stack, &name)
            .filter(|group| group.kind() == "AWS::Logs::LogGroup");
        let Some(group) = group else { continue };
        let property = group.property("LogGroupName");
        if let Some(text) = property.text()
            && !text.starts_with("aws-waf-logs-")
        {
            report.add(
                &LOG_GROUP_NAME,
                property.place(),
                format!("`{text}` is where {} sends its logs", logging.id.logical_id),
            );
        }
    }
}
