#!/usr/bin/env bash
# Checks a proposal for the definition, and says what it would change in each environment, by
# comparing with what it is proposed for. Asks AWS for nothing and needs no secret.
#
#   pull-request.sh BRANCH [FILE]
#
# FILE gets what would change, as Markdown.
set -euo pipefail

base=${1:?the branch that it is proposed for}
summary=${2:-/dev/stdout}

. buildspecs/toolchain.sh

# A snapshot that differs is a failure here, never a new file.
export INSTA_UPDATE=no
# What would change is shown whether the tests pass or not: a snapshot that is not accepted yet is
# where it is wanted most.
ended=0
{ cargo xtask check --judges && cargo xtask test; } || ended=$?

# What it is proposed for, as it was when the proposal left it: what came since is no change of the
# proposal's. A clone of the proposal may have no other branch.
git rev-parse --quiet --verify "origin/$base^{commit}" > /dev/null ||
  git fetch --quiet origin "+refs/heads/$base:refs/remotes/origin/$base"
from=$(git merge-base HEAD "origin/$base")

mkdir -p target
for environment in staging production; do
  cargo xtask diff --env "$environment" --base "$from" > target/difference.txt
  {
    echo "## What changes in $environment"
    echo
    # Four, since what is shown may hold three. A summary holds a mebibyte.
    echo '````text'
    head --bytes 400000 target/difference.txt
    echo '````'
  } >> "$summary"
done
exit "$ended"
