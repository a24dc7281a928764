//! The certificates: whether they are valid, and for how long.

use common::environment::{DomainName, Environment};
use common::naming::StackKind;

use super::context::is_deployed;
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::inspection::Account;
use crate::inspect::services::{Certificate, CertificateStatus, Renewal};

/// Certificate Manager renews 60 days before the end; a certificate that is nearer to it than this
/// was not renewed. <https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html>
const LATE_DAYS: i64 = 45;

/// When customers are about to notice.
const LAST_DAYS: i64 = 14;

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let certificates = match &account.certificates {
        Ok(certificates) => certificates,
        Err(error) => return vec![error.result(Area::Certificates, "")],
    };
    crate::inspect::expected::certified(environment)
        .into_iter()
        .map(|name| {
            let of_name = certificates
                .iter()
                .filter(|one| one.domain == name.as_str());
            // The one that is used. While a first one waits, none is.
            match of_name.max_by_key(|one| (one.in_use, rank(&one.status), one.expires)) {
                Some(certificate) => certificate_result(environment, account, certificate),
                None => missing(environment, account, name),
            }
        })
        .collect()
}

/// Its stack makes it, so before that it is no news.
fn missing(environment: &Environment, account: &Account, name: &DomainName) -> CheckResult {
    let names = environment.names();
    let owner = environment.applications.iter().find(|application| {
        let ingress = application.ingress.as_ref();
        ingress.is_some_and(|ingress| ingress.host.fqdn(&environment.domain) == *name)
    });
    let stack = match owner {
        Some(owner) if *name != environment.domain.name => {
            names.stack(&StackKind::Service(owner.name.clone()))
        }
        _ => names.stack(&StackKind::LoadBalancer),
    };
    let result = |state, message: String| {
        CheckResult::new(state, Area::Certificates, name.as_str(), message)
    };
    if is_deployed(account, &stack) == Some(true) {
        result(
            CheckStatus::Broken,
            format!("missing, although {} is deployed", stack.id()),
        )
        .run(format!(
            "{} --only {}",
            console::xtask("drift", environment),
            stack.id()
        ))
    } else {
        result(
            CheckStatus::Note,
            format!("not created yet; {} creates it", stack.id()),
        )
    }
}

/// Of two certificates for a name, the one that is nearer to being used.
const fn rank(status: &CertificateStatus) -> u8 {
    match status {
        CertificateStatus::Issued => 2,
        CertificateStatus::PendingValidation => 1,
        _ => 0,
    }
}

fn certificate_result(
    environment: &Environment,
    account: &Account,
    certificate: &Certificate,
) -> CheckResult {
    let page = console::certificate(environment.region, &certificate.arn);
    let result = |state, message: String| {
        CheckResult::new(state, Area::Certificates, &certificate.domain, message)
    };
    match &certificate.status {
        CertificateStatus::Issued => issued(account, certificate, &page),
        CertificateStatus::PendingValidation => {
            let waiting: Vec<&str> = certificate
                .validations
                .iter()
                .filter(|one| !one.succeeded)
                .map(|one| one.record.as_deref().unwrap_or(&one.domain))
                .collect();
            result(
                CheckStatus::Attention,
                format!(
                    "pending validation: {} does not resolve publicly",
                    distinct(&waiting).join(", ")
                ),
            )
            .by_hand(
                "check the domain first: without delegation, validation times out after three days",
            )
            .open(page)
        }
        CertificateStatus::ValidationTimedOut | CertificateStatus::Failed => {
            let reason = certificate.failure.as_deref();
            let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
            result(
                CheckStatus::Broken,
                format!("not issued: {}{reason}", certificate.status),
            )
            .open(page)
            .run(console::xtask("recover", environment))
        }
        CertificateStatus::Expired | CertificateStatus::Revoked => result(
            CheckStatus::Broken,
            format!("no longer valid: {}", certificate.status),
        )
        .open(page),
        CertificateStatus::Inactive | CertificateStatus::Unknown(_) => result(
            CheckStatus::Attention,
            format!("not usable: {}", certificate.status),
        )
        .open(page),
    }
}

fn issued(account: &Account, certificate: &Certificate, page: &str) -> CheckResult {
    let result = |state, message: String| {
        CheckResult::new(state, Area::Certificates, &certificate.domain, message)
    };
    let Some(expires) = certificate.expires else {
        return result(CheckStatus::Fine, "valid".to_owned());
    };
    let days = account.now.days_until(expires);
    let left = format!("expires on {expires}, in {days} days");
    let state = match days {
        ..LAST_DAYS => CheckStatus::Broken,
        LAST_DAYS..LATE_DAYS => CheckStatus::Attention,
        _ => CheckStatus::Fine,
    };
    match &certificate.renewal {
        Some(Renewal::Failed(reason)) => result(
            state.max(CheckStatus::Attention),
            format!("renewal failed: {reason}; {left}"),
        )
        .open(page),
        Some(Renewal::PendingValidation) => result(
            state.max(CheckStatus::Attention),
            format!("renewal is pending validation; {left}"),
        )
        .by_hand(
            "check that the validation record is still in the zone, and that the zone is delegated",
        )
        .open(page),
        _ if state == CheckStatus::Fine => {
            result(CheckStatus::Fine, format!("valid until {expires}"))
        }
        // Only certificates that something uses are renewed.
        _ if !certificate.in_use => result(
            CheckStatus::Note,
            format!("{left}; not renewed, because nothing uses it"),
        ),
        _ => result(state, format!("{left}; not renewed yet")).open(page),
    }
}

/// Apex and wildcard share one record.
fn distinct<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    for name in names {
        if !distinct.contains(name) {
            distinct.push(*name);
        }
    }
    distinct
}
