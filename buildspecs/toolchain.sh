# Installs the toolchain that `Cargo.toml` asks for; sourced by every buildspec of the
# definition. What the build image has by default is not relied on: its next version comes unasked,
# and would break the check that has to pass before anything can be mended (aws-cdk#36120). Of
# Python and Node.js the image has several versions; buildspecs that need them say which.
set -euo pipefail

# What runs before anything of the repository does, with the rights of the stage, is a version that was
# chosen, and nothing else. Next ones: https://rust-lang.github.io/rustup/installation/other.html
rustup=1.28.2
sha256=20a06e644b0d9bd2fbdbfd52d42540bdde820ea7df86e92e533c073da0cdd43c

version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
command -v cc >/dev/null || dnf install --quiet --assumeyes gcc
# It takes its name for what it is asked to do.
installer=$(mktemp --directory)/rustup-init
curl --proto '=https' --tlsv1.2 --fail --silent --show-error --output "$installer" \
  "https://static.rust-lang.org/rustup/archive/$rustup/x86_64-unknown-linux-gnu/rustup-init"
sha256sum --check --quiet <<<"$sha256  $installer"
chmod +x "$installer"
"$installer" -y --quiet --no-modify-path --profile minimal --default-toolchain "$version" \
  --component clippy,rustfmt
export PATH="$HOME/.cargo/bin:$PATH"
cargo --version
# A lock file that lags behind would be resolved anew, to unreviewed versions.
cargo metadata --locked --format-version 1 --filter-platform x86_64-unknown-linux-gnu >/dev/null
