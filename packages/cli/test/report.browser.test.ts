// The report in Chromium: no request, no error, nothing that axe objects to, nothing that overflows.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReportInput, renderComparison, renderReport } from "../src/report/index.ts";
import { classificationInput, hostileInput, regressionInput } from "./report-fixtures.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const required = process.env["STEEPEST_REQUIRE_BROWSER"] === "1";
if (executablePath === undefined && !required) {
  console.warn(
    "report.browser.test.ts is SKIPPED: no Chromium was found. STEEPEST_REQUIRE_BROWSER=1 makes this an error.",
  );
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const inputs: Readonly<Record<string, () => ReportInput>> = {
  classification: classificationInput,
  regression: regressionInput,
  "names that try to break out": hostileInput,
};
const views = [
  { name: "light", width: 1100, colorScheme: "light" },
  { name: "dark", width: 1100, colorScheme: "dark" },
  { name: "light on a phone of 320 px", width: 320, colorScheme: "light" },
  { name: "dark on a phone of 320 px", width: 320, colorScheme: "dark" },
] as const;

describe.skipIf(executablePath === undefined && !required)("the report in Chromium", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    if (executablePath === undefined)
      throw new Error("No Chromium was found, and STEEPEST_REQUIRE_BROWSER=1 asks for one.");
    folder = mkdtempSync(join(tmpdir(), "steepest-report-"));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
  });
  afterAll(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page from disk and notes what it asks for and complains about. */
  async function open(html: string, view: (typeof views)[number]): Promise<{ page: Page; events: string[] }> {
    const file = join(folder, "report.html");
    writeFileSync(file, html);
    const context = await browser.newContext({
      viewport: { width: view.width, height: 800 },
      colorScheme: view.colorScheme,
    });
    const page = await context.newPage();
    const events: string[] = [];
    page.on("console", (message) => events.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => events.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => events.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => events.push(`request: ${request.url()}`));
    await page.goto(pathToFileURL(file).href);
    expect(events.shift()).toBe(`request: ${pathToFileURL(file).href}`);
    return { page, events };
  }

  for (const [name, input] of Object.entries(inputs)) {
    // the first input meets all views, the others the two that differ most
    for (const view of input === classificationInput ? views : [views[0], views[3]]) {
      it(`${name}, ${view.name}: no request, no message, no overflow, no finding of axe`, async () => {
        const { page, events } = await open(await renderReport(input()), view);
        await page.evaluate(openDetails);
        expect(await page.evaluate(widths)).toEqual({ content: view.width, overflowing: [] });
        expect(events).toEqual([]);
        expect(await findings(page)).toEqual([]);
        await page.context().close();
      });
    }
  }

  for (const input of [classificationInput, regressionInput, hostileInput]) {
    for (const view of [views[0], views[3]]) {
      it(`two runs of ${input.name} compared, ${view.name}: no request, no message, no overflow, no finding of axe`, async () => {
        const longName = `runs/${"a-long-name-".repeat(6)}`;
        const runs = ["runs/one", longName].map((name) => ({ name, report: input() }));
        const { page, events } = await open(await renderComparison(runs), view);
        await page.evaluate(openDetails);
        expect(await page.evaluate(widths)).toEqual({ content: view.width, overflowing: [] });
        expect(events).toEqual([]);
        expect(await findings(page)).toEqual([]);
        await page.context().close();
      });
    }
  }

  it("prints on A4 without losing a column", async () => {
    const { page } = await open(await renderReport(classificationInput()), views[0]);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 673, height: 970 }); // 178 mm between the margins, at 96 pixels per inch
    expect(await page.evaluate(widths)).toEqual({ content: 673, overflowing: [] });
    expect(await page.evaluate(clippedTables)).toEqual([]);
    const pdf = await page.pdf({ format: "A4" });
    expect(Buffer.from(pdf.subarray(0, 5)).toString("latin1")).toBe("%PDF-");
    await page.context().close();
  });

  it("these checks catch a missing label, a pale text, a wide box, a script and an image from outside", async () => {
    const report = await renderReport(classificationInput());
    const broken = report
      .replace("<figcaption>", '<p style="color:#aaa;background:#fff">pale</p><figcaption>')
      .replace(/role="img" aria-label="[^"]*"/, 'role="img"')
      .replace(
        "</main>",
        '<div style="width:3000px">wide</div><img src="http://127.0.0.1:9/x.png" alt=""><script>1</script></main>',
      );
    const { page, events } = await open(broken, views[0]);
    expect((await findings(page)).map((finding) => finding.split(":")[0])).toEqual(
      expect.arrayContaining(["color-contrast", "role-img-alt"]),
    );
    expect(await page.evaluate(widths)).toMatchObject({ content: expect.closeTo(3000, -3) });
    expect(events.filter((event) => event.includes("Content Security Policy")).length).toBeGreaterThanOrEqual(2);
    await page.context().close();
  });
});

/** "rule: target" for each finding. The page's own policy forbids scripts, so axe is put in by the driver, outside of the page. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found: { id: string; target: string }[] = await page.evaluate(
    "axe.run().then((r) => r.violations.flatMap((v) => v.nodes.map((n) => ({ id: v.id, target: String(n.target) }))))",
  );
  return found.map(({ id, target }) => `${id}: ${target}`);
}

// the following run in the page, hence as text: there is no DOM in the types of this package
const openDetails = "document.querySelectorAll('details').forEach((d) => { d.open = true; })";
const widths = `(() => ({
  content: document.documentElement.scrollWidth,
  overflowing: [...document.querySelectorAll('body *')]
    .filter((e) => !e.closest('.scroll') && !e.closest('svg') && e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.tagName + '.' + e.className),
}))()`;
const clippedTables =
  "[...document.querySelectorAll('table')].filter((t) => t.getBoundingClientRect().right > innerWidth + 1).map((t) => t.parentElement.ariaLabel)";
