// The engine in Chromium: alone, and with threads in a page that may share memory.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineReport } from "../../doctor/index.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const required = process.env["STEEPEST_REQUIRE_BROWSER"] === "1";
if (executablePath === undefined && !required) {
  console.warn(
    "page.browser.test.ts is SKIPPED: no Chromium was found. STEEPEST_REQUIRE_BROWSER=1 makes this an error.",
  );
}

const backend = fileURLToPath(new URL("../..", import.meta.url));
const temporary = fileURLToPath(new URL("../../../../.tmp", import.meta.url));

/** What the page does: the report of the engine, and a product on three threads, 200 times. */
const PAGE = `
import { doctor } from ${JSON.stringify(join(backend, "doctor/index.ts"))};
import { runAlone } from ${JSON.stringify(join(backend, "wasm/alone.ts"))};
import { emitMatmul } from ${JSON.stringify(join(backend, "wasm/matmul/index.ts"))};
window.report = doctor;
window.shared = async () => {
  const matrix = (buffer, columns) => ({ buffer, offset: 0, rowStride: columns, columnStride: 1, batchStrides: [] });
  const kernel = { kind: "matmul", dtype: "f32", batch: [], m: 317, n: 203, k: 300, a: matrix(0, 300), b: matrix(1, 203), c: matrix(2, 203) };
  const buffers = [317 * 300, 300 * 203, 317 * 203].map((size, b) => Float32Array.from({ length: size }, (_, i) => ((i * (617 + b)) % 4099) / 4099 - 0.5));
  const one = runAlone(emitMatmul(kernel), buffers);
  one.run();
  const expected = one.read(2);
  const many = runAlone(emitMatmul(kernel), buffers, { threads: 3 });
  many.run();
  const early = many.pool.ready;
  await many.pool.whenReady();
  let different = 0;
  for (let round = 0; round < 200; round++) {
    many.run();
    if (round % 20 === 0) different += many.read(2).filter((x, i) => !Object.is(x, expected[i])).length;
  }
  many.pool.close();
  return { early, different };
};
`;

interface Page {
  report(): EngineReport;
  shared(): Promise<{ early: number; different: number }>;
}

describe.skipIf(executablePath === undefined && !required)("the engine in Chromium", () => {
  let browser: Browser;
  let server: Server;
  let folder: string;

  beforeAll(async () => {
    if (executablePath === undefined)
      throw new Error("No Chromium was found, and STEEPEST_REQUIRE_BROWSER=1 asks for one.");
    mkdirSync(temporary, { recursive: true });
    folder = mkdtempSync(join(temporary, "page-"));
    const input = join(folder, "page.js");
    writeFileSync(input, PAGE);
    const build = await rolldown({ input, platform: "browser" });
    const { output } = await build.generate({ format: "esm" });
    await build.close();
    const script = output[0].code;
    server = createServer(({ url = "/" }, response) => {
      if (url.startsWith("/isolated")) {
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      }
      response.setHeader("Content-Type", url.endsWith(".js") ? "text/javascript" : "text/html");
      response.end(url.endsWith(".js") ? script : `<!doctype html><script type="module" src="${url}.js"></script>`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const open = async (path: string) => {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`);
    await page.waitForFunction(() => "shared" in globalThis);
    return { page, errors };
  };

  it("passes its checks on one thread where memory cannot be shared, and says so", async () => {
    const { page, errors } = await open("plain");
    const report = await page.evaluate(() => (globalThis as unknown as Page).report());
    expect(report.checks.map(({ name, passed }) => [name, passed])).toEqual([
      ["exp", true],
      ["matmul 37×45×300", true],
    ]);
    expect(report.threads).toMatchObject({ used: 1, reason: expect.stringContaining("COOP and COEP") });
    expect(report.native).toEqual({ on: false, reason: "native libraries need Node, from 20.16 on" });
    expect(errors).toEqual([]);
  });

  it("shares calls among workers in an isolated page, with the bits of one thread", async () => {
    const { page, errors } = await open("isolated");
    const result = await page.evaluate(() => (globalThis as unknown as Page).shared());
    expect(result).toEqual({ early: 1, different: 0 });
    expect(errors).toEqual([]);
  });
});
