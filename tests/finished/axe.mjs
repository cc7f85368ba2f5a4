// Opens each HTML file in real Chromium, wide and narrow, and prints what axe finds as JSON: file -> findings.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
const require = createRequire(process.cwd() + "/package.json");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, ...files] = process.argv.slice(2);
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args: flags });
const found = {};
for (const file of files) {
  found[file] = [];
  for (const width of [1240, 360]) {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) found[file].push(`asks the network for ${request.url()}`);
    });
    page.on("pageerror", (error) => found[file].push(`script: ${error.message}`));
    await page.goto(pathToFileURL(file).href);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const one of violations) found[file].push(`${width}px ${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 5).join("; ")}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 1) found[file].push(`${width}px: ${over} pixels wider than the window`);
    await page.close();
  }
}
await browser.close();
console.log(JSON.stringify(found));
