//! An application's secrets, created without a value: a person sets it, and no template
//! ever contains it.

use common::application::{Application, SecretName};
use common::environment::Environment;
use common::resources::Handle;
use common::resources::kinds::KeyArn;
use common::resources::secretsmanager::Secret;
use common::template::{Template, Value};

/// The logical id of a secret: its words in camel case, since logical ids have no underscore.
pub(super) fn logical_id(secret: &SecretName) -> String {
    let words = secret.as_str().split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{first}{}", rest.to_ascii_lowercase())
    });
    format!("Secret{}", words.collect::<String>())
}

pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
    secret: &SecretName,
    key: &Value<KeyArn>,
) -> Handle<Secret> {
    template.add(
        logical_id(secret),
        Secret::new()
            .name(
                environment
                    .names()
                    .secret(&application.name, secret.as_str()),
            )
            .description(format!("{secret} of {}", application.name))
            .kms_key_id(key),
    )
}
