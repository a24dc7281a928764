#!/usr/bin/env bash
# Plans and deploys exactly that, where nobody can be asked. What has to be acknowledged is, in
# `acknowledgements.toml`, or nothing is done.
#
#   plan-and-deploy.sh [--only STACK]
set -euo pipefail

# Below `target`, which is no change of the sources.
plan=target/plan.json
mkdir -p target

# A plan brings stuck stacks back, or deploys; what is done after the one is known only then. Exit
# code 11: plan again.
for _ in 1 2 3; do
  cargo xtask plan --env "$ENVIRONMENT" --require-acknowledged --out "$plan" "$@"
  code=0
  cargo xtask deploy --env "$ENVIRONMENT" --plan "$plan" --confirm "$ENVIRONMENT" || code=$?
  if [[ $code != 11 ]]; then
    exit "$code"
  fi
done
exit "$code"
