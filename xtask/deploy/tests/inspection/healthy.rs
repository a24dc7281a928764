//! An environment that is well, for the tests to spoil.

use common::assembly::Assembly;
use common::environment::Environment;
use deploy::inspect::services::{
    Certificate, CertificateStatus, Connection, ConnectionStatus, DocumentVersions, Execution,
    ExecutionStatus, HostedZone, Image, LoadBalancerKind, MachineImage, Peering, PeeringSide,
    PeeringStatus, Route, Secret, Subscription, Validation,
};
use deploy::timestamp::Timestamp;

use crate::fake_services::FakeServices;
use crate::support::{NOW, RUNS, Stacks, assembly, deployed, staging};

pub(crate) const COMMIT: &str = "1a2b3c4d5e6f708192a3b4c5d6e7f80911223344";

pub(crate) struct HealthyEnvironment {
    pub(crate) environment: Environment,
    pub(crate) assembly: Assembly,
    pub(crate) services: FakeServices,
    pub(crate) stacks: Stacks,
}

pub(crate) fn peering(status: PeeringStatus) -> Peering {
    let side = |account: &str, vpc: &str, cidr: &str| PeeringSide {
        account: Some(account.to_owned()),
        vpc: Some(vpc.to_owned()),
        region: Some("eu-west-1".to_owned()),
        cidrs: vec![cidr.to_owned()],
        resolves_remote_dns: None,
    };
    let mut accepter = side("444455556666", "vpc-0b0b0b0b0b0b0b0b0", "10.20.0.0/16");
    if status != PeeringStatus::Active {
        // As EC2 does before the connection is accepted.
        accepter.cidrs.clear();
    }
    Peering {
        id: "pcx-0f1e2d3c4b5a69788".to_owned(),
        status,
        message: None,
        requester: side("999900001111", "vpc-0a0a0a0a0a0a0a0a0", "192.168.240.0/21"),
        accepter,
        expires: None,
    }
}

pub(crate) fn days(days: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + days * 24 * 60 * 60 * 1_000)
}

pub(crate) fn certificate(domain: &str, status: CertificateStatus) -> Certificate {
    Certificate {
        arn: format!("arn:aws:acm:eu-west-1:444455556666:certificate/of-{domain}"),
        domain: domain.to_owned(),
        in_use: status == CertificateStatus::Issued,
        expires: (status == CertificateStatus::Issued).then(|| days(200)),
        status,
        failure: None,
        renewal: None,
        validations: vec![Validation {
            domain: domain.to_owned(),
            succeeded: true,
            record: Some(format!("_abc123.{domain}")),
        }],
    }
}

/// The public parameter with the newest image for the machines of the environment.
pub(crate) const NEWEST: &str =
    "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id";

/// The image that the machines of the environment start from, so many days old.
pub(crate) fn machine_image(age: i64) -> MachineImage {
    MachineImage {
        id: "ami-0123456789abcdef0".to_owned(),
        name: "al2023-ami-ecs-hvm-2023.0.20260201-kernel-6.1-x86_64".to_owned(),
        created: days(-age),
        architecture: "x86_64".to_owned(),
    }
}

pub(crate) fn topic(name: &str) -> String {
    format!("arn:aws:sns:eu-west-1:444455556666:lemonade-staging-{name}")
}

/// The subscription of the address in the environment's file.
pub(crate) fn subscription(is_confirmed: bool) -> Subscription {
    Subscription {
        endpoint: "staging-alarms@lemonade.example".to_owned(),
        is_confirmed,
    }
}

pub(crate) fn servers(number: u8) -> Vec<String> {
    vec![
        format!("ns-{number}.awsdns-01.com"),
        format!("ns-{number}.awsdns-02.net"),
    ]
}

pub(crate) fn zone(id: &str, name: &str, number: u8) -> HostedZone {
    HostedZone {
        id: id.to_owned(),
        name: name.to_owned(),
        is_private: false,
        name_servers: servers(number),
    }
}

pub(crate) fn execution(id: &str, status: ExecutionStatus) -> Execution {
    Execution {
        ended: None,
        id: id.to_owned(),
        status,
        started: Some(Timestamp::from_millis(NOW.millis() - 30 * 60_000)),
        commit: Some(COMMIT.to_owned()),
    }
}

/// An image that was pushed so many days ago.
pub(crate) fn image(digest: &str, age: i64) -> Image {
    Image {
        digest: digest.to_owned(),
        tags: vec![format!("commit-of-{digest}")],
        pushed: Some(days(-age)),
    }
}

pub(crate) fn secret(name: &str, has_value: bool) -> Secret {
    Secret {
        name: format!("lemonade/staging/{name}"),
        has_value,
        is_deleted: false,
    }
}

pub(crate) fn connected() -> HealthyEnvironment {
    let environment = staging();
    let assembly = assembly();
    let names = environment.names();
    let mut services = FakeServices {
        peering: Box::new(|| Ok(Some(peering(PeeringStatus::Active)))),
        routes: ["rtb-0a", "rtb-0b"]
            .map(|table| Route {
                table: table.to_owned(),
                destination: "192.168.240.0/21".to_owned(),
                is_blackhole: false,
            })
            .to_vec(),
        addresses: 1,
        roles: deploy::inspect::SERVICE_ROLES
            .into_iter()
            .map(|(_, role)| role)
            .collect(),
        vpcs: 2,
        load_balancers: vec![LoadBalancerKind::Application],
        // A new account has five vCPUs.
        quotas: [("L-1216C47A", 32)].into(),
        machine_images: vec![machine_image(20)],
        parameters: [(NEWEST, "ami-0123456789abcdef0".to_owned())].into(),
        session_document: Some(DocumentVersions {
            default: "3".to_owned(),
            latest: "3".to_owned(),
        }),
        subscriptions: ["alarms", "pipeline-alarms"]
            .map(|name| (topic(name), vec![subscription(true)]))
            .into(),
        zones: vec![
            zone("Z0123456789STAGING", "staging.lemonade.example", 1),
            zone("Z0123456789SHOPPING", "lemonade-shop.example", 2),
        ],
        certificates: vec![
            certificate("staging.lemonade.example", CertificateStatus::Issued),
            certificate("other.example", CertificateStatus::Expired),
            certificate("www.lemonade-shop.example", CertificateStatus::Issued),
        ],
        secrets: ["api/DATABASE_URL", "api/SESSION_KEY"]
            .map(|name| secret(name, true))
            .to_vec(),
        ..FakeServices::default()
    };
    services.summary.roles.used = 40;
    let connection = Connection {
        name: "lemonade".to_owned(),
        provider: Some("GitHub".to_owned()),
        status: ConnectionStatus::Available,
    };
    let arn = environment.pipeline.connection.to_string();
    services.connections.insert(arn, connection);
    let applications = environment.applications.iter();
    let pipelines = applications.map(|application| names.pipeline(&application.name));
    for name in pipelines.chain([names.definition_pipeline()]) {
        let executions = vec![execution("run-2", ExecutionStatus::Succeeded)];
        services.pipelines.insert(name, (executions, Vec::new()));
    }
    for application in &environment.applications {
        let repository = names.repository(&application.name);
        services.images.insert(repository, vec![image(RUNS, 1)]);
    }
    let stacks = Stacks {
        stacks: deployed(&assembly),
        ..Stacks::default()
    };
    HealthyEnvironment {
        environment,
        assembly,
        services,
        stacks,
    }
}
