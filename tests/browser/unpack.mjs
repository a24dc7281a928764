// Unpacks the browser that the package brings: `node unpack.mjs FOLDER`.
//
// The package is made for AWS Lambda, so it brings the libraries that a bare machine lacks. Its own unpacking takes a
// shared temporary folder and the fonts of Lambda.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const [folder] = process.argv.slice(2);
const packages = join(folder, "node_modules");
const browser = join(folder, "browser");
mkdirSync(browser, { recursive: true });
const unpacked = (name) =>
  brotliDecompressSync(readFileSync(join(packages, "@sparticuz/chromium/bin", `${name}.br`)));
writeFileSync(join(browser, "chromium"), unpacked("chromium"), { mode: 0o755 });
for (const name of ["al2023.tar", "fonts.tar", "swiftshader.tar"]) {
  execFileSync("tar", ["-x", "-C", browser], { input: unpacked(name) });
}
// The same fonts everywhere, so that text has the same width everywhere.
writeFileSync(
  join(browser, "fonts.conf"),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(browser, "fonts")}</dir>
  <dir>${join(packages, "dejavu-fonts-ttf/ttf")}</dir>
  <cachedir>${join(browser, "font-cache")}</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>ui-monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`,
);
// No test reads the packed files any more.
rmSync(join(packages, "@sparticuz/chromium/bin"), { recursive: true });
