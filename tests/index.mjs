// Uses the index as a teacher does, with keys and from a file, and prints what was seen as JSON.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const require = createRequire(process.cwd() + "/package.json");
const { chromium } = require("playwright-core");
const [executablePath, file] = process.argv.slice(2);
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args: flags });
const page = await browser.newPage({ viewport: { width: 1240, height: 900 } });
const seen = { asked: [] };
page.on("request", (request) => /^(file|data):/.test(request.url()) || seen.asked.push(request.url()));
page.on("pageerror", (error) => seen.asked.push(error.message));
await page.goto(pathToFileURL(file).href);

const count = () => page.textContent("#count");
const opened = () => page.$$eval(".lesson:not([hidden]) details[open]", (found) => found.map((one) => one.closest(".lesson").id));
const copies = () =>
  page.$eval("#t4-pressure", (lesson) =>
    Object.fromEntries(
      ["worksheet", "cards", "help-card"].map((name) => {
        const link = lesson.querySelector(`.docs a[href$="/${name}.pdf"]`);
        return [name, link.closest(".doc").querySelector("[data-per] b").textContent.replace(/\u00a0/g, " ")];
      }),
    ),
  );

seen.start = { count: await count(), open: (await opened()).length };
await page.focus('input[name=age]:checked');
while ((await page.$eval("input[name=age]:checked", (one) => one.value)) !== "t4") await page.keyboard.press("ArrowRight");
await page.focus('input[name=topic]:checked');
while ((await page.$eval("input[name=topic]:checked", (one) => one.value)) !== "pressure") await page.keyboard.press("ArrowRight");
seen.pressure = { count: await count(), open: (await opened()).length, lesson: (await opened())[0] };
seen["of 30"] = await copies();
await page.fill("#pupils", "1");
seen["of 1"] = await copies();
await page.check("input[name=age][value=t1]", { force: true });
seen.none = { count: await count(), said: await page.isVisible("#nothing") };
await page.click("#all");
seen["all again"] = { count: await count(), focus: await page.evaluate(() => document.activeElement.name) };
await page.focus('#t4-before-you-share .start li:last-child a');
await page.keyboard.press("Enter");
await page.waitForFunction(() => document.activeElement.tagName === "SUMMARY");
seen.linked = { open: await opened(), focus: await page.evaluate(() => document.activeElement.tagName) };
await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
const printed = (await opened()).length;
await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
seen.printed = { open: printed, after: (await opened()).length };
seen["small targets"] = await page.$$eval("fieldset label, #pupils, summary, .start a, .told a", (found) =>
  found.filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).map((one) => one.textContent),
);
await browser.close();
console.log(JSON.stringify(seen));
