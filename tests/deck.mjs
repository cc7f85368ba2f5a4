// Uses the slides as a teacher does, with keys and from a file, and prints what was seen as JSON.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { rmSync, readFileSync } from "node:fs";
const require = createRequire(process.cwd() + "/package.json");
const { chromium } = require("playwright-core");
const [executablePath, file] = process.argv.slice(2);
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args: flags });
const address = pathToFileURL(file).href;
const seen = { asked: [] };
const context = await browser.newContext({ viewport: { width: 1240, height: 900 } });
const page = await context.newPage();
page.on("request", (request) => /^(file|data):/.test(request.url()) || seen.asked.push(request.url()));
page.on("pageerror", (error) => seen.asked.push(error.message));
await page.goto(address);

const where = (on = page) => on.textContent(".position");
const view = (on = page) => on.evaluate(() => document.body.dataset.view);
const visible = (selector, on = page) => on.$$eval(selector, (found) => found.filter((one) => one.getClientRects().length).length);
const pages = async () => {
  const made = `${file}.pdf`;
  await page.pdf({ path: made, preferCSSPageSize: true, printBackground: true });
  const count = (readFileSync(made, "latin1").match(/\/Type \/Page\b/g) || []).length;
  rmSync(made);
  return count;
};

seen.start = await where();
seen.next = [];
for (const key of ["ArrowRight", "Space", "PageDown", "ArrowRight"]) {
  await page.keyboard.press(key);
  seen.next.push(await where());
}
seen.said = (await page.textContent("[role=status]")).replace(/\u00a0/g, " ");
await page.keyboard.press("ArrowLeft");
seen.back = await where();
seen.ends = [];
for (const key of ["End", "Home"]) {
  await page.keyboard.press(key);
  seen.ends.push(await where());
}

await page.keyboard.press("n");
seen.notes = {
  view: await view(),
  words: await page.isVisible(".now .notes .say"),
  next: await page.getAttribute(".next", "aria-labelledby"),
  clock: await page.isVisible("[role=timer]"),
};
const withNotes = await pages();
await page.keyboard.press("Escape");
seen.left = await view();
seen.printed = { slides: await pages(), notes: withNotes };

await page.keyboard.press("o");
const shown = await visible(".slide");
await page.keyboard.press("ArrowRight");
await page.keyboard.press("Enter");
seen.overview = { shown, picked: await where(), view: await view() };

await page.keyboard.press("?");
seen.keys = [await page.isVisible("dialog")];
await page.click(".letters");
await page.keyboard.press("Escape");
seen.keys.push(await page.isVisible("dialog"));
await page.keyboard.press("n");
seen.letters = await view();
await page.click("[data-do=keys]");
await page.click(".letters");
await page.keyboard.press("Escape");

seen.dark = [];
for (let at = 0; at < 2; at++) {
  await page.keyboard.press("d");
  seen.dark.push(await page.evaluate(() => document.documentElement.classList.contains("dark")));
}

const [second] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("w")]);
await second.waitForSelector(".now .notes");
await page.keyboard.press("ArrowRight");
await second.waitForTimeout(300);
const follows = await where(second);
await second.keyboard.press("ArrowRight");
await page.waitForTimeout(300);
seen.second = { view: await view(second), follows, leads: await where() };
await context.close();

const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1240, height: 900 } });
const still = await plain.newPage();
await still.goto(address);
const all = await still.locator(".slide:visible").count();
await still.locator("summary").nth(1).click();
seen.scriptless = { slides: all, notes: await still.locator("details[open] .say").first().isVisible() };
await plain.close();

const phone = await browser.newPage({ viewport: { width: 360, height: 740 } });
await phone.goto(address);
seen.narrow = 0;
for (let at = 0; at < 12; at++) {
  await phone.keyboard.press("PageDown");
  seen.narrow = Math.max(seen.narrow, await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth));
}
await browser.close();
console.log(JSON.stringify(seen));
