"""The AWS CDK's command line: two stacks of a prepared assembly deployed, changed and destroyed.

    python aws_cdk.py ENDPOINT NODE PACKAGES

The assemblies in `cdk` are as an app with `BootstraplessSynthesizer` makes them: templates are sent inline, and no bucket or
role of a bootstrapped account is used.
"""

import sys
import tempfile
from pathlib import Path

from programs import Programs, stacks

ASSEMBLIES = Path(__file__).with_name("cdk")


def main(endpoint, node, packages):
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(endpoint, folder)

        def cdk(verb, assembly, *arguments, **expected):
            return programs.run(
                *(node, Path(packages, "aws-cdk/bin/cdk"), verb, *arguments),
                *("--app", ASSEMBLIES / assembly, "--no-notices", "--no-version-reporting", "--no-color"),
                folder=folder,
                # No telemetry, and no look for a newer version.
                CDK_DISABLE_CLI_TELEMETRY="true",
                CDK_DISABLE_VERSION_CHECK="true",
                CI="true",
                **expected,
            )

        deploy = ("--all", "--require-approval", "never")
        cdk("deploy", "first", *deploy)
        print("deployed\n" + stacks(endpoint))
        difference = cdk("diff", "second", "base")
        print("\n".join(["", *(line.rstrip() for line in difference.splitlines() if line.startswith("["))]))
        cdk("deploy", "second", *deploy)
        print("\nchanged\n" + stacks(endpoint))
        again = cdk("deploy", "second", *deploy)
        print("\n" + "\n".join(line.strip() for line in again.splitlines() if "no changes" in line))
        print(cdk("drift", "second", "--fail").splitlines()[-1].strip())
        # The stack that the other one imports from can't go first.
        cdk("destroy", "second", "base", "--exclusively", "--force", fails="base:ExportsOutputRefOrdersC0FFEE01")
        cdk("destroy", "second", "--all", "--force")
        print("\ndestroyed\n" + stacks(endpoint))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
