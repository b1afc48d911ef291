// The laws of the engine in Chromium: in a page that may share memory, and in one that may not.
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { array } from "../../src/index.ts";
import { digest, laws as here } from "./page.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const required = process.env["STEEPEST_REQUIRE_BROWSER"] === "1";
if (executablePath === undefined && !required) {
  console.warn(
    "page.browser.test.ts is SKIPPED: no Chromium was found. STEEPEST_REQUIRE_BROWSER=1 makes this an error.",
  );
}

type There = { laws: typeof here };

describe.skipIf(executablePath === undefined && !required)("the engine in Chromium", () => {
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    if (executablePath === undefined)
      throw new Error("No Chromium was found, and STEEPEST_REQUIRE_BROWSER=1 asks for one.");
    const build = await rolldown({ input: fileURLToPath(new URL("page.ts", import.meta.url)), platform: "browser" });
    const { output } = await build.generate({ format: "esm" });
    await build.close();
    server = createServer(({ url = "/" }, response) => {
      if (url.startsWith("/isolated")) {
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      }
      response.setHeader("Content-Type", url.endsWith(".js") ? "text/javascript" : "text/html");
      const start = `import { laws } from "${url}.js"; window.laws = laws;`;
      response.end(url.endsWith(".js") ? output[0].code : `<!doctype html><script type="module">${start}</script>`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const open = async (path: string) => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`);
    await page.waitForFunction(() => "laws" in globalThis);
    return page;
  };

  it("keeps the laws of backends", async () => {
    const page = await open("plain");
    expect(await page.evaluate(() => (globalThis as unknown as There).laws.backend())).toEqual([]);
    expect(await page.evaluate(() => (globalThis as unknown as There).laws.planted())).toBeGreaterThan(0);
  }, 120_000);

  for (const path of ["plain", "isolated"]) {
    it(`${path}: passes, plans and donation change no bit`, async () => {
      const page = await open(path);
      const found = await page.evaluate(() => (globalThis as unknown as There).laws.passes());
      expect(found.filter((text) => text != null)).toEqual([]);
      expect(found).toHaveLength(5);
    });

    it(`${path}: has the portable bits of Node`, async () => {
      const page = await open(path);
      expect(await page.evaluate(() => (globalThis as unknown as There).laws.portable())).toBe(here.portable());
    });
  }

  it("compares bits: one that differs changes their digest", () => {
    const x = array([1, 2, 3]);
    expect(digest([x])).toBe(digest([array([1, 2, 3])]));
    expect(digest([x])).not.toBe(digest([array([1, 2, 3 + 2 ** -51])]));
  });

  it("isolated: three threads give the bits of one", async () => {
    const page = await open("isolated");
    const found = await page.evaluate(() => (globalThis as unknown as There).laws.threads());
    expect(found).toMatchObject({ threads: 3, differences: [] });
    expect(found.shared).toBeGreaterThan(50);
  });

  it("plain: there is one thread, with the same bits", async () => {
    const page = await open("plain");
    const found = await page.evaluate(() => (globalThis as unknown as There).laws.threads());
    expect(found).toEqual({ threads: 1, shared: 0, differences: [] });
  });
});
