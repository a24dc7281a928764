//! The definition that is checked in, and the one that tests speak of.

#![cfg(test)]

use std::path::Path;

use common::application::{Application, Host};
use common::capacity::Mebibytes;
use common::environment::{EnvironmentName, Ingress, Nat};
use common::input::Definition;

/// The definition at the root, or the one that tests speak of.
fn load(folder: &str) -> Definition {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = workspace.join(folder);
    Definition::load(&folder).unwrap_or_else(|errors| panic!("{errors}"))
}

fn sample() -> Definition {
    load("tests/definition")
}

#[test]
fn both_environments_are_there_sorted_by_name() {
    for folder in ["", "tests/definition"] {
        let environments = load(folder).environments;
        let names: Vec<_> = environments.iter().map(|one| one.name).collect();
        assert_eq!(
            names,
            [EnvironmentName::Production, EnvironmentName::Staging]
        );
    }
}

#[test]
fn the_two_environments_show_both_kinds_of_everything() {
    let definition = sample();
    let production = definition.environment(EnvironmentName::Production).unwrap();
    let staging = definition.environment(EnvironmentName::Staging).unwrap();
    assert!(production.protected && !staging.protected);
    assert_eq!(
        (production.ingress, staging.ingress),
        (Ingress::StaticIp, Ingress::Dns)
    );
    assert_eq!(
        (production.network.nat, staging.network.nat),
        (Nat::PerZone, Nat::Single)
    );
    assert!(production.atlas.is_some() && staging.atlas.is_none());
}

#[test]
fn applications_are_resolved_for_their_environment() {
    let definition = sample();
    let production = definition.environment(EnvironmentName::Production).unwrap();
    let staging = definition.environment(EnvironmentName::Staging).unwrap();
    let names: Vec<_> = production
        .applications
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["api", "mailer", "web"]);

    let web = production.application("web").unwrap();
    let tried = staging.application("web").unwrap();
    assert_eq!((web.tasks.min, tried.tasks.min), (2, 1));
    assert_eq!(web.memory_reservation, Mebibytes(512));
    let host = |application: &Application| application.ingress.as_ref().unwrap().host.clone();
    assert_eq!(
        (host(web), host(tried)),
        (Host::Label("www".to_owned()), Host::Apex)
    );
    // The other keys of an overridden table stay.
    assert_eq!(tried.ingress.as_ref().unwrap().priority.get(), 100);

    let mailer = production.application("mailer").unwrap();
    assert!(mailer.ingress.is_none() && mailer.health_check.is_none());
    assert_eq!(mailer.container_port, None);
    assert_eq!(mailer.memory_reservation, mailer.memory);
}

#[test]
fn the_files_show_every_host_by_its_full_name() {
    let definition = sample();
    let hosts: Vec<String> = definition
        .environments
        .iter()
        .flat_map(|environment| {
            let ingress = environment
                .applications
                .iter()
                .filter_map(|one| one.ingress.as_ref());
            ingress.map(|ingress| ingress.host.fqdn(&environment.domain).to_string())
        })
        .collect();
    let expected = [
        "api.lemonade.example",
        "www.lemonade.example",
        "api.staging.lemonade.example",
        "staging.lemonade.example",
    ];
    assert_eq!(hosts, expected);
}

#[test]
fn a_directory_that_is_not_there_is_an_error_with_its_path() {
    let errors = Definition::load(Path::new("no/such/directory")).unwrap_err();
    assert!(
        errors
            .to_string()
            .starts_with("missing directory\n --> no/such/directory\n")
    );
}
