# Installs the toolchain that `Cargo.toml` asks for; sourced by every buildspec of the
# definition. What the build image has by default is not relied on: its next version comes unasked,
# and would break the check that has to pass before anything can be mended (aws-cdk#36120). Of
# Python and Node.js the image has several versions; buildspecs that need them say which.
set -euo pipefail

version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
command -v cc >/dev/null || dnf install --quiet --assumeyes gcc
curl --proto '=https' --tlsv1.2 --fail --silent --show-error https://sh.rustup.rs |
  sh -s -- -y --quiet --no-modify-path --profile minimal --default-toolchain "$version" \
    --component clippy,rustfmt
export PATH="$HOME/.cargo/bin:$PATH"
cargo --version
