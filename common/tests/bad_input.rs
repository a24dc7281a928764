//! Every kind of bad input with the exact message that it gets. Each case is the checked-in
//! definition with one edit.

#![cfg(test)]

mod definition_files;

use common::input::{Definition, SourceFile};
use definition_files::{APPLICATIONS, PRODUCTION, STAGING, checked_in};

/// Replaces text that occurs exactly once in the file.
fn edit(files: &mut [SourceFile], path: &str, from: &str, to: &str) {
    let file = files.iter_mut().find(|file| file.path == path).unwrap();
    let text = std::str::from_utf8(&file.content).unwrap();
    assert_eq!(
        text.matches(from).count(),
        1,
        "{from:?} occurs not once in {path}"
    );
    file.content = text.replacen(from, to, 1).into();
}

fn append(files: &mut [SourceFile], path: &str, more: &str) {
    files
        .iter_mut()
        .find(|file| file.path == path)
        .unwrap()
        .content
        .extend_from_slice(more.as_bytes());
}

fn errors(files: &[SourceFile]) -> String {
    match Definition::parse(files) {
        Ok(_) => panic!("the input was accepted"),
        Err(errors) => errors.to_string(),
    }
}

macro_rules! snapshot {
    ($name:ident, $files:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(stringify!($name), errors(&$files));
        })
    };
}

macro_rules! edits {
    ($($name:ident { $($path:ident, $from:expr => $to:expr;)+ })*) => {$(
        #[test]
        fn $name() {
            let mut files = checked_in();
            $(edit(&mut files, $path, $from, $to);)+
            snapshot!($name, files);
        }
    )*};
}

// Keys and types.
edits! {
    unknown_key {
        STAGING, "nat = \"single\"" => "nat = \"single\"\nflow_logs = true";
    }
    misspelt_key {
        STAGING, "hosted_zone" => "hosted_zon";
    }
    misspelt_table {
        STAGING, "[retention]" => "[retension]";
    }
    missing_key {
        STAGING, "branch = \"next\"\n" => "";
    }
    missing_key_in_table {
        STAGING, "name = \"staging.lemonade.example\"\n" => "";
    }
    wrong_type {
        STAGING, "account = \"444455556666\"" => "account = 444455556666";
    }
    wrong_type_of_number {
        STAGING, "images = 20" => "images = \"20\"";
    }
    wrong_type_of_table {
        STAGING, "machines = { min = 2, max = 4 }" => "machines = 2";
    }
    several_errors_in_one_file {
        STAGING, "nat = \"single\"" => "nat = \"singel\"";
        STAGING, "monthly_usd = 400" => "monthly_usd = -1";
        STAGING, "account = \"444455556666\"" => "acount = \"444455556666\"";
    }
    errors_in_several_files {
        PRODUCTION, "nat = \"per-zone\"" => "nat = \"both\"";
        STAGING, "protected = false" => "protected = \"no\"";
        APPLICATIONS, "host = \"www\"" => "hosts = \"www\"";
    }
}

// A single environment.
edits! {
    account_of_eleven_digits {
        STAGING, "account = \"444455556666\"" => "account = \"44445555666\"";
    }
    unknown_region {
        STAGING, "region = \"eu-west-1\"" => "region = \"eu-wset-1\"";
    }
    unknown_choice {
        STAGING, "ingress = \"dns\"" => "ingress = \"static_ip\"";
    }
    connection_that_is_none {
        STAGING, "\nconnection = \"arn:aws:codeconnections" => "\nconnection = \"arn:aws:codepipeline";
    }
    connection_of_another_account {
        STAGING, "444455556666:connection/6" => "111122223333:connection/6";
    }
    connection_of_another_region {
        STAGING, "eu-west-1:444455556666:connection/6" => "eu-central-1:444455556666:connection/6";
    }
    definition_repository_by_address {
        STAGING, "repository = \"lemonade/infrastructure\"" => "repository = \"https://github.com/lemonade/infrastructure\"";
    }
    equal_zones {
        STAGING, "\"euw1-az2\"]" => "\"euw1-az1\"]";
    }
    three_zones {
        STAGING, "\"euw1-az2\"]" => "\"euw1-az2\", \"euw1-az3\"]";
    }
    zone_of_another_region {
        STAGING, "\"euw1-az2\"]" => "\"euc1-az2\"]";
    }
    zone_by_its_name {
        STAGING, "\"euw1-az2\"]" => "\"eu-west-1b\"]";
    }
    cidr_with_host_bits {
        STAGING, "10.20.0.0/16" => "10.20.1.0/16";
    }
    cidr_too_small {
        STAGING, "10.20.0.0/16" => "10.20.0.0/25";
    }
    cidr_not_private {
        STAGING, "10.20.0.0/16" => "11.20.0.0/16";
    }
    cidr_of_docker {
        STAGING, "10.20.0.0/16" => "172.17.0.0/18";
    }
    atlas_cidr_too_large {
        PRODUCTION, "192.168.248.0/21" => "192.168.0.0/16";
    }
    atlas_cidr_not_rfc1918 {
        PRODUCTION, "192.168.248.0/21" => "100.64.0.0/21";
    }
    peering_of_another_kind {
        PRODUCTION, "pcx-0a1b2c3d4e5f60718" => "vpc-0a1b2c3d4e5f60718";
    }
    atlas_vpc_of_another_kind {
        PRODUCTION, "\"vpc-0a1b2c3d4e5f60718\"" => "\"pcx-0a1b2c3d4e5f60718\"";
    }
    image_by_name {
        STAGING, "ami-0123456789abcdef0" => "latest";
    }
    unknown_machine_type {
        STAGING, "t3.large" => "t3.larg";
    }
    one_machine {
        STAGING, "min = 2, max = 4" => "min = 1, max = 4";
    }
    no_spare_machine {
        STAGING, "min = 2, max = 4" => "min = 4, max = 4";
    }
    band_that_oscillates {
        STAGING, "low = 40, high = 75" => "low = 50, high = 75";
    }
    machines_too_few_for_their_applications {
        APPLICATIONS, "tasks = { max = 4 }" => "tasks = { min = 40, max = 40 }";
    }
    band_upside_down {
        STAGING, "low = 40, high = 75" => "low = 75, high = 40";
    }
    band_over_a_hundred {
        STAGING, "low = 40, high = 75" => "low = 40, high = 100";
    }
    logs_kept_too_short_in_production {
        PRODUCTION, "\nlogs_days = 400" => "\nlogs_days = 90";
    }
    retention_that_cloudwatch_refuses {
        STAGING, "\nlogs_days = 30" => "\nlogs_days = 31";
    }
    address_that_is_none {
        STAGING, "staging-alarms@lemonade.example" => "staging-alarms";
    }
    production_unprotected {
        PRODUCTION, "protected = true" => "protected = false";
    }
}

// Environments with each other.
edits! {
    equal_account_and_region {
        STAGING, "account = \"444455556666\"" => "account = \"111122223333\"";
        STAGING, "444455556666:connection/6" => "111122223333:connection/6";
    }
    overlap_of_environments {
        STAGING, "10.20.0.0/16" => "10.10.128.0/20";
    }
    overlap_with_own_atlas {
        PRODUCTION, "cidr = \"10.10.0.0/16\"" => "cidr = \"192.168.0.0/16\"";
    }
    overlap_with_atlas_of_the_other {
        STAGING, "10.20.0.0/16" => "192.168.0.0/16";
    }
    equal_domains {
        STAGING, "\"staging.lemonade.example\"" => "\"lemonade.example\"";
    }
}

// Applications.
edits! {
    unknown_key_of_application {
        APPLICATIONS, "memory_reservation = 512" => "memory_reservatoin = 512";
    }
    unknown_environment_of_overrides {
        APPLICATIONS, "[web.overrides.staging]" => "[web.overrides.stagin]";
    }
    bad_override {
        APPLICATIONS, "tasks = { max = 4 }" => "tasks = { max = 0 }";
    }
    application_name_in_capitals {
        APPLICATIONS, "[mailer]" => "[Mailer]\nrepository = \"lemonade/mailer\"\n[mailer]";
    }
    application_name_too_long {
        APPLICATIONS, "[mailer]" => "[a-mailer-that-sends-what-is-waiting-to-be-sent]";
        APPLICATIONS, "[mailer.variables]" => "[a-mailer-that-sends-what-is-waiting-to-be-sent.variables]";
        APPLICATIONS, "[mailer.overrides.staging]" => "[a-mailer-that-sends-what-is-waiting-to-be-sent.overrides.staging]";
    }
    artifacts_in_the_same_folder {
        APPLICATIONS, "[api]" => "[statistics-of-orders-api]";
        APPLICATIONS, "[api.ingress]" => "[statistics-of-orders-api.ingress]";
        APPLICATIONS, "[api.health_check]" => "[statistics-of-orders-api.health_check]";
        APPLICATIONS, "[api.overrides.staging]" => "[statistics-of-orders-api.overrides.staging]";
        APPLICATIONS, "[mailer]" => "[statistics-of-orders-mailer]";
        APPLICATIONS, "[mailer.variables]" => "[statistics-of-orders-mailer.variables]";
        APPLICATIONS, "[mailer.overrides.staging]" => "[statistics-of-orders-mailer.overrides.staging]";
    }
    artifacts_in_the_same_folder_in_one_environment {
        APPLICATIONS, "[mailer]" => "[web-lemonade-staging]";
        APPLICATIONS, "[mailer.variables]" => "[web-lemonade-staging.variables]";
        APPLICATIONS, "[mailer.overrides.staging]" => "[web-lemonade-staging.overrides.staging]";
    }
    duplicate_application {
        APPLICATIONS, "[mailer]" => "[web]";
    }
    duplicate_host {
        APPLICATIONS, "host = \"api\"" => "host = \"www\"";
    }
    foreign_host_of_two_applications {
        APPLICATIONS, "host = \"api\"" => "host = \"shop.example.org\"\nhosted_zone = \"Z0123456789SHOP\"";
        APPLICATIONS, "host = \"www\"" => "host = \"shop.example.org\"\nhosted_zone = \"Z0123456789SHOP\"\npath = \"/shop/*\"";
    }
    duplicate_priority {
        APPLICATIONS, "priority = 200" => "priority = 100";
    }
    priority_out_of_range {
        APPLICATIONS, "priority = 200" => "priority = 50001";
    }
    host_written_in_full {
        APPLICATIONS, "host = \"api\"" => "host = \"api.lemonade.example\"\nhosted_zone = \"Z0123456789PRODUCTION\"";
    }
    host_that_is_the_domain {
        APPLICATIONS, "host = \"www\"" => "host = \"lemonade.example\"";
    }
    host_that_is_another_apex {
        APPLICATIONS, "host = \"api\"" => "host = \"lemonade.test\"\nhosted_zone = \"Z0123456789ELSEWHERE\"";
    }
    host_without_hosted_zone {
        APPLICATIONS, "host = \"api\"" => "host = \"api.lemonade.test\"";
    }
    host_with_needless_hosted_zone {
        APPLICATIONS, "host = \"api\"" => "host = \"api\"\nhosted_zone = \"Z0123456789ELSEWHERE\"";
    }
    host_of_another_environment {
        APPLICATIONS, "host = \"www\"" => "host = \"staging\"";
    }
    host_with_underscore {
        APPLICATIONS, "host = \"api\"" => "host = \"the_api\"";
    }
    ingress_without_port {
        APPLICATIONS, "container_port = 8080\nmemory = 1024" => "memory = 1024";
    }
    port_without_ingress {
        APPLICATIONS, "stop_timeout_seconds = 110" => "container_port = 8080";
    }
    unknown_way_to_promote {
        APPLICATIONS, "promote = \"automatic\"" => "promote = \"automatically\"";
    }
    promotion_without_ids {
        APPLICATIONS, "repository_ids = \"123456/456789\"\n" => "";
    }
    ids_without_promotion {
        APPLICATIONS, "promote = \"automatic\"\n" => "";
    }
    ids_that_are_names {
        APPLICATIONS, "repository_ids = \"123456/456789\"" => "repository_ids = \"lemonade/web\"";
    }
    health_check_without_ingress {
        APPLICATIONS, "stop_timeout_seconds = 110" => "health_check = { path = \"/\" }";
    }
    health_check_slower_than_its_interval {
        APPLICATIONS, "interval_seconds = 10" => "interval_seconds = 10\ntimeout_seconds = 10";
    }
    stop_timeout_beyond_deregistration {
        APPLICATIONS, "cpu = 256" => "cpu = 256\nstop_timeout_seconds = 60";
    }
    task_that_never_fits {
        APPLICATIONS, "memory = 1024" => "memory = 2048";
    }
    task_with_too_much_cpu {
        APPLICATIONS, "cpu = 256" => "cpu = 1024";
    }
    reservation_above_the_limit {
        APPLICATIONS, "memory_reservation = 512" => "memory_reservation = 1024";
    }
    tasks_that_never_fit_together {
        APPLICATIONS, "tasks = { min = 2, max = 12 }" => "tasks = { min = 60, max = 120 }";
    }
    one_task_in_production {
        APPLICATIONS, "tasks = { min = 2, max = 12 }" => "tasks = { min = 1, max = 12 }";
    }
    tasks_upside_down {
        APPLICATIONS, "tasks = { min = 2, max = 12 }" => "tasks = { min = 20, max = 12 }";
    }
    secret_in_lower_case {
        APPLICATIONS, "SESSION_KEY" => "session_key";
    }
    secret_with_a_number_for_a_word {
        APPLICATIONS, "SESSION_KEY" => "SESSION_2";
    }
    secret_twice {
        APPLICATIONS, "\"SESSION_KEY\"" => "\"DATABASE_URL\"";
    }
    secret_that_is_a_variable {
        APPLICATIONS, "BATCH_SIZE" => "MAIL_API_KEY";
    }
    variable_of_the_agent {
        APPLICATIONS, "BATCH_SIZE" => "AWS_REGION";
    }
    variable_that_is_a_number {
        APPLICATIONS, "BATCH_SIZE = \"50\"" => "BATCH_SIZE = 50";
    }
    root_user {
        APPLICATIONS, "stop_timeout_seconds = 110" => "user = \"0:0\"";
    }
    user_by_name {
        APPLICATIONS, "stop_timeout_seconds = 110" => "user = \"mailer\"";
    }
    empty_test_command {
        APPLICATIONS, "stop_timeout_seconds = 110" => "build = { test = \" \" }";
    }
    dockerfile_outside_of_the_repository {
        APPLICATIONS, "stop_timeout_seconds = 110" => "build = { dockerfile = \"../Dockerfile\" }";
    }
    empty_command {
        APPLICATIONS, "stop_timeout_seconds = 110" => "command = []";
    }
    relative_writable_path {
        APPLICATIONS, "\"MAIL_API_KEY\"]\nwritable = [\"/tmp\"]" => "\"MAIL_API_KEY\"]\nwritable = [\"tmp\"]";
    }
    repository_by_address {
        APPLICATIONS, "\"lemonade/mailer\"" => "\"https://github.com/lemonade/mailer\"";
    }
}

// Files.
edits! {
    malformed_toml {
        STAGING, "nat = \"single\"" => "nat = \"single";
    }
    malformed_value {
        STAGING, "monthly_usd = 400" => "monthly_usd = 400 USD";
    }
    duplicate_key {
        STAGING, "nat = \"single\"" => "nat = \"single\"\nnat = \"per-zone\"";
    }
    duplicate_table {
        STAGING, "[budget]" => "[network]";
    }
}

#[test]
fn missing_environment() {
    let mut files = checked_in();
    files.retain(|file| file.path != STAGING);
    snapshot!(missing_environment, files);
}

#[test]
fn misnamed_environment() {
    let mut files = checked_in();
    files.push(SourceFile::new("environments/stagging.toml", ""));
    snapshot!(misnamed_environment, files);
}

#[test]
fn no_files_at_all() {
    snapshot!(no_files_at_all, []);
}

#[test]
fn not_utf8() {
    let mut files = checked_in();
    append(&mut files, STAGING, "\n# a latin-1 comment: caf");
    files
        .iter_mut()
        .find(|file| file.path == STAGING)
        .unwrap()
        .content
        .push(0xE9);
    snapshot!(not_utf8, files);
}

#[test]
fn too_many_applications_with_ingress() {
    let mut files = checked_in();
    edit(&mut files, PRODUCTION, "max = 8", "max = 100");
    edit(&mut files, STAGING, "max = 4", "max = 100");
    for index in 0..89 {
        let priority = 1000 + index;
        let table = format!(
            "\n[site-{index}]\nrepository = \"lemonade/site\"\ncontainer_port = 8080\nmemory = 256\n\
             cpu = 64\ntasks = {{ min = 2, max = 2 }}\n\
             ingress = {{ host = \"site-{index}\", priority = {priority} }}\n"
        );
        append(&mut files, APPLICATIONS, &table);
    }
    snapshot!(too_many_applications_with_ingress, files);
}

#[test]
fn nested_too_deeply() {
    let mut files = checked_in();
    append(
        &mut files,
        STAGING,
        &format!("\ndeep = {}{}", "[".repeat(40), "]".repeat(40)),
    );
    snapshot!(nested_too_deeply, files);
}

#[test]
fn key_of_many_dots() {
    let mut files = checked_in();
    append(&mut files, STAGING, &format!("\n[{}]", ["a"; 30].join(".")));
    snapshot!(key_of_many_dots, files);
}

/// Wherever a text is, and however it is spelt, nothing that CloudFormation would resolve gets in.
#[test]
fn nothing_is_resolved_by_cloudformation() {
    const SPELLINGS: [&str; 9] = [
        "{{resolve:ssm:name}}",
        "{{resolve:ssm:name:3}}",
        "{{resolve:ssm-secure:name:1}}",
        "{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:444455556666:secret:a}}",
        "before {{resolve:secretsmanager:a:SecretString:key}} after",
        "{{{resolve:ssm:name}}}",
        "{{ resolve : ssm:name }}",
        "{{RESOLVE:ssm:name}}",
        r"\u007b\u007bresolve:ssm:name}}",
    ];
    for spelling in SPELLINGS {
        for path in [STAGING, PRODUCTION, APPLICATIONS] {
            let text = checked_in();
            let file = text.iter().find(|file| file.path == path).unwrap();
            let text = String::from_utf8(file.content.clone()).unwrap();
            // Each text of the file, one after the other.
            let places: Vec<usize> = text
                .match_indices("= \"")
                .map(|(at, opening)| at + opening.len())
                .filter(|at| {
                    let line = text[..*at].rfind('\n').map_or(0, |line| line + 1);
                    !text[line..].starts_with('#')
                })
                .collect();
            assert!(places.len() > 5, "{path}");
            for at in places {
                let mut files = checked_in();
                let edited = format!("{}{spelling}{}", &text[..at], &text[at..]);
                let file = files.iter_mut().find(|file| file.path == path).unwrap();
                file.content = edited.into_bytes();
                let said = errors(&files);
                assert!(said.contains("{{resolve:…}}"), "{said}");
                assert!(said.contains(&format!("--> {path}:")), "{said}");
            }
        }
    }
    // What only looks like it.
    for fine in [
        "{{name}}",
        "{resolve:ssm:a}",
        "{{ unresolved: a }}",
        "{{resolved}}",
    ] {
        let mut files = checked_in();
        append(&mut files, APPLICATIONS, "");
        let file = files
            .iter_mut()
            .find(|file| file.path == APPLICATIONS)
            .unwrap();
        let text = String::from_utf8(file.content.clone()).unwrap();
        let (table, rest) = text.split_once("[web.variables]\n").unwrap_or((&text, ""));
        file.content = format!("{table}[web.variables]\nTEMPLATE = \"{fine}\"\n{rest}").into();
        let said = Definition::parse(&files)
            .map_err(|errors| errors.to_string())
            .err();
        assert!(
            !said.is_some_and(|said| said.contains("resolve:…")),
            "{fine}"
        );
    }
}

// Dynamic references.
edits! {
    dynamic_reference {
        STAGING, "name = \"staging.lemonade.example\"" => "name = \"{{resolve:ssm:domain}}\"";
    }
}
