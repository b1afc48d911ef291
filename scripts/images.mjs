// Makes the pictures of the README from the real things: the report of `npm start` (needs Chromium) and a figure.
// Usage: npm run build && npm start && node scripts/images.mjs
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { backprop } from "@steepest/plot";
import { chromium } from "playwright-core";
import { explain } from "steepest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const images = join(root, "docs/images");

const trace = explain(
  ({ w, v, x, y }, label) => {
    const h = label("h", w.mul(x));
    const a = label("a", h.relu());
    const prediction = label("ŷ", v.mul(a));
    return label("L", prediction.sub(y).square());
  },
  { w: 3, v: 0.5, x: 2, y: 4 },
);
writeFileSync(join(images, "backprop.svg"), `${await backprop(trace).toSVG()}\n`);

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const report = await browser.newPage({
  viewport: { width: 1100, height: 800 },
  deviceScaleFactor: 2,
  colorScheme: "light",
});
await report.goto(pathToFileURL(join(root, "runs/start/report.html")).href);
const tops = await report.evaluate(() => {
  const at = (text) =>
    [...document.querySelectorAll("h2")].find((h) => h.textContent === text).getBoundingClientRect().top;
  return { metrics: at("Metrics"), predictions: at("Predictions"), model: at("Model") };
});
/** A part of the page as the source of an image. */
async function part(from, to) {
  const clip = { x: 0, y: from, width: 1100, height: to - from };
  const png = await report.screenshot({ fullPage: true, clip });
  return `data:image/png;base64,${png.toString("base64")}`;
}
const left = await part(0, tops.predictions - 20);
const right = await part(tops.predictions - 20, tops.model - 20);

// Two columns side by side, as one picture.
const sheet = await browser.newPage({ viewport: { width: 1240, height: 100 } });
await sheet.setContent(`<style>body { margin: 0; display: flex; gap: 20px; background: #fff } img { width: 600px; align-self: flex-start }</style>
  <img src="${left}"><img src="${right}">`);
await sheet.screenshot({ path: join(images, "report.png"), fullPage: true });
await browser.close();
console.log(`docs/images/report.png: ${(readFileSync(join(images, "report.png")).length / 1000).toFixed(0)} KB`);
