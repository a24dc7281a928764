# The release: the assembly and the program that deploys it, made once by stage Build and run by every stage
# after it. Sourced by all of them.
#
#   release_digest FOLDER   prints one SHA-256 for all files of a release
#   take_release            compares the release that was handed on with $RELEASE_DIGEST; sets $deployer and
#                           $assembly
#
# The files come from the artifact bucket, the digest from the pipeline: write access to one doesn't allow
# changing the other.

release_digest() {
  (
    set -euo pipefail
    cd "$1"
    find . -type f -print0 | LC_ALL=C sort --zero-terminated | xargs --null sha256sum | sha256sum |
      cut --delimiter=' ' --fields=1
  )
}

take_release() {
  if [[ -z ${CODEBUILD_SRC_DIR_Release:-} || -z ${RELEASE_DIGEST:-} ]]; then
    echo "error: the deployed pipeline has no stage Build, and hands on no release; a person updates it, once:" >&2
    echo "  cargo xtask bootstrap --env $ENVIRONMENT" >&2
    exit 1
  fi
  found=$(release_digest "$CODEBUILD_SRC_DIR_Release")
  if [[ $found != "$RELEASE_DIGEST" ]]; then
    echo "error: this is not the release that stage Build made: its digest is $found, not $RELEASE_DIGEST" >&2
    exit 1
  fi
  export assembly=$CODEBUILD_SRC_DIR_Release/assembly
  export deployer=$CODEBUILD_SRC_DIR_Release/bin/deployer
  # A zip keeps no permissions.
  chmod +x "$deployer"
}
