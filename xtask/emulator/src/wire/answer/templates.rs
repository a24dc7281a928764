//! Answers about templates, exports and imports.

use cloudformation::Page;

use super::stacks::capabilities;
use crate::api::{Export, TemplateParameter, TemplateSummary};
use crate::wire::xml::Xml;

/// Without transforms, the template that was sent is the one that is processed.
pub(super) fn template(xml: &mut Xml, body: &str) {
    xml.text("TemplateBody", body);
    xml.texts("StagesAvailable", &["Original", "Processed"]);
}

pub(super) fn summary(xml: &mut Xml, summary: &TemplateSummary) {
    xml.list("Parameters", &summary.parameters, |xml, it| {
        xml.text("ParameterKey", &it.key);
        xml.optional("DefaultValue", it.default.as_deref());
        xml.text("ParameterType", &it.parameter_type);
        shown(xml, it);
        xml.nested("ParameterConstraints", |xml| {
            if !it.allowed.is_empty() {
                xml.texts("AllowedValues", &it.allowed);
            }
        });
    });
    xml.optional("Description", summary.description.as_deref());
    needs(xml, summary);
    xml.texts("ResourceTypes", &summary.resource_types);
    xml.optional("Version", summary.version.as_deref());
    xml.optional("Metadata", summary.metadata.as_deref());
    xml.list(
        "ResourceIdentifierSummaries",
        &summary.identifiers,
        |xml, it| {
            xml.text("ResourceType", &it.resource_type);
            xml.texts("LogicalResourceIds", &it.logical_ids);
            if !it.properties.is_empty() {
                xml.texts("ResourceIdentifiers", &it.properties);
            }
        },
    );
}

pub(super) fn validated(xml: &mut Xml, summary: &TemplateSummary) {
    xml.list("Parameters", &summary.parameters, |xml, it| {
        xml.text("ParameterKey", &it.key);
        xml.optional("DefaultValue", it.default.as_deref());
        shown(xml, it);
    });
    xml.optional("Description", summary.description.as_deref());
    needs(xml, summary);
}

fn shown(xml: &mut Xml, parameter: &TemplateParameter) {
    xml.value("NoEcho", parameter.no_echo);
    xml.optional("Description", parameter.description.as_deref());
}

fn needs(xml: &mut Xml, summary: &TemplateSummary) {
    capabilities(xml, &summary.capabilities);
    xml.optional("CapabilitiesReason", summary.capabilities_reason.as_deref());
}

pub(super) fn exports(xml: &mut Xml, page: &Page<Export>) {
    xml.list("Exports", &page.items, |xml, export| {
        xml.text("ExportingStackId", &export.stack_id);
        xml.text("Name", &export.name);
        xml.text("Value", &export.value);
    });
    xml.optional("NextToken", page.next.as_deref());
}

pub(super) fn imports(xml: &mut Xml, page: &Page<String>) {
    xml.texts("Imports", &page.items);
    xml.optional("NextToken", page.next.as_deref());
}
