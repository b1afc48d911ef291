// All figures in Chromium, with real fonts: what axe says, and whether every text lies inside of its picture.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { figureColors } from "@steepest/plot";
import { gallery as entries } from "@steepest/plot/gallery";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { samples } from "./samples.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const required = process.env["STEEPEST_REQUIRE_BROWSER"] === "1";
if (executablePath === undefined && !required) {
  console.warn(
    "gallery.browser.test.ts is SKIPPED: no Chromium was found. STEEPEST_REQUIRE_BROWSER=1 makes this an error.",
  );
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(executablePath === undefined && !required)("the gallery in Chromium", () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    if (executablePath === undefined)
      throw new Error("No Chromium was found, and STEEPEST_REQUIRE_BROWSER=1 asks for one.");
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  for (const theme of ["safe", "dark"] as const) {
    it.each([288, 620])(`theme ${theme}, %i pixels wide: axe finds nothing and no text is cut off`, async (width) => {
      const own = entries.map(({ name, draw }) => [`gallery-${name}`, draw] as const);
      const figures = [...Object.entries(samples), ...own].map(async ([name, draw]) => {
        const figure = draw({ width, heading: false });
        return `<figure>${await figure.toHTML({ colors: "css", id: name })}<figcaption>${name}</figcaption></figure>`;
      });
      await page.setContent(gallery(theme, (await Promise.all(figures)).join("")));
      expect(await page.evaluate(textsOutside)).toEqual([]);
      await page.evaluate(axe);
      expect(await page.evaluate(findings)).toEqual([]);
    });
  }

  it("these checks catch a picture without a name and a text that is cut off", async () => {
    const broken = (await samples["bars"]!({ width: 288 }).toHTML())
      .replace(/ aria-label="[^"]*"/, "")
      .replace(/transform="translate\([^)]*\)"([^>]*>357)/, 'transform="translate(270,10)"$1');
    await page.setContent(gallery("safe", broken));
    expect(await page.evaluate(textsOutside)).toEqual(["357 (62.7 %)"]);
    await page.evaluate(axe);
    expect(await page.evaluate(findings)).toContain("role-img-alt");
  });
});

function gallery(theme: "safe" | "dark", body: string): string {
  const colors = Object.entries(figureColors(theme)).map(([name, value]) => `${name}: ${value};`);
  return `<!doctype html><html lang="en"><head><title>Gallery</title>
<style>:root { ${colors.join(" ")} } body { background: var(--figure-paper); color: var(--figure-ink); }</style></head>
<body><main><h1>Gallery</h1>${body}</main></body></html>`;
}

// run in the page; one pixel of tolerance for antialiasing
const textsOutside = `[...document.querySelectorAll('svg text')].filter((text) => {
  if (text.textContent === '' || text.getAttribute('opacity') === '0') return false;
  const [t, s] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()];
  return t.left < s.left - 1 || t.right > s.right + 1 || t.top < s.top - 1 || t.bottom > s.bottom + 1;
}).map((text) => text.textContent)`;
const findings = "axe.run().then((r) => r.violations.map((v) => v.id))";
