//! CloudFormation's quotas of one template.

use common_template::{
    List, Mapping, Output, Parameter, ResourceExt, RollingUpdate, Template, UpdatePolicy, Value,
    check, dynamic,
};
use insta::assert_snapshot;

use crate::support::{Group, Thing, checked, refusal, template};

/// A template with `count` of something, added by a function of their index.
fn with(count: usize, add: impl Fn(&mut Template, usize)) -> Template {
    let mut template = template();
    for index in 0..count {
        add(&mut template, index);
    }
    template
}

#[test]
fn resources() {
    let add = |template: &mut Template, index: usize| {
        template.add(format!("Thing{index}"), Thing::default());
    };
    checked(with(499, add));
    assert_snapshot!(refusal(with(500, add)), @"support.rs:LINE: resources: 501, the limit is 500");
}

#[test]
fn outputs() {
    let add = |template: &mut Template, index: usize| {
        template.output(format!("Output{index}"), Output::new::<String>("", "1"));
    };
    checked(with(199, add));
    assert_snapshot!(
        refusal(with(200, add)),
        @"support.rs:LINE: outputs, the digest included: 201, the limit is 200"
    );
}

#[test]
fn parameters() {
    let add = |template: &mut Template, index: usize| {
        template.parameter(format!("Parameter{index}"), Parameter::string(""));
    };
    checked(with(200, add));
    assert_snapshot!(
        refusal(with(201, add)),
        @"support.rs:LINE: parameters: 201, the limit is 200"
    );
}

#[test]
fn mappings() {
    let add = |template: &mut Template, index: usize| {
        template.mapping(format!("M{index}"), Mapping::default().with("a", "b", "c"));
    };
    checked(with(200, add));
    assert_snapshot!(refusal(with(201, add)), @"support.rs:LINE: mappings: 201, the limit is 200");
}

#[test]
fn keys_of_a_mapping() {
    let keys = |first: usize, second: usize| {
        let mut mapping = Mapping::default();
        for index in 0..first {
            mapping = mapping.with(&format!("first{index}"), "a", "b");
        }
        for index in 0..second {
            mapping = mapping.with("first0", &format!("second{index}"), "b");
        }
        with(1, |template, _| template.mapping("M", mapping.clone()))
    };
    checked(keys(200, 199));
    assert_snapshot!(refusal(keys(201, 200)), @"
    limits.rs:LINE: top-level keys of mapping `M`: 201, the limit is 200
    limits.rs:LINE: keys of mapping `M` under `first0`: 201, the limit is 200
    ");
    let mut template = template();
    template.mapping("M", Mapping::default().with(&"k".repeat(256), "a", "b"));
    let refusal = refusal(template).replace(&"k".repeat(256), "kkk…");
    assert_snapshot!(refusal, @"limits.rs:LINE: characters of key `kkk…` of mapping `M`: 256, the limit is 255");
}

#[test]
fn descriptions() {
    let described = |length: usize, section: &str| {
        let text = "x".repeat(length);
        let mut template = Template::new(if section == "template" { &text } else { "" });
        template.add("Thing", Thing::default());
        match section {
            "output" => template.output("Out", Output::new::<String>(&text, "1")),
            "parameter" => drop(template.parameter("In", Parameter::string(&text))),
            _ => {}
        }
        template
    };
    checked(described(1024, "template"));
    checked(described(1024, "output"));
    checked(described(4000, "parameter"));
    assert_snapshot!(
        refusal(described(1025, "template")),
        @"limits.rs:LINE: bytes of description: 1025, the limit is 1024"
    );
    assert_snapshot!(
        refusal(described(1025, "output")),
        @"limits.rs:LINE: characters of the description of output `Out`: 1025, the limit is 1024"
    );
    assert_snapshot!(
        refusal(described(4001, "parameter")),
        @"limits.rs:LINE: characters of the description of parameter `In`: 4001, the limit is 4000"
    );
}

#[test]
fn values_of_parameters() {
    let mut template = template();
    template.parameter("In", Parameter::string("").default_value(&"x".repeat(4097)));
    template.parameter(
        "Choice",
        Parameter::string("").allowed(&["a", &"x".repeat(4097)]),
    );
    assert_snapshot!(refusal(template), @"
    limits.rs:LINE: bytes of a value of parameter `In`: 4097, the limit is 4096
    limits.rs:LINE: bytes of a value of parameter `Choice`: 4097, the limit is 4096
    ");
}

#[test]
fn export_names() {
    let named = |length: usize| {
        let mut template = template();
        let output = Output::new::<String>("", "1").export("x".repeat(length));
        template.output("Out", output);
        template
    };
    checked(named(255));
    assert_snapshot!(
        refusal(named(256)),
        @"limits.rs:LINE: characters of the export name of output `Out`: 256, the limit is 255"
    );
}

#[test]
fn dynamic_references() {
    let referring = |count: usize| {
        let texts: List<String> = (0..count).map(|_| dynamic::ssm("/a", None)).collect();
        let mut template = Template::new("");
        template.add("Thing", Thing::default().with("P", texts));
        template
    };
    checked(referring(60));
    assert_snapshot!(
        refusal(referring(61)),
        @"limits.rs:LINE: dynamic references: 61, the limit is 60"
    );
}

#[test]
fn the_pause_of_a_rolling_update() {
    let paused = |signal_timeout_minutes: u32| {
        let rolling = RollingUpdate {
            min_instances_in_service: 2,
            max_batch_size: 1,
            signal_timeout_minutes,
            suspend_processes: &[],
        };
        let mut template = Template::new("");
        template.add(
            "Group",
            Group::default().update_policy(UpdatePolicy::Rolling(rolling)),
        );
        template
    };
    checked(paused(60));
    assert_snapshot!(
        refusal(paused(61)),
        @"limits.rs:LINE: minutes of pause in the rolling update of `Group`: 61, the limit is 60"
    );
}

#[test]
fn bytes_of_the_template() {
    let sized = |padding: usize| {
        let mut template = Template::new("");
        let text: Value<String> = Value::trusted("x".repeat(padding));
        template.add("Thing", Thing::default().with("P", text));
        template
    };
    let overhead = checked(sized(0)).minified().len();
    let most = check::limits::INLINE_BYTES - overhead;
    assert_eq!(checked(sized(most)).minified().len(), 51_200);
    assert_snapshot!(
        refusal(sized(most + 1)),
        @"limits.rs:LINE: bytes of the minified template: 51201, the limit is 51200"
    );
}

#[test]
fn a_long_chain_is_refused_and_not_a_crash() {
    let mut template = Template::new("");
    let mut previous = template.add("Thing0", Thing::default());
    for index in 1..20_000 {
        let thing = Thing::default().with("P", previous.reference());
        let thing = thing.depends_on(&previous);
        previous = template.add(format!("Thing{index}"), thing);
    }
    assert_snapshot!(refusal(template), @"limits.rs:LINE: resources: 20000, the limit is 500");
}
