//! EC2, Elastic Load Balancing and Route 53.

use deploy::inspect::services::{Services as _, VpcAttribute};

use super::{answering, story};

#[tokio::test]
async fn peering() {
    let (services, replay) = answering(
        200,
        r#"<DescribeVpcPeeringConnectionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>7a62c49f</requestId>
  <vpcPeeringConnectionSet>
    <item>
      <vpcPeeringConnectionId>pcx-0f1e2d3c4b5a69788</vpcPeeringConnectionId>
      <requesterVpcInfo>
        <ownerId>999900001111</ownerId>
        <vpcId>vpc-0a0a0a0a0a0a0a0a0</vpcId>
        <cidrBlock>192.168.240.0/21</cidrBlock>
        <cidrBlockSet><item><cidrBlock>192.168.240.0/21</cidrBlock></item></cidrBlockSet>
        <region>eu-west-1</region>
        <peeringOptions>
          <allowEgressFromLocalClassicLinkToRemoteVpc>false</allowEgressFromLocalClassicLinkToRemoteVpc>
          <allowDnsResolutionFromRemoteVpc>true</allowDnsResolutionFromRemoteVpc>
        </peeringOptions>
      </requesterVpcInfo>
      <accepterVpcInfo>
        <ownerId>444455556666</ownerId>
        <vpcId>vpc-0b0b0b0b0b0b0b0b0</vpcId>
        <region>eu-west-1</region>
      </accepterVpcInfo>
      <status>
        <code>pending-acceptance</code>
        <message>Pending Acceptance by 444455556666</message>
      </status>
      <expirationTime>2026-03-08T09:30:00.000Z</expirationTime>
      <tagSet/>
    </item>
  </vpcPeeringConnectionSet>
</DescribeVpcPeeringConnectionsResponse>"#,
    )
    .await;
    let found = services.peering("pcx-0f1e2d3c4b5a69788").await.unwrap();
    insta::assert_snapshot!("peering", story(&replay, found));
}

#[tokio::test]
async fn accepting() {
    let (services, replay) = answering(
        200,
        "<AcceptVpcPeeringConnectionResponse><vpcPeeringConnection><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId><status><code>provisioning</code></status></vpcPeeringConnection></AcceptVpcPeeringConnectionResponse>",
    )
    .await;
    let accepted = services.accept_peering("pcx-0f1e2d3c4b5a69788").await;
    insta::assert_snapshot!("accepting", story(&replay, accepted.is_ok()));
}

/// The first attempt of the call took effect, and its answer was lost.
#[tokio::test]
async fn accepting_what_waits_for_no_answer_any_more() {
    let (services, _) = answering(
        400,
        "<Response><Errors><Error><Code>InvalidStateTransition</Code><Message>Invalid state transition for pcx-1, attempted to transition from active to provisioning</Message></Error></Errors></Response>",
    )
    .await;
    services.accept_peering("pcx-1").await.unwrap();
}

#[tokio::test]
async fn vpc() {
    let (services, replay) = answering(
        200,
        "<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-0b</vpcId><state>available</state><cidrBlock>10.20.0.0/16</cidrBlock><cidrBlockAssociationSet><item><cidrBlock>10.20.0.0/16</cidrBlock><associationId>a</associationId><cidrBlockState><state>associated</state></cidrBlockState></item><item><cidrBlock>10.30.0.0/16</cidrBlock><cidrBlockState><state>failed</state></cidrBlockState></item></cidrBlockAssociationSet><isDefault>false</isDefault></item></vpcSet></DescribeVpcsResponse>",
    )
    .await;
    let found = services.vpc("vpc-0b").await.unwrap();
    insta::assert_snapshot!("vpc", story(&replay, found));
}

#[tokio::test]
async fn vpc_attributes() {
    let (services, replay) = answering(
        200,
        "<DescribeVpcAttributeResponse><vpcId>vpc-0b</vpcId><enableDnsSupport><value>true</value></enableDnsSupport></DescribeVpcAttributeResponse>",
    )
    .await;
    let support = services
        .vpc_attribute("vpc-0b", VpcAttribute::DnsSupport)
        .await;
    insta::assert_snapshot!("vpc_attribute", story(&replay, support.unwrap()));

    let (services, _) = answering(
        200,
        "<DescribeVpcAttributeResponse><vpcId>vpc-0b</vpcId><enableDnsHostnames><value>false</value></enableDnsHostnames></DescribeVpcAttributeResponse>",
    )
    .await;
    let off = services
        .vpc_attribute("vpc-0b", VpcAttribute::DnsHostnames)
        .await;
    assert!(!off.unwrap());
    // An answer to another question is none.
    let other = services
        .vpc_attribute("vpc-0b", VpcAttribute::DnsSupport)
        .await;
    assert!(other.is_err());
}

#[tokio::test]
async fn routes() {
    let (services, replay) = answering(
        200,
        "<DescribeRouteTablesResponse><routeTableSet><item><routeTableId>rtb-0a</routeTableId><vpcId>vpc-0b</vpcId><routeSet><item><destinationCidrBlock>10.20.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item><item><destinationCidrBlock>192.168.240.0/21</destinationCidrBlock><vpcPeeringConnectionId>pcx-0f</vpcPeeringConnectionId><state>blackhole</state><origin>CreateRoute</origin></item><item><destinationCidrBlock>10.99.0.0/16</destinationCidrBlock><vpcPeeringConnectionId>pcx-other</vpcPeeringConnectionId><state>active</state></item></routeSet></item></routeTableSet><nextToken>3</nextToken></DescribeRouteTablesResponse>",
    )
    .await;
    let next = Some("2".to_owned());
    let routes = services.peering_routes("pcx-0f", next).await.unwrap();
    insta::assert_snapshot!("routes", story(&replay, routes));
}

#[tokio::test]
async fn addresses() {
    let (services, replay) = answering(
        200,
        "<DescribeAddressesResponse><addressesSet><item><publicIp>192.0.2.1</publicIp><allocationId>eipalloc-1</allocationId></item><item><publicIp>192.0.2.2</publicIp><serviceManaged>alb</serviceManaged></item><item><publicIp>192.0.2.3</publicIp></item></addressesSet></DescribeAddressesResponse>",
    )
    .await;
    let addresses = services.addresses().await.unwrap();
    insta::assert_snapshot!("addresses", story(&replay, addresses));
}

#[tokio::test]
async fn hosted_zone() {
    let (services, replay) = answering(
        200,
        r#"<?xml version="1.0" encoding="UTF-8"?>
<GetHostedZoneResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/">
   <HostedZone>
      <Id>/hostedzone/Z0123456789STAGING</Id>
      <Name>staging.lemonade.example.</Name>
      <CallerReference>1</CallerReference>
      <Config><Comment>ours</Comment><PrivateZone>false</PrivateZone></Config>
      <ResourceRecordSetCount>17</ResourceRecordSetCount>
   </HostedZone>
   <DelegationSet>
      <NameServers>
         <NameServer>ns-2048.awsdns-64.com</NameServer>
         <NameServer>ns-2049.awsdns-65.net.</NameServer>
      </NameServers>
   </DelegationSet>
</GetHostedZoneResponse>"#,
    )
    .await;
    let zone = services.hosted_zone("Z0123456789STAGING").await.unwrap();
    insta::assert_snapshot!("hosted_zone", story(&replay, zone));
}

#[tokio::test]
async fn hosted_zones_of_a_name() {
    let (services, replay) = answering(
        200,
        "<ListHostedZonesByNameResponse><HostedZones><HostedZone><Id>/hostedzone/Z1</Id><Name>lemonade.example.</Name><Config><PrivateZone>true</PrivateZone></Config></HostedZone><HostedZone><Id>/hostedzone/Z2</Id><Name>lemonade.example.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone><HostedZone><Id>/hostedzone/Z3</Id><Name>other.example.</Name></HostedZone></HostedZones><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesByNameResponse>",
    )
    .await;
    let zones = services
        .hosted_zones_named("lemonade.example")
        .await
        .unwrap();
    insta::assert_snapshot!("hosted_zones", story(&replay, zones));
}

#[tokio::test]
async fn delegation() {
    const RECORD: &str = "<ListResourceRecordSetsResponse><ResourceRecordSets><ResourceRecordSet><Name>staging.lemonade.example.</Name><Type>NS</Type><TTL>172800</TTL><ResourceRecords><ResourceRecord><Value>ns-1.awsdns-01.com.</Value></ResourceRecord><ResourceRecord><Value>ns-2.awsdns-02.net.</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></ResourceRecordSets><IsTruncated>true</IsTruncated><MaxItems>1</MaxItems></ListResourceRecordSetsResponse>";
    let (services, replay) = answering(200, RECORD).await;
    let found = services.delegation("Z1", "staging.lemonade.example").await;
    insta::assert_snapshot!("delegation", story(&replay, found.unwrap()));
    // Without a record of this name, the list continues with the next name.
    let (services, _) = answering(200, RECORD).await;
    let found = services.delegation("Z1", "a.lemonade.example").await;
    assert_eq!(found.unwrap(), None);
}

#[tokio::test]
async fn vpcs() {
    let (services, replay) = answering(
        200,
        "<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1</vpcId><isDefault>true</isDefault></item><item><vpcId>vpc-2</vpcId></item></vpcSet></DescribeVpcsResponse>",
    )
    .await;
    let count = services.vpcs().await.unwrap();
    insta::assert_snapshot!("vpcs", story(&replay, count));
}

#[tokio::test]
async fn load_balancers() {
    let (services, replay) = answering(
        200,
        "<DescribeLoadBalancersResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\"><DescribeLoadBalancersResult><LoadBalancers><member><LoadBalancerName>a</LoadBalancerName><Type>application</Type></member><member><LoadBalancerName>n</LoadBalancerName><Type>network</Type></member><member><LoadBalancerName>g</LoadBalancerName><Type>gateway</Type></member></LoadBalancers><NextMarker>2</NextMarker></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>",
    )
    .await;
    let page = services.load_balancers(Some("1".to_owned())).await.unwrap();
    insta::assert_snapshot!("load_balancers", story(&replay, page));
}

#[tokio::test]
async fn machine_image() {
    let (services, replay) = answering(
        200,
        "<DescribeImagesResponse><imagesSet><item><imageId>ami-0123456789abcdef0</imageId><imageLocation>amazon/al2023-ami-ecs-hvm-2023.0.20260201-kernel-6.1-x86_64</imageLocation><imageState>available</imageState><imageOwnerId>591542846629</imageOwnerId><creationDate>2026-02-04T19:01:30.000Z</creationDate><architecture>x86_64</architecture><name>al2023-ami-ecs-hvm-2023.0.20260201-kernel-6.1-x86_64</name><deprecationTime>2028-02-04T19:01:30.000Z</deprecationTime></item></imagesSet></DescribeImagesResponse>",
    )
    .await;
    let image = services
        .machine_image("ami-0123456789abcdef0")
        .await
        .unwrap();
    insta::assert_snapshot!("machine_image", story(&replay, image));

    let (services, _) = answering(
        200,
        "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>",
    )
    .await;
    assert_eq!(services.machine_image("ami-0").await.unwrap(), None);
}

/// The list continues with other names, and a wildcard is written as an octal code.
#[tokio::test]
async fn records() {
    let record = |name: &str, kind: &str| {
        format!("<ResourceRecordSet><Name>{name}</Name><Type>{kind}</Type></ResourceRecordSet>")
    };
    let (services, replay) = answering(
        200,
        &format!(
            "<ListResourceRecordSetsResponse><ResourceRecordSets>{}{}{}</ResourceRecordSets><IsTruncated>true</IsTruncated></ListResourceRecordSetsResponse>",
            record("\\052.staging.lemonade.example.", "A"),
            record("\\052.staging.lemonade.example.", "TXT"),
            record("_a.staging.lemonade.example.", "CNAME"),
        ),
    )
    .await;
    let records = services
        .records("Z0123456789STAGING", "*.staging.lemonade.example")
        .await
        .unwrap();
    insta::assert_snapshot!("records", story(&replay, records));
}
