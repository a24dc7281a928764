//! Applications and their fields.

mod build;
mod container;
mod definition;
mod health_check;
mod host;
mod ingress;
mod name;
mod promotion;
mod repository;

pub use build::{Build, SourcePath, TestCommand};
pub use container::{ContainerPath, SecretName, Tasks, User, VariableName};
pub use definition::Application;
pub use health_check::{HealthCheck, HealthCheckPath, Matcher};
pub use host::Host;
pub use ingress::{ApplicationIngress, PathPattern, Priority};
pub use name::ApplicationName;
pub use promotion::{Promotion, RepositoryIds, TokenSubject};
pub use repository::Repository;
