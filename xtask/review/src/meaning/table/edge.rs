//! Load balancers, certificates, names, the web application firewall.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning, Unset};

const OTHER_CERTIFICATE: Effect = Effect::notable(
    Kind::Behaviour,
    "shows clients another certificate in new connections: names that it doesn't hold are refused by them",
);

const ACCESS_LOGS_OFF: Effect = Effect::severe(
    Kind::Monitoring,
    "no longer writes access logs: requests from then on leave no record",
);

pub(super) const ROWS: &[TypeMeaning] = &[
    TypeMeaning {
        resource_type: "AWS::CertificateManager::Certificate",
        noun: "certificate",
        added: Some(Effect::minor(
            Kind::Other,
            "the stack's update waits until its names are validated",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "a listener that shows it can't be reached by its names",
        )),
        replaced: Some(Effect::notable(
            Kind::Behaviour,
            "clients see the new one once its names are validated; the update waits for that, and fails without it",
        )),
        properties: &[
            ("DomainName", Meaning::Analysed),
            ("SubjectAlternativeNames", Meaning::Analysed),
            (
                "DomainValidationOptions",
                Meaning::notable(
                    Kind::Delivery,
                    "proves its names by records in another hosted zone: until they resolve, the stack's update waits",
                ),
            ),
            (
                "ValidationMethod",
                Meaning::notable(
                    Kind::Delivery,
                    "is validated by {to} instead of {from}: by EMAIL a person has to confirm it, again for each renewal",
                ),
            ),
            (
                "KeyAlgorithm",
                Meaning::notable(
                    Kind::Behaviour,
                    "has a key of {to} instead of {from}: old clients may not connect",
                ),
            ),
            (
                "CertificateTransparencyLoggingPreference",
                Meaning::notable(
                    Kind::Behaviour,
                    "is logged publicly or not: browsers refuse certificates that aren't",
                ),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html",
            "https://docs.aws.amazon.com/acm/latest/userguide/domain-ownership-validation.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ElasticLoadBalancingV2::Listener",
        noun: "listener",
        added: None,
        removed: None,
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "its port answers nothing in between, and all rules on it are created anew",
        )),
        properties: &[
            ("DefaultActions", Meaning::Analysed),
            (
                "Port",
                Meaning::severe(
                    Kind::Interruption,
                    "listens on port {to} instead of {from}: clients of the old port are refused",
                ),
            ),
            (
                "Protocol",
                Meaning::severe(
                    Kind::Interruption,
                    "speaks {to} instead of {from}: clients that speak the other are refused",
                ),
            ),
            ("SslPolicy", Meaning::Analysed),
            ("Certificates", Meaning::Change(OTHER_CERTIFICATE)),
            (
                "AlpnPolicy",
                Meaning::minor(Kind::Behaviour, "negotiates other protocols"),
            ),
            (
                "MutualAuthentication",
                Meaning::severe(
                    Kind::Exposure,
                    "asks clients for certificates otherwise: those without one are refused, or let in again",
                ),
            ),
            (
                "ListenerAttributes",
                Meaning::notable(Kind::Behaviour, "answers with other headers"),
            ),
            (
                "ListenerAttributes[routing.http.response.strict_transport_security.header_value]",
                Meaning::notable(
                    Kind::Protection,
                    "tells browsers {to} instead of {from} for Strict-Transport-Security: what a browser has stored it keeps until it expires, so there is no quick way back",
                ),
            ),
            (
                "ListenerAttributes[routing.http.response.server.enabled]",
                Meaning::on_unless_set(
                    Effect::minor(Kind::Protection, "names its software in the header Server"),
                    Effect::minor(
                        Kind::Protection,
                        "no longer names its software in the header Server",
                    ),
                ),
            ),
            (
                "ListenerAttributes[tcp.idle_timeout.seconds]",
                Meaning::notable(
                    Kind::Interruption,
                    "closes idle connections after {to} seconds instead of {from}",
                ),
            ),
            (
                "LoadBalancerArn",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "belongs to another load balancer; the port of the one before answers nothing",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listener.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        noun: "listener certificate",
        added: Some(Effect::minor(
            Kind::Behaviour,
            "the listener answers for the names of one more certificate",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "the listener no longer shows a certificate for its names: browsers refuse them",
        )),
        replaced: Some(Effect::notable(
            Kind::Behaviour,
            "the listener shows another certificate",
        )),
        properties: &[
            ("Certificates", Meaning::Change(OTHER_CERTIFICATE)),
            (
                "ListenerArn",
                Meaning::Reference(Effect::notable(
                    Kind::Behaviour,
                    "shows its certificate on another listener",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listenercertificate.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ElasticLoadBalancingV2::ListenerRule",
        noun: "listener rule",
        added: None,
        removed: None,
        replaced: Some(Effect::notable(
            Kind::Interruption,
            "its requests get the answer of the next rule in between",
        )),
        properties: &[
            ("Actions", Meaning::Analysed),
            ("Conditions", Meaning::Analysed),
            ("Priority", Meaning::Analysed),
            (
                "Transforms",
                Meaning::notable(
                    Kind::Behaviour,
                    "rewrites host or path of its requests otherwise before the application sees them",
                ),
            ),
            (
                "ListenerArn",
                Meaning::Reference(Effect::notable(
                    Kind::Behaviour,
                    "applies to requests of another listener",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listenerrule.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        noun: "load balancer",
        added: Some(Effect::notable(
            Kind::Cost,
            "it is billed by the hour and by traffic, public addresses apart",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "its names and addresses answer nothing, and open connections are cut",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "it gets another DNS name and other addresses; open connections are cut, and clients that cached the old ones fail until these expire",
        )),
        properties: &[
            (
                "Scheme",
                Meaning::severe(
                    Kind::Exposure,
                    "is {to} instead of {from}: an internet-facing one can be reached from the internet, an internal one only from the network",
                ),
            ),
            (
                "SecurityGroups",
                Meaning::items(
                    Effect::severe(
                        Kind::Exposure,
                        "also takes the traffic that the rules of {item} let in",
                    ),
                    Effect::severe(
                        Kind::Interruption,
                        "no longer takes the traffic that the rules of {item} let in, and is refused by targets that let it in by that group",
                    ),
                ),
            ),
            ("Subnets", Meaning::Analysed),
            (
                "SubnetMappings",
                Meaning::severe(
                    Kind::Interruption,
                    "stands in other subnets or has other addresses: clients that list its addresses, and connections to them, are cut",
                ),
            ),
            (
                "SubnetMappings.AllocationId",
                Meaning::severe(
                    Kind::Interruption,
                    "has another static address: firewalls and clients that list the old one are cut off",
                ),
            ),
            (
                "IpAddressType",
                Meaning::notable(Kind::Exposure, "answers on {to} instead of {from}"),
            ),
            (
                "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
                Meaning::severe(
                    Kind::Exposure,
                    "checks traffic from PrivateLink against its security groups or not: {to} instead of {from}",
                ),
            ),
            (
                "MinimumLoadBalancerCapacity",
                Meaning::notable(
                    Kind::Cost,
                    "reserves another capacity, which is billed by the hour",
                ),
            ),
            (
                "LoadBalancerAttributes",
                Meaning::notable(
                    Kind::Behaviour,
                    "has another attribute ({to} instead of {from})",
                ),
            ),
            (
                "LoadBalancerAttributes[deletion_protection.enabled]",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Protection,
                        "can't be deleted while its deletion protection is on",
                    ),
                    Effect::severe(
                        Kind::Protection,
                        "loses its deletion protection: one call deletes it with its addresses",
                    ),
                ),
            ),
            (
                "LoadBalancerAttributes[idle_timeout.timeout_seconds]",
                Meaning::number(
                    Effect::notable(
                        Kind::Interruption,
                        "closes connections that are silent for {to} seconds instead of {from}: slow answers and open websockets are cut",
                    ),
                    Effect::notable(
                        Kind::Behaviour,
                        "keeps silent connections for {to} seconds instead of {from}: an application that closes its own sooner makes the load balancer answer 502",
                    ),
                    Unset::Default(60),
                ),
            ),
            (
                "LoadBalancerAttributes[client_keep_alive.seconds]",
                Meaning::minor(
                    Kind::Behaviour,
                    "keeps a client's connection for {to} seconds at most instead of {from}",
                ),
            ),
            (
                "LoadBalancerAttributes[access_logs.s3.enabled]",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Monitoring,
                        "writes a record of each request to its bucket, which is billed by size",
                    ),
                    ACCESS_LOGS_OFF,
                ),
            ),
            (
                "LoadBalancerAttributes[access_logs.s3.bucket]",
                Meaning::Reference(Effect::notable(
                    Kind::Monitoring,
                    "writes its access logs to another bucket, which has to allow it",
                )),
            ),
            (
                "LoadBalancerAttributes[access_logs.s3.prefix]",
                Meaning::notable(
                    Kind::Monitoring,
                    "writes its access logs under another prefix: queries of the old one find nothing new",
                ),
            ),
            (
                "LoadBalancerAttributes[connection_logs.s3.enabled]",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Monitoring, "writes a record of each connection"),
                    Effect::notable(
                        Kind::Monitoring,
                        "no longer writes a record of each connection",
                    ),
                ),
            ),
            (
                "LoadBalancerAttributes[load_balancing.cross_zone.enabled]",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Cost,
                        "spreads connections over the targets of all zones; traffic between zones is billed",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "sends connections only to targets of the zone they arrive in: load is uneven, and a zone without healthy targets fails its clients",
                    ),
                ),
            ),
            (
                "LoadBalancerAttributes[routing.http.drop_invalid_header_fields.enabled]",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Protection,
                        "drops header fields with invalid names; applications that read them miss them",
                    ),
                    Effect::severe(
                        Kind::Protection,
                        "passes header fields with invalid names on to applications, which request smuggling uses",
                    ),
                ),
            ),
            (
                "LoadBalancerAttributes[routing.http.desync_mitigation_mode]",
                Meaning::severe(
                    Kind::Protection,
                    "treats ambiguous requests as {to} instead of {from}: monitor passes request smuggling on, strictest refuses every request that isn't by the standard",
                ),
            ),
            (
                "LoadBalancerAttributes[routing.http2.enabled]",
                Meaning::on_unless_set(
                    Effect::minor(Kind::Behaviour, "speaks HTTP/2 with clients"),
                    Effect::notable(
                        Kind::Behaviour,
                        "speaks only HTTP/1.1 with clients: pages load slower, gRPC clients fail",
                    ),
                ),
            ),
            (
                "LoadBalancerAttributes[routing.http.preserve_host_header.enabled]",
                Meaning::notable(
                    Kind::Behaviour,
                    "passes the header Host on to applications otherwise",
                ),
            ),
            (
                "LoadBalancerAttributes[routing.http.xff_header_processing.mode]",
                Meaning::severe(
                    Kind::Behaviour,
                    "treats X-Forwarded-For as {to} instead of {from}: applications see another client address",
                ),
            ),
            (
                "LoadBalancerAttributes[routing.http.x_amzn_tls_version_and_cipher_suite.enabled]",
                Meaning::minor(
                    Kind::Behaviour,
                    "tells applications TLS version and cipher, or no longer does",
                ),
            ),
            (
                "LoadBalancerAttributes[waf.fail_open.enabled]",
                Meaning::off_unless_set(
                    Effect::severe(
                        Kind::Exposure,
                        "passes requests on unchecked when it can't reach the firewall",
                    ),
                    Effect::notable(
                        Kind::Behaviour,
                        "refuses requests when it can't reach the firewall",
                    ),
                ),
            ),
            (
                "LoadBalancerAttributes[zonal_shift.config.enabled]",
                Meaning::minor(
                    Kind::Resilience,
                    "can, or can no longer, be shifted away from a zone that fails",
                ),
            ),
            (
                "Type",
                Meaning::severe(
                    Kind::Replacement,
                    "is a load balancer of another kind: {to} instead of {from}",
                ),
            ),
            ("Name", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-load-balancer-attributes.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ElasticLoadBalancingV2::TargetGroup",
        noun: "target group",
        added: None,
        removed: None,
        replaced: Some(Effect::notable(
            Kind::Interruption,
            "tasks register in the new one, and requests go there once they are healthy; the old one drains",
        )),
        properties: &[
            (
                "HealthCheckPath",
                Meaning::notable(
                    Kind::Resilience,
                    "asks tasks for {to} instead of {from}: where running ones don't answer there as expected, all are replaced",
                ),
            ),
            ("HealthCheckIntervalSeconds", Meaning::Analysed),
            ("HealthyThresholdCount", Meaning::Analysed),
            ("UnhealthyThresholdCount", Meaning::Analysed),
            (
                "HealthCheckTimeoutSeconds",
                Meaning::number(
                    Effect::notable(
                        Kind::Resilience,
                        "counts an answer that takes longer than {to} seconds as failed: slow tasks are replaced under load",
                    ),
                    Effect::minor(
                        Kind::Resilience,
                        "waits {to} seconds for the answer of a health check instead of {from}",
                    ),
                    Unset::Default(5),
                ),
            ),
            (
                "HealthCheckEnabled",
                Meaning::on_unless_set(
                    Effect::minor(Kind::Resilience, "checks its targets"),
                    Effect::severe(
                        Kind::Resilience,
                        "no longer checks its targets: requests go to broken ones",
                    ),
                ),
            ),
            (
                "HealthCheckPort",
                Meaning::notable(
                    Kind::Resilience,
                    "checks targets on port {to} instead of {from}",
                ),
            ),
            (
                "HealthCheckProtocol",
                Meaning::notable(Kind::Resilience, "checks targets by {to} instead of {from}"),
            ),
            (
                "Matcher",
                Meaning::notable(
                    Kind::Resilience,
                    "takes targets for healthy that answer {to} instead of {from}",
                ),
            ),
            (
                "TargetGroupAttributes",
                Meaning::notable(
                    Kind::Behaviour,
                    "has another attribute ({to} instead of {from})",
                ),
            ),
            (
                "TargetGroupAttributes[deregistration_delay.timeout_seconds]",
                Meaning::Analysed,
            ),
            (
                "TargetGroupAttributes[stickiness.enabled]",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Behaviour,
                        "binds each client to one task by a cookie: load is uneven, and new tasks take only new clients",
                    ),
                    Effect::notable(
                        Kind::Behaviour,
                        "sends each request of a client to any task: sessions kept in a task's memory are lost",
                    ),
                ),
            ),
            (
                "TargetGroupAttributes[stickiness.lb_cookie.duration_seconds]",
                Meaning::minor(
                    Kind::Behaviour,
                    "binds a client to a task for {to} seconds instead of {from}",
                ),
            ),
            (
                "TargetGroupAttributes[stickiness.type]",
                Meaning::notable(
                    Kind::Behaviour,
                    "binds clients to tasks by {to} instead of {from}",
                ),
            ),
            (
                "TargetGroupAttributes[slow_start.duration_seconds]",
                Meaning::notable(
                    Kind::Behaviour,
                    "raises a new task's share of requests over {to} seconds instead of {from}; it can't be combined with least outstanding requests",
                ),
            ),
            (
                "TargetGroupAttributes[load_balancing.algorithm.type]",
                Meaning::notable(
                    Kind::Behaviour,
                    "chooses the task for a request by {to} instead of {from}",
                ),
            ),
            (
                "TargetGroupAttributes[load_balancing.cross_zone.enabled]",
                Meaning::notable(
                    Kind::Resilience,
                    "spreads requests over the tasks of all zones or of one zone only ({to} instead of {from})",
                ),
            ),
            (
                "TargetGroupAttributes[preserve_client_ip.enabled]",
                Meaning::notable(
                    Kind::Behaviour,
                    "passes the client's address on to targets or not ({to} instead of {from}): security groups and logs see another source",
                ),
            ),
            (
                "Targets",
                Meaning::severe(
                    Kind::Interruption,
                    "sends its traffic to other targets; connections to the old ones drain",
                ),
            ),
            (
                "Port",
                Meaning::notable(
                    Kind::Behaviour,
                    "sends to port {to} instead of {from} where a target names none",
                ),
            ),
            (
                "Protocol",
                Meaning::notable(
                    Kind::Behaviour,
                    "speaks {to} with its targets instead of {from}",
                ),
            ),
            (
                "ProtocolVersion",
                Meaning::notable(
                    Kind::Behaviour,
                    "speaks {to} with its targets instead of {from}: applications that don't are unhealthy",
                ),
            ),
            (
                "TargetType",
                Meaning::notable(
                    Kind::Behaviour,
                    "takes targets by {to} instead of {from}: tasks must be registered that way",
                ),
            ),
            (
                "IpAddressType",
                Meaning::notable(Kind::Behaviour, "takes targets with other addresses"),
            ),
            (
                "VpcId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "takes targets of another network",
                )),
            ),
            ("Name", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::Route53::RecordSet",
        noun: "record",
        added: None,
        removed: None,
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "its name is deleted where it was",
        )),
        properties: &[
            ("Name", Meaning::Analysed),
            ("AliasTarget", Meaning::Analysed),
            ("ResourceRecords", Meaning::Analysed),
            (
                "AliasTarget.EvaluateTargetHealth",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Resilience,
                        "isn't answered with a target that is unhealthy where another record could answer",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "is answered with its target even when that is unhealthy",
                    ),
                ),
            ),
            (
                "HostedZoneId",
                Meaning::severe(
                    Kind::Interruption,
                    "is in another hosted zone ({to} instead of {from}): the name resolves only where that zone is delegated",
                ),
            ),
            (
                "TTL",
                Meaning::notable(
                    Kind::Behaviour,
                    "is cached for {to} seconds instead of {from}: a change of its target takes that long to reach clients",
                ),
            ),
            (
                "Type",
                Meaning::severe(
                    Kind::Interruption,
                    "is a record of type {to} instead of {from}: queries for the old type find nothing",
                ),
            ),
            (
                "Weight",
                Meaning::notable(
                    Kind::Behaviour,
                    "gets another share of answers ({to} instead of {from})",
                ),
            ),
            (
                "Failover",
                Meaning::severe(
                    Kind::Resilience,
                    "is {to} instead of {from} when its target fails",
                ),
            ),
            (
                "HealthCheckId",
                Meaning::notable(Kind::Resilience, "is answered by another health check"),
            ),
            (
                "SetIdentifier",
                Meaning::minor(Kind::Other, "is told from records of its name otherwise"),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html",
            "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::WAFv2::LoggingConfiguration",
        noun: "firewall log",
        added: None,
        removed: Some(Effect::notable(
            Kind::Monitoring,
            "what the firewall blocks or lets through leaves no record",
        )),
        replaced: None,
        properties: &[
            (
                "LogDestinationConfigs",
                Meaning::Reference(Effect::notable(
                    Kind::Monitoring,
                    "logs elsewhere; queries of the old place find nothing new",
                )),
            ),
            (
                "RedactedFields",
                Meaning::items(
                    Effect::minor(
                        Kind::Protection,
                        "leaves one more field out of the log: {item}",
                    ),
                    Effect::severe(
                        Kind::Protection,
                        "logs a field that was left out: {item}; credentials in it can be read by those who read the log",
                    ),
                ),
            ),
            (
                "LoggingFilter",
                Meaning::notable(Kind::Monitoring, "logs other requests only"),
            ),
            (
                "ResourceArn",
                Meaning::Reference(Effect::notable(Kind::Monitoring, "logs another firewall")),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-loggingconfiguration.html",
            "https://docs.aws.amazon.com/waf/latest/developerguide/logging-management.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::WAFv2::WebACL",
        noun: "firewall",
        added: Some(Effect::notable(
            Kind::Cost,
            "it is billed by the month, by rule and by request",
        )),
        removed: Some(Effect::severe(
            Kind::Exposure,
            "no request is checked or limited any more",
        )),
        replaced: Some(Effect::notable(
            Kind::Exposure,
            "the association moves to the new one; rate limits count from zero",
        )),
        properties: &[
            ("Rules", Meaning::Analysed),
            ("DefaultAction", Meaning::Analysed),
            (
                "VisibilityConfig.SampledRequestsEnabled",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Monitoring, "keeps samples of requests for inspection"),
                    Effect::minor(Kind::Monitoring, "keeps no samples of requests"),
                ),
            ),
            (
                "VisibilityConfig.CloudWatchMetricsEnabled",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Monitoring, "publishes metrics"),
                    Effect::notable(
                        Kind::Monitoring,
                        "publishes no metrics: alarms on blocked requests see missing data",
                    ),
                ),
            ),
            (
                "VisibilityConfig.MetricName",
                Meaning::notable(
                    Kind::Monitoring,
                    "publishes its metrics as {to} instead of {from}: alarms and dashboards by the old name see nothing",
                ),
            ),
            (
                "Scope",
                Meaning::severe(
                    Kind::Exposure,
                    "protects another kind of resource ({to} instead of {from})",
                ),
            ),
            (
                "CustomResponseBodies",
                Meaning::minor(
                    Kind::Behaviour,
                    "answers blocked requests with another text",
                ),
            ),
            (
                "AssociationConfig",
                Meaning::notable(
                    Kind::Exposure,
                    "inspects another length of request bodies: what lies beyond passes unchecked, and more is billed",
                ),
            ),
            (
                "CaptchaConfig",
                Meaning::minor(
                    Kind::Behaviour,
                    "asks clients to prove themselves after another time",
                ),
            ),
            (
                "ChallengeConfig",
                Meaning::minor(
                    Kind::Behaviour,
                    "asks clients to prove themselves after another time",
                ),
            ),
            (
                "TokenDomains",
                Meaning::notable(Kind::Behaviour, "accepts tokens of other names"),
            ),
            ("Name", Meaning::Label),
            ("Description", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html",
            "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-actions.html",
            "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::WAFv2::WebACLAssociation",
        noun: "firewall association",
        added: Some(Effect::notable(
            Kind::Exposure,
            "the firewall checks each request to the load balancer",
        )),
        removed: Some(Effect::severe(
            Kind::Exposure,
            "requests reach the load balancer without being checked or limited",
        )),
        replaced: Some(Effect::notable(
            Kind::Exposure,
            "requests are unchecked while one association takes the place of the other",
        )),
        properties: &[
            (
                "ResourceArn",
                Meaning::Reference(Effect::severe(
                    Kind::Exposure,
                    "protects another load balancer; the one before is unprotected",
                )),
            ),
            (
                "WebACLArn",
                Meaning::Reference(Effect::severe(
                    Kind::Exposure,
                    "protects the load balancer by another firewall",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webaclassociation.html",
        ],
    },
];
