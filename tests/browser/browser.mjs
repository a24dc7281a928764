// The pinned browser, offline.

import { createRequire } from "node:module";
import { join } from "node:path";

/** Starts the browser of the folder that `cargo xtask test` fills, or the one that BROWSER names. */
export async function launch(folder) {
  const require = createRequire(join(folder, "package.json"));
  const { chromium } = require("playwright-core");
  const browser = join(folder, "browser");
  const own = process.env.BROWSER;
  return chromium.launch({
    executablePath: own ?? join(browser, "chromium"),
    // The machines that run tests have neither user namespaces nor a GPU; pages come from a file.
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    env: own
      ? process.env
      : {
          ...process.env,
          LD_LIBRARY_PATH: join(browser, "lib"),
          FONTCONFIG_FILE: join(browser, "fonts.conf"),
        },
  });
}

/** The source of axe-core, to be evaluated in a page. */
export function axe(folder) {
  return createRequire(join(folder, "package.json"))("axe-core").source;
}
