//! Who signed a request: the `Authorization` header of Signature Version 4.
//!
//! The signature has to be there and is not verified: there are no secrets here to verify it with.
//! The access key id says which account calls, if it is twelve digits.

use super::error;
use super::operation::Service;
use crate::api::{ApiError, Caller};

/// What a signature says of the signer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credential {
    pub key: String,
    /// The region that the request was signed for.
    pub region: String,
    /// The service that the request was signed for.
    pub service: String,
}

impl Credential {
    /// Reads the header:
    /// `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=…,
    /// Signature=…`
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>).
    ///
    /// # Errors
    /// When there is none, or something is missing in it.
    pub fn read(header: Option<&str>) -> Result<Self, ApiError> {
        let header = header
            .filter(|header| !header.is_empty())
            .ok_or_else(error::missing_authentication)?;
        let parameters = header
            .strip_prefix("AWS4-HMAC-SHA256")
            .ok_or_else(error::missing_authentication)?;
        let parameter = |name: &str| {
            parameters
                .split(',')
                .filter_map(|parameter| parameter.trim().split_once('='))
                .find(|(found, value)| *found == name && !value.is_empty())
                .map(|(_, value)| value)
                .ok_or_else(|| error::incomplete_signature(name))
        };
        let scope: Vec<&str> = parameter("Credential")?.split('/').collect();
        parameter("SignedHeaders")?;
        parameter("Signature")?;
        let &[key, _date, region, service, "aws4_request"] = scope.as_slice() else {
            return Err(error::incomplete_signature("Credential"));
        };
        Ok(Self {
            key: key.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }

    /// The account and region: another one's for a key that names no account.
    #[must_use]
    pub fn caller(&self, otherwise: &str) -> Caller {
        let names_account = self.key.len() == 12 && self.key.bytes().all(|b| b.is_ascii_digit());
        let account = if names_account { &self.key } else { otherwise };
        Caller {
            account: account.to_owned(),
            region: self.region.clone(),
        }
    }

    /// The service that the request was signed for.
    #[must_use]
    pub fn service(&self) -> Service {
        Service::named(&self.service).unwrap_or(Service::CloudFormation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "AWS4-HMAC-SHA256 \
        Credential=111122223333/20260203/eu-central-1/cloudformation/aws4_request, \
        SignedHeaders=host;x-amz-date, Signature=0f";

    #[test]
    fn the_key_is_the_account() {
        let credential = Credential::read(Some(SIGNED)).unwrap();
        let caller = credential.caller("000000000000");
        assert_eq!(
            (caller.account.as_str(), caller.region.as_str()),
            ("111122223333", "eu-central-1")
        );
        let other = Credential::read(Some(&SIGNED.replace("111122223333", "AKIDEXAMPLE"))).unwrap();
        assert_eq!(other.caller("000000000000").account, "000000000000");
    }

    #[test]
    fn a_signature_has_to_be_there() {
        let code = |header: Option<&str>| Credential::read(header).unwrap_err().code;
        assert_eq!(code(None), "MissingAuthenticationToken");
        assert_eq!(code(Some("Basic eA==")), "MissingAuthenticationToken");
        for without in [
            SIGNED.replace("Signature=0f", ""),
            SIGNED.replace("SignedHeaders=host;x-amz-date,", ""),
            SIGNED.replace("/aws4_request", ""),
        ] {
            assert_eq!(code(Some(&without)), "IncompleteSignature");
        }
    }
}
