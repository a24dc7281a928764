// Opens pages in a browser and says what is wrong with them: `node check.mjs FOLDER PAGE…`.
//
// Prints one line for each page, theme and width; exits with 1 when something is wrong.

import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { axe, launch } from "./browser.mjs";

const [folder, ...pages] = process.argv.slice(2);
const THEMES = ["light", "dark"];
const WIDTHS = [390, 1280];

/** Text that leaves the window, its box or its drawing, and text on text. Runs in the page. */
function layoutProblems() {
  const problems = [];
  const root = document.documentElement;
  const seen = (element) => element.checkVisibility({ contentVisibilityAuto: true });
  const name = (element) => `${element.localName} "${element.textContent.trim().slice(0, 60)}"`;
  if (root.scrollWidth > innerWidth) {
    problems.push(`the page is ${root.scrollWidth} px wide`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest("svg") || element.closest(".skip") || element.matches("input") || !seen(element)) continue;
    const box = element.getBoundingClientRect();
    if (box.right > innerWidth + 0.5 || box.left < -0.5) problems.push(`${name(element)} leaves the window`);
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible") {
      problems.push(`${name(element)} is clipped`);
    }
  }
  const within = (inner, outer) =>
    inner.left >= outer.left - 0.5 &&
    inner.right <= outer.right + 0.5 &&
    inner.top >= outer.top - 0.5 &&
    inner.bottom <= outer.bottom + 0.5;
  for (const svg of document.querySelectorAll("svg")) {
    if (!seen(svg)) continue;
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    if (scale < 0.85) problems.push(`a drawing is shown at ${scale.toFixed(2)} of its size`);
    const texts = [...svg.querySelectorAll("text")];
    const boxes = texts.map((text) => text.getBoundingClientRect());
    texts.forEach((text, index) => {
      const outer = text.parentElement.querySelector(":scope > rect");
      const area = (text.parentElement === svg ? svg : (outer ?? svg)).getBoundingClientRect();
      if (!within(boxes[index], area)) problems.push(`${name(text)} leaves its box`);
      for (let other = 0; other < index; other += 1) {
        const [a, b] = [boxes[index], boxes[other]];
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // Lines of text are as high as their letters with accents, and touch.
        if (width > 1 && height > 4) problems.push(`${name(text)} is on ${name(texts[other])}`);
      }
    });
  }
  return problems;
}

/** What a keyboard alone reaches and does. */
async function keyboardProblems(page) {
  const problems = [];
  const reachable = await page.evaluate(() => {
    const groups = new Set([...document.querySelectorAll("input[type=radio]")].map((radio) => radio.name));
    const single = document.querySelectorAll("a[href]").length;
    const folds = [...document.querySelectorAll("summary")].filter((one) => one.checkVisibility());
    return single + groups.size + folds.length;
  });
  await page.evaluate(() => scrollTo(0, 0));
  const reached = [];
  for (let presses = 0; presses <= reachable + 5; presses += 1) {
    await page.keyboard.press("Tab");
    const now = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      const shown = element.matches("input") ? element.nextElementSibling : element;
      const style = getComputedStyle(shown);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const first = !element.dataset.reached;
      element.dataset.reached = "yes";
      return { name: `${element.localName} "${shown.textContent.slice(0, 40)}"`, outlined, first };
    });
    if (now === null || !now.first) break;
    reached.push(now.name);
    if (!now.outlined) problems.push(`${now.name} has the focus and does not show it`);
  }
  if (reached.length !== reachable) problems.push(`Tab reaches ${reached.length} of ${reachable} controls`);

  const summaries = await page.locator("summary:visible").all();
  for (const summary of summaries) {
    const isOpen = () => summary.evaluate((one) => one.parentElement.open);
    const before = await isOpen();
    await summary.focus();
    await page.keyboard.press("Enter");
    if ((await isOpen()) === before) problems.push(`Enter does not toggle ${await summary.innerText()}`);
  }
  // Every fold is open now, so that what filters hide is what is hidden.
  for (const group of ["kind", "environment"]) {
    const radios = await page.locator(`input[name=${group}]`).all();
    if (radios.length === 0) continue;
    await radios[0].focus();
    for (const radio of radios.slice(1)) {
      await page.keyboard.press("ArrowRight");
      if (!(await radio.isChecked())) problems.push(`an arrow does not choose the next ${group}`);
      const told = Number(await radio.evaluate((one) => one.nextElementSibling.querySelector("span").textContent));
      const shown = await page.locator(".consequence:visible").count();
      if (told !== shown) problems.push(`a filter by ${group} says ${told} and shows ${shown}`);
    }
    await page.keyboard.press("ArrowRight");
    if (!(await radios[0].isChecked())) problems.push(`the arrows do not come back to all of ${group}`);
  }
  return problems;
}

const browser = await launch(folder);
let failed = 0;
for (const path of pages) {
  for (const colorScheme of THEMES) {
    for (const width of WIDTHS) {
      const problems = [];
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      const url = pathToFileURL(path).href;
      page.on("console", (message) => problems.push(`the console says: ${message.text()}`));
      page.on("pageerror", (error) => problems.push(`an error: ${error}`));
      page.on("request", (request) => {
        if (request.url() !== url) problems.push(`it asks for ${request.url()}`);
      });
      await page.goto(url);
      const scripts = await page.locator("script, iframe, object, embed, [onload], [onerror], [onclick]").count();
      if (scripts > 0) problems.push(`it has ${scripts} elements that could run code`);
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const isDark = background.match(/\d+/g).slice(0, 3).every((part) => Number(part) < 64);
      if (isDark !== (colorScheme === "dark")) problems.push(`its background is ${background}`);
      problems.push(...(await page.evaluate(layoutProblems)));
      problems.push(...(await keyboardProblems(page)));
      // With every fold open.
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      problems.push(...(await page.evaluate(layoutProblems)));
      await page.evaluate(axe(folder));
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      for (const { id, help, nodes } of violations) {
        problems.push(`axe: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" ")}`);
      }
      await context.close();
      const unique = [...new Set(problems)];
      failed += unique.length;
      console.log(`${basename(path)}, ${colorScheme}, ${width} px: ${unique.length === 0 ? "ok" : "wrong"}`);
      for (const problem of unique) console.log(`  ${problem}`);
    }
  }
}
await browser.close();
process.exitCode = failed === 0 ? 0 : 1;
