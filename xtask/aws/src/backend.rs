//! AWS as a backend of the deploying verbs.

use cloudformation::ClientError;
use common::assembly::Assembly;
use deploy::Error;
use deploy::arguments::Target;
use deploy::backend::{Backend, Local};

use crate::sdk::{Aws, Settings, connect, credentials_hint, hint};
use crate::services::AwsServices;

impl Backend for Aws {
    type Client = Self;
    type Services = AwsServices;

    async fn connect(target: &Target, assembly: &Assembly) -> Result<Self, Error> {
        if target.local.is_some() {
            return Err(Error::NoEmulator);
        }
        let settings = Settings::new(&assembly.region)
            .bounded_by_environment()
            .endpoint_url(target.endpoint_url.as_deref());
        connect(settings).await.map_err(Error::connecting)
    }

    async fn connect_to(target: &Target, region: &str) -> Result<Self, Error> {
        let settings = Settings::new(region).endpoint_url(target.endpoint_url.as_deref());
        connect(settings).await.map_err(Error::connecting)
    }

    fn client(&self) -> &Self {
        self
    }

    fn services(&self) -> Option<AwsServices> {
        Some(AwsServices::new(self.signed()))
    }

    async fn assume_role(&self, role: &str, session_name: &str) -> Result<Self, ClientError> {
        self.assuming(role, session_name).await
    }

    fn local(&self) -> Option<&Local> {
        None
    }

    fn hint(error: &ClientError) -> Option<String> {
        match error {
            ClientError::InvalidCredentials(message) => Some(credentials_hint(message)),
            other => hint(other).map(str::to_owned),
        }
    }
}
