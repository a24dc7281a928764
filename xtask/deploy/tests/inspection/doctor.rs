//! The doctor.

use std::collections::BTreeSet;
use std::path::Path;

use cloudformation::ClientError;
use cloudformation::status::StackStatus;
use common::application::Promotion;
use deploy::inspect::check_result::{Area, CheckResult, CheckStatus, NextAction};
use deploy::inspect::doctor::{BranchHead, DoctorContext, doctor, manual_steps};
use deploy::inspect::services::{
    CertificateStatus, ConnectionStatus, DocumentVersions, ExecutionStatus, FailedAction,
    LoadBalancerKind, Peering, PeeringStatus, Record, Renewal, Route, Stage, Subscription,
    Validation,
};
use deploy::inspect::{Inspection, PinnedImage, inspect};
use deploy::report::inspection;

use crate::fake_services::FakeServices;
use crate::healthy::{
    COMMIT, HealthyEnvironment, NEWEST, certificate, connected, days, execution, image,
    machine_image, peering, secret, servers, subscription, topic, zone,
};
use crate::support::{NARROW, NOW, RUNS, Stacks, WIDE, assembly, me, stack, staging, text};

async fn results(of: &HealthyEnvironment) -> Vec<CheckResult> {
    results_at(of, BranchHead::NotRead).await
}

async fn results_at(of: &HealthyEnvironment, head: BranchHead<'_>) -> Vec<CheckResult> {
    let found = inspect(&of.stacks, &of.services, &of.environment, &of.assembly, NOW).await;
    let known = DoctorContext {
        environment: &of.environment,
        assembly: &of.assembly,
        head,
    };
    doctor(&known, &found)
}

fn shown(results: &[CheckResult]) -> String {
    text(
        &inspection::results("doctor of staging", results, WIDE),
        WIDE,
    )
}

/// The results of an area that are not fine, in a line each.
fn of(area: Area, results: &[CheckResult]) -> String {
    let lines: Vec<String> = results
        .iter()
        .filter(|one| one.area == area && one.state != CheckStatus::Fine)
        .map(|one| format!("{} {}: {}", one.state, one.subjects.join(", "), one.message))
        .collect();
    lines.join("\n")
}

#[tokio::test(start_paused = true)]
async fn an_environment_that_is_well() {
    let results = results(&connected()).await;
    insta::assert_snapshot!("well", shown(&results));
}

#[tokio::test(start_paused = true)]
async fn the_first_day() {
    let environment = staging();
    let mut services = FakeServices {
        zones: vec![zone("Z0123456789STAGING", "staging.lemonade.example", 1)],
        parameters: [(NEWEST, "ami-0fedcba9876543210".to_owned())].into(),
        // As AWS gives them to an account that was made today.
        quotas: [
            ("L-9D07B6EF", 1),
            ("L-2DC20C30", 0),
            ("L-1216C47A", 5),
            ("L-B99A9384", 10),
        ]
        .into(),
        peering: Box::new(|| {
            let mut pending = peering(PeeringStatus::PendingAcceptance);
            pending.expires = Some("2026-03-08T09:30:00.000Z".to_owned());
            pending.accepter.vpc = Some("vpc-0b0b0b0b0b0b0b0b0".to_owned());
            Ok(Some(pending))
        }),
        ..FakeServices::default()
    };
    let connection = deploy::inspect::services::Connection {
        name: "lemonade".to_owned(),
        provider: Some("GitHub".to_owned()),
        status: ConnectionStatus::Pending,
    };
    let arn = environment.pipeline.connection.to_string();
    services.connections.insert(arn, connection);
    let of = HealthyEnvironment {
        assembly: assembly(),
        environment,
        services,
        stacks: Stacks::default(),
    };
    insta::assert_snapshot!("first-day", shown(&results(&of).await));
}

#[test]
fn what_is_ahead_is_told_without_asking() {
    let results = manual_steps(&staging());
    let lines = inspection::steps("ahead of staging", &results, WIDE);
    insta::assert_snapshot!("ahead", text(&lines, WIDE));
}

#[tokio::test(start_paused = true)]
async fn the_worst_day() {
    let mut of = connected();
    let environment = &of.environment;
    let names = environment.names();
    of.services.peering = Box::new(|| {
        let mut deleted = peering(PeeringStatus::Deleted);
        deleted.message = Some("Deleted by 999900001111".to_owned());
        Ok(Some(deleted))
    });
    of.services.routes = vec![Route {
        table: "rtb-0a".to_owned(),
        destination: "192.168.240.0/21".to_owned(),
        is_blackhole: true,
    }];
    of.services.dns_hostnames = false;
    of.services.addresses = 6;
    of.services.roles.remove("AWSServiceRoleForECS");
    of.services
        .zones
        .push(zone("Z0PARENT", "lemonade-shop.example", 9));
    of.services
        .zones
        .push(zone("Z0ABOVE", "lemonade.example", 3));
    of.services.delegations.insert(
        ("Z0ABOVE".to_owned(), "staging.lemonade.example".to_owned()),
        servers(7),
    );
    of.services.certificates = vec![
        certificate("staging.lemonade.example", CertificateStatus::Expired),
        certificate("www.lemonade-shop.example", CertificateStatus::Failed),
    ];
    of.services.certificates[1].failure = Some("CAA_ERROR".to_owned());
    for connection in of.services.connections.values_mut() {
        connection.status = ConnectionStatus::Error;
    }
    of.services.secrets = vec![
        secret("api/DATABASE_URL", false),
        secret("api/SESSION_KEY", true),
    ];
    of.services.secrets[1].is_deleted = true;
    let failed = (
        vec![
            execution("run-3", ExecutionStatus::Failed),
            execution("run-2", ExecutionStatus::Succeeded),
        ],
        vec![
            Stage {
                name: "Source".to_owned(),
                execution: Some("run-3".to_owned()),
                closed: None,
                failed: Vec::new(),
            },
            Stage {
                name: "Deploy".to_owned(),
                execution: Some("run-3".to_owned()),
                closed: None,
                failed: vec![FailedAction {
                    name: "Deploy".to_owned(),
                    message: Some("Build terminated with state: FAILED".to_owned()),
                    log: Some(
                        "https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/1".to_owned(),
                    ),
                }],
            },
        ],
    );
    of.services
        .pipelines
        .insert(names.definition_pipeline(), failed);
    let web = names.pipeline(&environment.applications[2].name);
    of.services.pipelines.remove(&web);
    for stack in &mut of.stacks.stacks {
        if stack.name.ends_with("-bootstrap") {
            stack.status = StackStatus::UpdateRollbackFailed;
        }
    }
    insta::assert_snapshot!("worst-day", shown(&results(&of).await));
}

#[tokio::test(start_paused = true)]
async fn a_caller_without_permissions_is_told_what_could_not_be_checked() {
    let mut of = connected();
    of.services.denies_all = true;
    of.stacks.denies = true;
    insta::assert_snapshot!("denied", shown(&results(&of).await));
}

/// What the runbook says of permissions is what is asked, in an environment that is well and in one
/// where more has to be looked at.
#[tokio::test(start_paused = true)]
async fn the_permissions_that_it_takes_are_in_the_runbook() {
    let mut unwell = connected();
    unwell.services.secrets[0].has_value = false;
    for (executions, _) in unwell.services.pipelines.values_mut() {
        executions[0].status = ExecutionStatus::Failed;
    }
    let mut asked: BTreeSet<String> = ["cloudformation:DescribeStacks".to_owned()].into();
    for of in [connected(), unwell] {
        results(&of).await;
        let actions = of.services.asked().into_iter();
        asked.extend(actions.filter_map(|line| Some(line.split(' ').next()?.to_owned())));
    }
    let runbook = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/first-account.md");
    let runbook = std::fs::read_to_string(runbook).unwrap();
    let (_, rest) = runbook.split_once("`doctor` needs\n\n").unwrap();
    let (block, _) = rest.split_once("\n\n").unwrap();
    let told: BTreeSet<String> = block.split_whitespace().map(str::to_owned).collect();
    assert_eq!(told, asked);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_in_another_account() {
    let mut of = connected();
    of.stacks.identity = || Ok(me("111122223333"));
    let results = results(&of).await;
    assert!(of.services.asked().is_empty());
    insta::assert_snapshot!(
        "elsewhere",
        text(
            &inspection::results("doctor of staging", &results, NARROW),
            NARROW
        )
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_without_credentials() {
    let mut of = connected();
    of.stacks.identity = || {
        Err(ClientError::ExpiredCredentials(
            "The SSO session has expired".into(),
        ))
    };
    let results = results(&of).await;
    assert!(of.services.asked().is_empty());
    insta::assert_snapshot!("unidentified", shown(&results));
}

#[tokio::test(start_paused = true)]
async fn a_refused_question_leaves_the_others() {
    let mut of = connected();
    of.services.denied.insert("acm:ListCertificates");
    let results = results(&of).await;
    let off: Vec<_> = results
        .iter()
        .filter(|one| one.state > CheckStatus::Note)
        .collect();
    assert_eq!(off.len(), 1, "{off:#?}");
    assert_eq!(off[0].area, Area::Certificates);
    let found = inspect(&of.stacks, &of.services, &of.environment, &of.assembly, NOW).await;
    let Inspection::Account(account) = found else {
        panic!("{found:?}");
    };
    assert!(account.certificates.is_err());
}

#[tokio::test(start_paused = true)]
async fn every_status_of_the_peering_has_a_step() {
    let mut text = String::new();
    for status in [
        "initiating-request",
        "pending-acceptance",
        "provisioning",
        "active",
        "deleting",
        "deleted",
        "rejected",
        "failed",
        "expired",
        "something-new",
    ] {
        let mut of = connected();
        of.services.peering = Box::new(move || Ok(Some(peering(PeeringStatus::from(status)))));
        let results = results(&of).await;
        let one = results
            .iter()
            .find(|one| one.subjects.iter().any(|id| id.starts_with("pcx-")))
            .unwrap();
        assert_eq!(one.next.is_empty(), status == "active");
        text += &format!("{status}: {}: {}\n", one.state, one.message);
    }
    insta::assert_snapshot!("peering-statuses", text);
}

#[tokio::test(start_paused = true)]
async fn what_differs_of_the_peering_is_told() {
    type Spoil = fn(&mut Peering);
    let spoils: [(Spoil, &str); 3] = [
        (
            |one| one.requester.cidrs = vec!["192.168.0.0/21".to_owned()],
            "broken pcx-0f1e2d3c4b5a69788: not the expected peering: the requester's addresses: expected 192.168.240.0/21, found 192.168.0.0/21",
        ),
        (
            |one| one.requester.vpc = Some("vpc-0c0c0c0c0c0c0c0c0".to_owned()),
            "broken pcx-0f1e2d3c4b5a69788: not the expected peering: the requester's VPC: expected vpc-0a0a0a0a0a0a0a0a0, found vpc-0c0c0c0c0c0c0c0c0",
        ),
        (
            |one| one.requester.resolves_remote_dns = Some(false),
            "attention dns: Atlas does not resolve its host names to private addresses for this VPC",
        ),
    ];
    for (spoil, message) in spoils {
        let mut of_world = connected();
        of_world.services.peering = Box::new(move || {
            let mut spoiled = peering(PeeringStatus::Active);
            spoil(&mut spoiled);
            Ok(Some(spoiled))
        });
        assert_eq!(of(Area::Database, &results(&of_world).await), message);
    }
    let mut without = connected();
    without.services.routes.clear();
    assert_eq!(
        of(Area::Database, &results(&without).await),
        "attention routes: the peering is active, but the network has no route to it yet"
    );
}

#[tokio::test(start_paused = true)]
async fn certificates_near_their_end_are_told() {
    let renewals = [
        (200, None),
        (50, None),
        (44, None),
        (13, None),
        (44, Some(Renewal::PendingValidation)),
        (55, Some(Renewal::Failed("CAA_ERROR".to_owned()))),
        (55, Some(Renewal::Automatic)),
    ];
    let mut text = String::new();
    for (left, renewal) in renewals {
        let mut of_world = connected();
        of_world.services.certificates[0].expires = Some(days(left));
        of_world.services.certificates[0].renewal = renewal.clone();
        let said = of(Area::Certificates, &results(&of_world).await);
        text += &format!("{left} days, {renewal:?}\n  {said}\n");
    }
    insta::assert_snapshot!("certificates-ends", text);
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_waits_names_its_record_once() {
    let mut of_world = connected();
    let name = "staging.lemonade.example";
    let mut waiting = certificate(name, CertificateStatus::PendingValidation);
    let validation = |domain: &str| Validation {
        domain: domain.to_owned(),
        succeeded: false,
        record: Some(format!("_abc123.{name}")),
    };
    waiting.validations = vec![validation(name), validation(&format!("*.{name}"))];
    of_world.services.certificates[0] = waiting;
    let results = results(&of_world).await;
    assert_eq!(
        of(Area::Certificates, &results),
        "attention staging.lemonade.example: pending validation: _abc123.staging.lemonade.example does not resolve publicly"
    );
    // Nothing proves the delegation any more.
    assert!(of(Area::Domain, &results).starts_with("note staging.lemonade.example"));
}

/// Of two certificates for a name, the used one counts: an old one that timed out is no trouble.
#[tokio::test(start_paused = true)]
async fn an_unused_certificate_does_not_hide_the_used_one() {
    let mut of_world = connected();
    let mut old = certificate(
        "staging.lemonade.example",
        CertificateStatus::ValidationTimedOut,
    );
    old.arn += "-old";
    of_world.services.certificates.push(old);
    assert_eq!(of(Area::Certificates, &results(&of_world).await), "");
}

#[tokio::test(start_paused = true)]
async fn delegation_by_a_zone_of_the_account_is_compared() {
    let delegated = |servers: Option<Vec<String>>| {
        let mut of_world = connected();
        of_world
            .services
            .zones
            .push(zone("Z0ABOVE", "lemonade.example", 3));
        if let Some(servers) = servers {
            let key = ("Z0ABOVE".to_owned(), "staging.lemonade.example".to_owned());
            of_world.services.delegations.insert(key, servers);
        }
        of_world
    };
    let missing = results(&delegated(None)).await;
    assert_eq!(
        of(Area::Domain, &missing),
        "broken staging.lemonade.example: lemonade.example does not delegate to it: it does not resolve publicly"
    );
    let wrong = results(&delegated(Some(servers(8)))).await;
    assert_eq!(
        of(Area::Domain, &wrong),
        "broken staging.lemonade.example: lemonade.example delegates to other name servers: ns-8.awsdns-01.com, ns-8.awsdns-02.net"
    );
    // In another order, with dots, in capitals.
    let right = vec![
        "NS-1.awsdns-02.net.".to_owned(),
        "ns-1.awsdns-01.com.".to_owned(),
    ];
    assert_eq!(
        of(Area::Domain, &results(&delegated(Some(right))).await),
        ""
    );
}

#[tokio::test(start_paused = true)]
async fn a_zone_that_can_not_answer_is_told() {
    let mut private = connected();
    private.services.zones[0].is_private = true;
    assert_eq!(
        of(Area::Domain, &results(&private).await),
        "broken staging.lemonade.example: Z0123456789STAGING is a private zone: it does not resolve publicly"
    );
    let mut other = connected();
    other.services.zones[0].name = "staging.lemonade.test".to_owned();
    assert_eq!(
        of(Area::Domain, &results(&other).await),
        "broken staging.lemonade.example: Z0123456789STAGING is the zone of staging.lemonade.test, a different name"
    );
    // A zone further up holds the name too.
    let mut above = connected();
    above.services.zones[0].name = "lemonade.example".to_owned();
    assert_eq!(of(Area::Domain, &results(&above).await), "");
}

#[tokio::test(start_paused = true)]
async fn an_old_machine_image_is_told() {
    let newer = "ami-0fedcba9876543210";
    let enter = "set `image` to ami-0fedcba9876543210 in environments/staging.toml; deploying \
                 replaces the machines one at a time";
    for (age, newest, said) in [
        // There is no newer one, so there is nothing to do.
        (400, "ami-0123456789abcdef0", None),
        (59, newer, None),
        (
            60,
            newer,
            Some(
                "attention ami-0123456789abcdef0: al2023-ami-ecs-hvm-2023.0.20260201-kernel-6.1-x86_64, 60 days old: the machines lack 60 days of security updates",
            ),
        ),
    ] {
        let mut of_world = connected();
        of_world.services.machine_images = vec![machine_image(age)];
        of_world
            .services
            .parameters
            .insert(NEWEST, newest.to_owned());
        let results = results(&of_world).await;
        assert_eq!(of(Area::Machines, &results), said.unwrap_or_default());
        let steps: Vec<_> = results
            .iter()
            .filter(|one| one.area == Area::Machines)
            .flat_map(|one| one.next.clone())
            .collect();
        let expected = said.map(|_| NextAction::Do(enter.to_owned()));
        assert_eq!(steps, expected.into_iter().collect::<Vec<_>>());
    }
}

/// A placeholder, an id of another region, an image for other processors.
#[tokio::test(start_paused = true)]
async fn a_machine_image_that_can_not_be_started_is_told() {
    let mut missing = connected();
    missing.services.machine_images.clear();
    assert_eq!(
        of(Area::Machines, &results(&missing).await),
        "broken ami-0123456789abcdef0: this machine image does not exist in the region"
    );
    let mut wrong = connected();
    wrong.services.machine_images[0].architecture = "arm64".to_owned();
    assert_eq!(
        of(Area::Machines, &results(&wrong).await),
        "broken ami-0123456789abcdef0: built for arm64, but the machines have x86_64 processors"
    );
}

/// A release has no input files; its launch template says the same.
#[test]
fn the_machine_image_is_known_without_the_input_files() {
    let defined = PinnedImage::of(&staging());
    assert_eq!(PinnedImage::of_assembly(&assembly()), Some(defined));
}

#[test]
fn graviton_machines_have_images_of_their_own() {
    let mut environment = staging();
    assert_eq!(PinnedImage::of(&environment).parameter(), NEWEST);
    environment.cluster.machine = "t4g.large".parse().unwrap();
    assert_eq!(
        PinnedImage::of(&environment).parameter(),
        "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
    );
}

/// CloudFormation says `UPDATE_COMPLETE`, and sessions go on as before.
#[tokio::test(start_paused = true)]
async fn session_preferences_that_lag_behind_are_told() {
    let mut behind = connected();
    behind.services.session_document = Some(DocumentVersions {
        default: "1".to_owned(),
        latest: "3".to_owned(),
    });
    let told = results(&behind).await;
    assert_eq!(
        of(Area::Machines, &told),
        "attention SSM-SessionManagerRunShell: sessions use version 1, the newest is 3"
    );
    let mend = "aws ssm update-document-default-version --region eu-west-1 --name \
                SSM-SessionManagerRunShell --document-version '3'";
    assert!(
        told.iter()
            .any(|one| one.next == [NextAction::Run(mend.to_owned())])
    );

    let mut by_hand = connected();
    by_hand
        .stacks
        .stacks
        .retain(|stack| !stack.name.ends_with("-ecs"));
    assert_eq!(
        of(Area::Machines, &results(&by_hand).await),
        "attention SSM-SessionManagerRunShell: exists before ecs is deployed: created manually, or left by a deleted environment. Sessions in the region use it, and ecs adopts it unchanged"
    );

    let mut gone = connected();
    gone.services.session_document = None;
    assert_eq!(
        of(Area::Machines, &results(&gone).await),
        "broken SSM-SessionManagerRunShell: missing, although ecs is deployed: sessions are not logged"
    );
}

#[tokio::test(start_paused = true)]
async fn alarms_that_reach_no_one_are_told() {
    let cases = [
        (
            Some(vec![subscription(false)]),
            "attention lemonade-staging-alarms: staging-alarms@lemonade.example has not confirmed the subscription: these alarms reach no one; the link in the email is valid for two days",
        ),
        (
            Some(vec![Subscription {
                endpoint: "before@lemonade.example".to_owned(),
                is_confirmed: true,
            }]),
            "attention lemonade-staging-alarms: staging-alarms@lemonade.example is not subscribed: these alarms reach no one",
        ),
        // Another subscription of the same address counts.
        (Some(vec![subscription(false), subscription(true)]), ""),
        (
            None,
            "broken lemonade-staging-alarms: the topic is missing, although network is deployed",
        ),
    ];
    for (subscriptions, expected) in cases {
        let mut of_world = connected();
        match subscriptions {
            Some(list) => of_world
                .services
                .subscriptions
                .insert(topic("alarms"), list),
            None => of_world.services.subscriptions.remove(&topic("alarms")),
        };
        assert_eq!(of(Area::Alarms, &results(&of_world).await), expected);
    }
    // Before its stack there is no topic.
    let mut before = connected();
    before.services.subscriptions.clear();
    before.stacks.stacks.clear();
    assert_eq!(of(Area::Alarms, &results(&before).await), "");
}

#[tokio::test(start_paused = true)]
async fn records_in_the_way_are_told_before_their_stack_is_deployed() {
    let record = |name: &str, kind: &str| Record {
        name: name.to_owned(),
        kind: kind.to_owned(),
    };
    let mut of_world = connected();
    of_world.services.records = [
        (
            "Z0123456789STAGING",
            vec![
                record("staging.lemonade.example", "A"),
                record("staging.lemonade.example", "MX"),
                record("*.staging.lemonade.example", "CNAME"),
            ],
        ),
        (
            "Z0123456789SHOPPING",
            vec![record("www.lemonade-shop.example", "TXT")],
        ),
    ]
    .into();
    // They are those of the stacks.
    assert_eq!(of(Area::Domain, &results(&of_world).await), "");
    of_world.stacks.stacks.retain(|stack| {
        !stack.name.ends_with("-loadbalancer") && !stack.name.ends_with("-service-shop")
    });
    assert_eq!(
        of(Area::Domain, &results(&of_world).await),
        "broken www.lemonade-shop.example: the zone already has a record of type TXT: service-shop can't create its own, of type CNAME\n\
         broken staging.lemonade.example: the zone already has a record of type A: loadbalancer can't create its own, of type A\n\
         broken *.staging.lemonade.example: the zone already has a record of type CNAME: loadbalancer can't create its own, of type A"
    );
}

#[tokio::test(start_paused = true)]
async fn quotas_count_what_others_have() {
    let mut of_world = connected();
    of_world.stacks.stacks.clear();
    // Nothing is deployed, so all of these are other people's.
    of_world.services.addresses = 5;
    of_world.services.vpcs = 5;
    of_world.services.load_balancers = vec![LoadBalancerKind::Application; 50];
    of_world.services.summary.roles.used = 999;
    let results_before = results(&of_world).await;
    assert_eq!(
        of(Area::Quotas, &results_before),
        "broken VPCs: 1 needed, 5 in use by others, quota 5\n\
         broken application load balancers: 1 needed, 50 in use by others, quota 50\n\
         broken roles: 33 needed, 999 in use by others, quota 1000\n\
         broken Elastic IPs: 1 needed, 5 in use by others, quota 5"
    );
    let raise: Vec<_> = results_before
        .iter()
        .filter(|one| one.area == Area::Quotas && one.state == CheckStatus::Broken)
        .filter_map(|one| match one.next.first() {
            Some(NextAction::Run(command)) => command.split_once("--service-code "),
            _ => None,
        })
        .map(|(_, code)| code)
        .collect();
    assert_eq!(
        raise,
        [
            "vpc --quota-code L-F678F1CE --desired-value 10",
            "elasticloadbalancing --quota-code L-53DA6B97 --desired-value 55",
            "iam --quota-code L-FE177D64 --desired-value 1065",
            "ec2 --quota-code L-0263D0A3 --desired-value 10",
        ]
    );
    // AWS has agreed to more.
    for code in ["L-0263D0A3", "L-F678F1CE", "L-53DA6B97"] {
        of_world.services.quotas.insert(code, 80);
    }
    of_world.services.summary.roles.limit = 5_000;
    assert_eq!(of(Area::Quotas, &results(&of_world).await), "");
}

/// Two machines and one to replace them with fit, and later ones do not.
#[tokio::test(start_paused = true)]
async fn a_quota_that_only_a_full_cluster_outgrows_is_no_reason_to_wait() {
    let mut of_world = connected();
    of_world.services.quotas.insert("L-1216C47A", 6);
    assert_eq!(
        of(Area::Quotas, &results(&of_world).await),
        "attention vCPUs of On-Demand machines: 6 needed at first, 8 at most, quota 6; AWS reviews requests for more, which can take days: request it first"
    );
}

#[tokio::test(start_paused = true)]
async fn pipelines_are_asked_for_the_newest_commit() {
    let before = |id: &str| {
        let mut before = execution(id, ExecutionStatus::Succeeded);
        before.commit = Some("0000000000000000".to_owned());
        before
    };
    let closed = Stage {
        name: "Deploy".to_owned(),
        execution: None,
        closed: Some("closed by ada: Friday".to_owned()),
        failed: Vec::new(),
    };
    let mut hanging = execution("run-2", ExecutionStatus::InProgress);
    hanging.started = Some(days(-1));
    let cases = [
        (
            "succeeded",
            vec![execution("run-2", ExecutionStatus::Succeeded)],
            Vec::new(),
        ),
        ("never", Vec::new(), Vec::new()),
        (
            "runs",
            vec![
                execution("run-2", ExecutionStatus::InProgress),
                before("run-1"),
            ],
            Vec::new(),
        ),
        ("hangs", vec![hanging], Vec::new()),
        (
            "waits",
            vec![execution("run-2", ExecutionStatus::InProgress)],
            vec![closed],
        ),
        (
            "cancelled",
            vec![
                execution("run-2", ExecutionStatus::Cancelled),
                before("run-1"),
            ],
            Vec::new(),
        ),
        (
            "superseded",
            vec![execution("run-2", ExecutionStatus::Superseded)],
            Vec::new(),
        ),
        (
            "stopped",
            vec![execution("run-2", ExecutionStatus::Stopped)],
            Vec::new(),
        ),
        (
            "failed without a reason",
            vec![execution("run-2", ExecutionStatus::Failed)],
            Vec::new(),
        ),
        (
            "new status",
            vec![execution("run-2", ExecutionStatus::from("Paused"))],
            Vec::new(),
        ),
    ];
    let mut text = String::new();
    for (case, executions, stages) in cases {
        let mut of_world = connected();
        let name = of_world.environment.names().definition_pipeline();
        of_world
            .services
            .pipelines
            .insert(name, (executions, stages));
        let said = of(
            Area::Pipelines,
            &results_at(&of_world, BranchHead::Commit(COMMIT)).await,
        );
        text += &format!("{case}\n  {said}\n");
    }
    let ahead = results_at(&connected(), BranchHead::Commit("ffffffffffffffff")).await;
    text += &format!("the branch is ahead\n  {}\n", of(Area::Pipelines, &ahead));
    let unknown = results_at(
        &connected(),
        BranchHead::Unreadable("git ls-remote: no route"),
    )
    .await;
    text += &format!(
        "its head is not known\n  {}\n",
        of(Area::Pipelines, &unknown)
    );
    insta::assert_snapshot!("pipelines", text);
}

/// A list may be minutes old; a secret that seems empty is read again.
#[tokio::test(start_paused = true)]
async fn a_secret_that_was_just_given_a_value_has_one() {
    let mut of_world = connected();
    of_world.services.listed_secrets = Some(vec![secret("api/DATABASE_URL", false)]);
    assert_eq!(of(Area::Secrets, &results(&of_world).await), "");
    let asked = of_world.services.asked();
    let described = asked.iter().filter(|line| line.contains("DescribeSecret"));
    assert_eq!(described.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn no_value_is_ever_read() {
    let of_world = connected();
    results(&of_world).await;
    assert!(
        of_world
            .services
            .asked()
            .iter()
            .all(|line| !line.contains("GetSecretValue"))
    );
    // Nothing is changed either.
    assert!(
        of_world
            .services
            .asked()
            .iter()
            .all(|line| !line.contains(":Accept"))
    );
}

#[tokio::test(start_paused = true)]
async fn bootstrap_is_asked_for_first() {
    for (status, said) in [
        (
            StackStatus::RollbackComplete,
            "broken bootstrap: creation did not finish: ROLLBACK_COMPLETE",
        ),
        (
            StackStatus::UpdateInProgress,
            "attention bootstrap: operation in progress: UPDATE_IN_PROGRESS",
        ),
        (
            StackStatus::DeleteFailed,
            "broken bootstrap: stuck: DELETE_FAILED",
        ),
    ] {
        let mut of_world = connected();
        let name = "lemonade-staging-bootstrap";
        of_world.stacks.stacks.retain(|stack| stack.name != name);
        of_world.stacks.stacks.push(stack(name, status, &[]));
        assert_eq!(of(Area::Bootstrap, &results(&of_world).await), said);
    }
}

#[tokio::test(start_paused = true)]
async fn an_environment_without_a_database_is_told_so() {
    let mut of_world = connected();
    of_world.environment.atlas = None;
    let results = results(&of_world).await;
    assert_eq!(
        of(Area::Database, &results),
        "note : no peering is configured: the database is not reachable"
    );
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_is_gone_is_missed() {
    let mut of_world = connected();
    of_world.services.certificates.clear();
    assert_eq!(
        of(Area::Certificates, &results(&of_world).await),
        "broken staging.lemonade.example: missing, although loadbalancer is deployed\n\
         broken www.lemonade-shop.example: missing, although service-shop is deployed"
    );
}

/// Who may not assume the role is told which permission is missing; nothing suffers, so the exit code stays.
#[tokio::test(start_paused = true)]
async fn the_drift_role_that_cannot_be_assumed_is_a_note() {
    let well = results(&connected()).await;
    assert_eq!(of(Area::Drift, &well), "");
    let mut denied = connected();
    denied.services.denied.insert("sts:AssumeRole");
    let found = results(&denied).await;
    assert_eq!(
        of(Area::Drift, &found),
        "note lemonade-staging-drift: can't be assumed: drift is detected with your own permissions"
    );
    let next = found.iter().find(|one| one.area == Area::Drift).unwrap();
    assert_eq!(
        next.next,
        [NextAction::Do(
            "use a role that is allowed sts:AssumeRole on \
             arn:aws:iam::444455556666:role/lemonade/staging/bootstrap/lemonade-staging-drift"
                .to_owned()
        )]
    );
    // Before bootstrap there is no role to miss.
    denied.stacks.stacks.clear();
    assert_eq!(of(Area::Drift, &results(&denied).await), "");
}

/// A repository keeps so many images, whatever runs: before the one that does goes, that is said.
#[tokio::test(start_paused = true)]
async fn an_image_that_runs_and_is_about_to_go_is_told() {
    let mut of = connected();
    let most = i64::from(of.environment.retention.images);
    let names = of.environment.names();
    let web = of.environment.application("web").unwrap().name.clone();
    let repository = names.repository(&web);
    // Pushed in no order; the oldest is the one that runs.
    let newer = |count: i64| {
        let mut images = vec![image(RUNS, 400)];
        images.extend((0..count).map(|age| image(&format!("sha256:{age}"), age)));
        images
    };
    let last_that_is_fine = most * 4 / 5 - 1;
    of.services
        .images
        .insert(repository.clone(), newer(last_that_is_fine));
    assert_eq!(of_images(&results(&of).await), "");

    of.services
        .images
        .insert(repository.clone(), newer(last_that_is_fine + 1));
    let found = results(&of).await;
    assert_eq!(
        of_images(&found),
        format!(
            "attention web: {} images are newer than the running one, and only the newest {most} are kept: deploy a newer one before it expires",
            last_that_is_fine + 1
        )
    );
    let told = found.iter().find(|one| one.area == Area::Images).unwrap();
    let run = NextAction::Run(format!(
        "aws codepipeline start-pipeline-execution --name {}",
        names.pipeline(&web)
    ));
    assert_eq!(told.next.last(), Some(&run));

    of.services
        .images
        .insert(repository, vec![image("sha256:0", 0)]);
    assert_eq!(
        of_images(&results(&of).await),
        format!(
            "broken web: {RUNS} is running, but its repository no longer has it: no new task can start"
        )
    );
}

fn of_images(results: &[CheckResult]) -> String {
    of(Area::Images, results)
}

/// The account has one identity provider of GitHub at most, which no stack makes: it is asked for where a workflow
/// promotes.
#[tokio::test(start_paused = true)]
async fn a_missing_identity_provider_is_told_where_a_workflow_promotes() {
    let mut by_hand = connected();
    by_hand.services.has_identity_provider = false;
    assert_eq!(of(Area::Connections, &results(&by_hand).await), "");
    let asks = |of: &HealthyEnvironment| {
        let asked = of.services.asked().join("\n");
        asked.contains("iam:GetOpenIDConnectProvider arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com")
    };
    assert!(!asks(&by_hand));

    let mut automatic = connected();
    automatic.services.has_identity_provider = false;
    let ids = "123456/456789".parse().unwrap();
    automatic.environment.applications[0].promotion = Promotion::Automatic(ids);
    let found = results(&automatic).await;
    assert!(asks(&automatic));
    assert_eq!(
        of(Area::Connections, &found),
        "broken token.actions.githubusercontent.com: the account has no such identity provider: workflows can't promote"
    );
    let told = found
        .iter()
        .find(|one| one.state == CheckStatus::Broken)
        .unwrap();
    assert_eq!(
        told.next,
        [NextAction::Run(
            "aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com \
             --client-id-list sts.amazonaws.com"
                .to_owned()
        )]
    );
    automatic.services.has_identity_provider = true;
    assert_eq!(of(Area::Connections, &results(&automatic).await), "");
}
