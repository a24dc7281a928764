//! The two listeners: HTTP redirects, HTTPS serves.

use common::resources::Handle;
use common::resources::certificatemanager::Certificate;
use common::resources::elasticloadbalancingv2::listener::{
    Action, ActionType, Certificate as ListenerCertificate, FixedResponseConfig, ListenerAttribute,
    ListenerProtocol, RedirectConfig, RedirectConfigStatusCode,
};
use common::resources::elasticloadbalancingv2::{Listener, LoadBalancer};
use common::template::Template;

/// The TLS policy: TLS 1.3 and 1.2 with forward secrecy, and post-quantum key exchange. CloudFormation's
/// default policy is of 2016.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>
const TLS_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/// Browsers that have connected once use HTTPS for a year. Without `includeSubDomains`: there may be other
/// hosts under the domain that this load balancer doesn't serve.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

pub(crate) struct Listeners {
    pub(crate) http: Handle<Listener>,
    pub(crate) https: Handle<Listener>,
}

/// Adds the listeners. A request that matches no application's rule gets 404: the applications'
/// stacks add their rules to the HTTPS listener.
pub(crate) fn add(
    template: &mut Template,
    load_balancer: &Handle<LoadBalancer>,
    certificate: &Handle<Certificate>,
) -> Listeners {
    let redirect = Action::new(ActionType::Redirect).redirect_config(
        RedirectConfig::new(RedirectConfigStatusCode::Http301)
            .protocol("HTTPS")
            .port("443")
            .host("#{host}")
            .path("/#{path}")
            .query("#{query}"),
    );
    let http = template.add(
        "HttpListener",
        Listener::new([redirect], load_balancer.reference())
            .protocol(ListenerProtocol::Http)
            .port(80),
    );

    let not_found = Action::new(ActionType::FixedResponse).fixed_response_config(
        FixedResponseConfig::new("404")
            .content_type("text/plain")
            .message_body("Not found\n"),
    );
    let attribute = |key: &str, value: &str| ListenerAttribute::new().key(key).value(value);
    let https = template.add(
        "HttpsListener",
        Listener::new([not_found], load_balancer.reference())
            .protocol(ListenerProtocol::Https)
            .port(443)
            .ssl_policy(TLS_POLICY)
            .certificates([ListenerCertificate::new().certificate_arn(certificate.reference())])
            .listener_attributes([
                attribute(
                    "routing.http.response.strict_transport_security.header_value",
                    STRICT_TRANSPORT_SECURITY,
                ),
                attribute("routing.http.response.server.enabled", "false"),
            ]),
    );
    Listeners { http, https }
}
