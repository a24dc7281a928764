#!/usr/bin/env bash
# Plans and deploys exactly that, where nobody can be asked. What has to be acknowledged is, in
# `acknowledgements.toml`, or nothing is done. Nor is anything when the environment has moved so
# that something has to be acknowledged which stage Check did not see.
#
#   plan-and-deploy.sh [--only STACK]
set -euo pipefail

# Below `target`, which is no change of the sources.
plan=target/plan.json
mkdir -p target

seen=()
if [[ -n ${CODEBUILD_SRC_DIR_Findings:-} ]]; then
  seen=(--seen "$CODEBUILD_SRC_DIR_Findings/findings.json")
elif [[ "$*" == "--only cicd" ]]; then
  # A pipeline that does not hand them on yet is about to be replaced by one that does, which
  # begins again.
  echo "the pipeline hands on no findings of Check; it is updated without" >&2
else
  echo "error: the pipeline hands on no findings of Check" >&2
  exit 1
fi

# A plan brings stuck stacks back, or waits for what is going on, or deploys; what is done after the
# one is known only then. Exit code 11: plan again. Applications are released all the time, and each
# release may be met.
for _ in {1..20}; do
  cargo xtask plan --env "$ENVIRONMENT" --require-acknowledged --out "$plan" "${seen[@]}" "$@"
  code=0
  cargo xtask deploy --env "$ENVIRONMENT" --plan "$plan" --confirm "$ENVIRONMENT" || code=$?
  if [[ $code != 11 ]]; then
    exit "$code"
  fi
done
exit "$code"
