// Pictures of a page for a document: `node picture.mjs FOLDER PAGE IMAGES`. `IMAGES/review-light.png` and
// `review-dark.png` show what stands above the drawings, `review-drawing-….png` the last drawing.
//
// With UPDATE_DOCS=1 it writes them. Otherwise it compares them with the page as it is now, and exits with 1 when more
// than one in two hundred points differs.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const [folder, path, images] = process.argv.slice(2);
const SIZE = { width: 1056, height: 900 };
const MOST = 0.005;

/** The share of points that differ visibly. Runs in a page, which can read PNG. */
async function difference([one, other]) {
  const pixels = async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let differing = 0;
  for (let index = 0; index < a.data.length; index += 4) {
    const away = [0, 1, 2].some((part) => Math.abs(a.data[index + part] - b.data[index + part]) > 32);
    if (away) differing += 1;
  }
  return differing / (a.data.length / 4);
}

const browser = await launch(folder);
for (const colorScheme of ["light", "dark"]) {
  const context = await browser.newContext({ colorScheme, viewport: SIZE });
  const page = await context.newPage();
  await page.goto(pathToFileURL(path).href);
  const { y } = await page.locator("#drawing").boundingBox();
  const clip = { x: 0, y: 0, width: SIZE.width, height: Math.floor(y) - 16 };
  const pictures = {
    review: await page.screenshot({ fullPage: true, clip }),
    "review-drawing": await page.locator("figure:visible").last().screenshot(),
  };
  for (const [name, now] of Object.entries(pictures)) {
    const picture = join(images, `${name}-${colorScheme}.png`);
    if (process.env.UPDATE_DOCS) {
      writeFileSync(picture, now);
      continue;
    }
    const blank = await context.newPage();
    const pair = [now, readFileSync(picture)].map((data) => data.toString("base64"));
    const share = await blank.evaluate(difference, pair);
    if (share > MOST) {
      console.log(`${picture}: ${(share * 100).toFixed(1)} % of its points differ; UPDATE_DOCS=1 writes it`);
      process.exitCode = 1;
    }
  }
  await context.close();
}
await browser.close();
