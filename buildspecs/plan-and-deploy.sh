#!/usr/bin/env bash
# Plans, and deploys exactly that plan, without confirmation. Refuses changes that need acknowledgement and are
# not in `acknowledgements.toml`, or that stage Check did not see because the environment has changed since.
# Runs the release of stage Build in the root of the sources, where `acknowledgements.toml` is.
#
#   plan-and-deploy.sh [--only STACK]
set -euo pipefail

. "$(dirname "$0")/release.sh"
take_release

# Below `target`, which is no change of the sources.
plan=target/plan.json
mkdir -p target

if [[ -z ${CODEBUILD_SRC_DIR_Findings:-} ]]; then
  echo "error: the pipeline hands on no findings of Check" >&2
  exit 1
fi
seen=$CODEBUILD_SRC_DIR_Findings/findings.json

# A plan brings stuck stacks back, or waits for what is going on, or deploys; what is done after the
# one is known only then. Exit code 11: plan again. Applications are released all the time, and each
# release may be met.
for _ in {1..20}; do
  "$deployer" plan --env "$ENVIRONMENT" --assembly "$assembly" --require-acknowledged --out "$plan" --seen "$seen" "$@"
  code=0
  "$deployer" deploy --env "$ENVIRONMENT" --assembly "$assembly" --plan "$plan" --confirm "$ENVIRONMENT" || code=$?
  if [[ $code != 11 ]]; then
    exit "$code"
  fi
done
exit "$code"
