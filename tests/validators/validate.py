"""Runs cloudformation-validate, which has no command line, on templates of one environment.

usage: validate.py ACCOUNT REGION TEMPLATE...

Prints one JSON array of findings: {template, rule, severity, path, message}.
"""

import json
import sys

from cloudformation_validate import (
    CompositeEngine,
    PseudoParameterOverrides,
    ReportStatus,
    ValidateConfig,
)


def findings(engine, config, template):
    report = engine.validate_template(template, config)
    for diagnostic in report.diagnostics:
        entity = diagnostic.entity.logical_id if diagnostic.entity else None
        path = "/".join(part for part in (entity, diagnostic.property_path) if part)
        yield {
            "template": template,
            "rule": diagnostic.rule_id,
            "severity": diagnostic.severity.name.lower(),
            "path": path,
            "message": diagnostic.message,
        }
    # A report that says nothing because the analysis stopped is not a clean one.
    if report.status == ReportStatus.ANALYSIS_INCOMPLETE:
        yield {
            "template": template,
            "rule": "incomplete",
            "severity": "error",
            "path": "",
            "message": "the analysis is incomplete",
        }


def main(account, region, *templates):
    engine = CompositeEngine()
    overrides = PseudoParameterOverrides(account_id=account, region=region)
    config = ValidateConfig(pseudo_parameter_overrides=overrides)
    found = [entry for template in templates for entry in findings(engine, config, template)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
