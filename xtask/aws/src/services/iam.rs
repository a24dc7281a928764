//! IAM, which has no regions.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html>

use deploy::inspect::services::{AccountSummary, QuotaUsage};

use crate::signed::{Call, Global, Response, Service, SignedError};

pub(super) const IAM: Service = Service {
    global: Some(Global {
        host: "iam.amazonaws.com",
        region: "us-east-1",
    }),
    ..Service::new("IAM", "iam")
};

/// No role, or no identity provider, that is called so.
pub(super) const NO_SUCH: &str = "NoSuchEntity";

fn query(action: &'static str, parameters: Vec<(String, String)>) -> Call {
    Call::Query {
        action,
        version: "2010-05-08",
        parameters,
    }
}

pub(super) fn role(name: &str) -> Call {
    query("GetRole", vec![("RoleName".to_owned(), name.to_owned())])
}

pub(super) fn identity_provider(arn: &str) -> Call {
    let parameters = vec![("OpenIDConnectProviderArn".to_owned(), arn.to_owned())];
    query("GetOpenIDConnectProvider", parameters)
}

pub(super) fn account_summary() -> Call {
    query("GetAccountSummary", Vec::new())
}

pub(super) fn read_account_summary(response: &Response) -> Result<AccountSummary, SignedError> {
    let answer = response.xml()?;
    let result = answer
        .child("GetAccountSummaryResult")
        .ok_or_else(|| response.unreadable("no summary"))?;
    let number = |key: &str| {
        result
            .items("SummaryMap", "entry")
            .find(|entry| entry.child_text("key") == Some(key))
            .and_then(|entry| entry.child_text("value")?.parse::<usize>().ok())
            .ok_or_else(|| response.unreadable(format!("no number for {key}")))
    };
    let usage = |key: &str| {
        Ok(QuotaUsage {
            used: number(key)?,
            limit: number(&format!("{key}Quota"))?,
        })
    };
    Ok(AccountSummary {
        roles: usage("Roles")?,
        policies: usage("Policies")?,
        instance_profiles: usage("InstanceProfiles")?,
    })
}
