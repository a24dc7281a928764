//! Resources without mistakes, in forms that people write.

use property_schemas::validate_template;
use serde_json::json;

#[test]
fn a_template_without_mistakes_has_no_violation() {
    let template = json!({
        "Parameters": {
            "Cidr": { "Type": "String", "Default": "10.0.0.0/16" },
            "Zones": { "Type": "CommaDelimitedList" },
            "Image": { "Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/aws/service/ami" },
        },
        "Conditions": { "Large": { "Fn::Equals": ["a", "b"] } },
        "Resources": {
            "Vpc": { "Type": "AWS::EC2::VPC", "Properties": {
                "CidrBlock": { "Ref": "Cidr" }, "EnableDnsSupport": "true",
                "Tags": [{ "Key": "Name", "Value": { "Fn::Sub": "${AWS::StackName}-vpc" } }]
            } },
            "Subnet": { "Type": "AWS::EC2::Subnet", "Properties": {
                "VpcId": { "Ref": "Vpc" }, "CidrBlock": { "Fn::Select": [0, { "Fn::Cidr": [{ "Ref": "Cidr" }, 2, "8"] }] },
                "AvailabilityZone": { "Fn::Select": ["0", { "Fn::GetAZs": "" }] }
            } },
            "Group": { "Type": "AWS::EC2::SecurityGroup", "Properties": {
                "GroupDescription": "web", "VpcId": { "Fn::GetAtt": "Vpc.VpcId" },
                "SecurityGroupIngress": [
                    { "IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "CidrIp": "0.0.0.0/0" },
                    { "IpProtocol": -1, "CidrIp": { "Ref": "Cidr" } },
                    { "Fn::If": ["Large", { "IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "CidrIpv6": "::/0" }, { "Ref": "AWS::NoValue" }] }
                ]
            } },
            "Bucket": { "Type": "AWS::S3::Bucket" },
            "Policy": { "Type": "AWS::S3::BucketPolicy", "Properties": {
                "Bucket": { "Ref": "Bucket" },
                "PolicyDocument": { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                    "Resource": { "Fn::Sub": "${Bucket.Arn}/*" }, "Condition": { "Bool": { "aws:SecureTransport": "true" } } }] }
            } },
            "Role": { "Type": "AWS::IAM::Role", "Properties": {
                "AssumeRolePolicyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": []}",
                "ManagedPolicyArns": [{ "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess" }],
                "Tags": [{ "Key": "Größe", "Value": "" }]
            } },
            "Function": { "Type": "AWS::Lambda::Function", "Properties": {
                "Code": { "ZipFile": "def handler(event, context): pass" }, "Handler": "index.handler", "Runtime": "python3.13",
                "Role": { "Fn::GetAtt": ["Role", "Arn"] }, "Timeout": "30",
                "Environment": { "Variables": { "BUCKET": { "Ref": "Bucket" }, "DEBUG": true } },
                "VpcConfig": { "SubnetIds": [{ "Ref": "Subnet" }], "SecurityGroupIds": [{ "Fn::GetAtt": ["Group", "GroupId"] }] }
            } },
            "Topic": { "Type": "AWS::SNS::Topic", "Properties": { "Subscription": [
                { "Protocol": "lambda", "Endpoint": { "Fn::GetAtt": ["Function", "Arn"] } }
            ] } },
            "Template": { "Type": "AWS::EC2::LaunchTemplate", "Properties": { "LaunchTemplateData": {
                "ImageId": { "Ref": "Image" }, "InstanceType": "t4g.small", "UserData": { "Fn::Base64": "#!/bin/sh" },
                "BlockDeviceMappings": [{ "DeviceName": "/dev/xvda", "Ebs": { "VolumeSize": 30, "Encrypted": true } }]
            } } },
            "Machines": { "Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {
                "MinSize": 1, "MaxSize": "2", "VPCZoneIdentifier": [{ "Ref": "Subnet" }],
                "LaunchTemplate": { "LaunchTemplateId": { "Ref": "Template" }, "Version": { "Fn::GetAtt": ["Template", "LatestVersionNumber"] } }
            } },
            "Balancer": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {
                "Subnets": { "Fn::Split": [",", { "Fn::ImportValue": "subnets" }] }, "SecurityGroups": [{ "Ref": "Group" }]
            } },
            "Targets": { "Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {
                "Port": 80, "Protocol": "HTTP", "VpcId": { "Ref": "Vpc" }, "TargetType": "ip", "Matcher": { "HttpCode": "200" }
            } },
            "Listener": { "Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
                "LoadBalancerArn": { "Ref": "Balancer" }, "Port": 80, "Protocol": "HTTP",
                "DefaultActions": [{ "Type": "forward", "TargetGroupArn": { "Ref": "Targets" } }]
            } },
            "Alias": { "Type": "AWS::Route53::RecordSet", "Properties": {
                "HostedZoneName": "example.com.", "Name": "www.example.com", "Type": "A",
                "AliasTarget": { "DNSName": { "Fn::GetAtt": ["Balancer", "DNSName"] }, "HostedZoneId": { "Fn::GetAtt": ["Balancer", "CanonicalHostedZoneID"] } }
            } },
            "Record": { "Type": "AWS::Route53::RecordSet", "Properties": {
                "HostedZoneId": "Z1", "Name": "mail.example.com", "Type": "TXT", "TTL": 300, "ResourceRecords": ["\"v=spf1 -all\""]
            } },
            "Task": { "Type": "AWS::ECS::TaskDefinition", "Properties": {
                "Family": "web", "Cpu": 256, "Memory": "512", "NetworkMode": "awsvpc", "RequiresCompatibilities": ["FARGATE"],
                "ContainerDefinitions": [{
                    "Name": "web", "Image": "nginx", "PortMappings": [{ "ContainerPort": 80 }],
                    "LogConfiguration": { "LogDriver": "awslogs", "Options": { "awslogs-group": "a", "awslogs-region": { "Ref": "AWS::Region" } } }
                }]
            } },
            "Alarm": { "Type": "AWS::CloudWatch::Alarm", "Properties": {
                "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 2, "MetricName": "CPUUtilization", "Namespace": "AWS/ECS",
                "Period": 60, "Statistic": "Average", "Threshold": 0.5, "AlarmActions": [{ "Ref": "Topic" }]
            } },
            "Custom": { "Type": "Custom::Thing", "Properties": { "ServiceToken": { "Fn::GetAtt": ["Function", "Arn"] }, "Any": [true] } },
            "Unknown": { "Type": "AWS::Zoo::Cage", "Properties": { "Any": 1 } },
        },
    });
    let found: Vec<String> = validate_template(&template)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, [""; 0]);
}
