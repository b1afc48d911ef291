// Figures mounted in Chromium, in a page bundled as users bundle theirs, under a content security policy without eval.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figure, type JsonObject, plot, scatter } from "@steepest/plot";
import { gallery } from "@steepest/plot/gallery";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeFigure } from "../src/figure.ts";
import { finishSvg } from "../src/render/finish-svg.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const required = process.env["STEEPEST_REQUIRE_BROWSER"] === "1";
if (executablePath === undefined && !required) {
  console.warn(
    "mount.browser.test.ts is SKIPPED: no Chromium was found. STEEPEST_REQUIRE_BROWSER=1 makes this an error.",
  );
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'";
const strictest = "default-src 'none'; script-src 'self'; connect-src 'self'";

const points = plot({
  x: { domain: [-1, 3] },
  y: { domain: [0, 3] },
  marks: [
    scatter([
      [0, 1],
      [1, 2],
      [2, 0.5],
    ]),
  ],
});
const figures: Readonly<Record<string, Pick<Figure, "spec" | "title" | "description">>> = {
  ...Object.fromEntries(gallery.map(({ name, draw }) => [name, draw()])),
  points,
  patched: { ...points, title: "Patched", spec: withEvents(points.spec) },
  broken: {
    ...points,
    spec: {
      ...points.spec,
      scales: [{ name: "x", type: "log", domain: [0, 1], range: [0, 100] }],
      axes: [{ orient: "top", scale: "x" }],
      marks: [],
    },
  },
};
const { broken: _, ...sound } = figures;
const labelOf = (name: string) => `${figures[name]?.title}. ${figures[name]?.description}`;

describe.skipIf(executablePath === undefined && !required)("figures mounted in Chromium", () => {
  let browser: Browser;
  let server: Server;
  let folder: string;

  beforeAll(async () => {
    if (executablePath === undefined)
      throw new Error("No Chromium was found, and STEEPEST_REQUIRE_BROWSER=1 asks for one.");
    folder = mkdtempSync(join(tmpdir(), "steepest-mount-"));
    await bundle(folder);
    server = await serve(folder);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
  });
  afterAll(async () => {
    await browser?.close();
    await new Promise((done) => (server === undefined ? done(undefined) : server.close(done)));
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page, waits until its scenario is over, and notes what the browser complains about. */
  async function open<T>(scenario: string, csp = policy): Promise<{ page: Page; complaints: string[]; value: T }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/?scenario=${scenario}&csp=${encodeURIComponent(csp)}`);
    await page.waitForSelector("[data-done]", { state: "attached" });
    const { value, violations } = await page.evaluate<{ value: T; violations: string[] }>("results");
    complaints.push(...violations);
    return { page, complaints, value };
  }

  describe.each(["still", "interactive"])("%s", (scenario) => {
    it.each([
      ["the policy of our pages", policy],
      ["a policy without inline styles", strictest],
    ])("every figure has the marks of toSVG under %s, and nobody complains", async (_name, csp) => {
      const { page, complaints, value } = await open<Record<string, string>>(scenario, csp);
      expect(complaints).toEqual([]);
      expect(Object.keys(value)).toEqual(Object.keys(sound));
      for (const [name, html] of Object.entries(value)) {
        if (name === "patched") continue; // listens to a window, which Node does not have
        const expected = await makeFigure({ ...figures[name]!, table: () => [] }).toSVG({ id: "id" });
        expect(marks(html), name).toEqual(marks(expected));
      }
      await page.close();
    });

    it("axe finds nothing, and readers meet one image per figure", async () => {
      const { page } = await open(scenario);
      expect(await page.evaluate(labels)).toEqual(Object.keys(sound).map(labelOf));
      await page.evaluate(axe);
      expect(await page.evaluate(findings)).toEqual([]);
      await page.evaluate("document.querySelector('[role=img]').removeAttribute('aria-label')");
      expect(await page.evaluate(findings), "a figure without a name is found").toContain("role-img-alt");
      await page.close();
    });
  });

  it("the comparison sees a mark that moved, another color, another text and a missing mark", async () => {
    const svg = await makeFigure({ ...figures["coefficients"]!, table: () => [] }).toSVG({ id: "id" });
    const changes: [RegExp, string][] = [
      [/translate\((\d+),(\d+)\)"([^>]*) fill="#1a2027"/, 'translate($1,1$2)"$3 fill="#1a2027"'],
      [/fill="#0072b2"/, 'fill="#0072b3"'],
      [/>Ridge/i, ">Rigde"],
      [/<text[^>]*>[^<]*<\/text>/, ""],
    ];
    for (const [from, to] of changes) {
      const changed = svg.replace(from, to);
      expect(changed, String(from)).not.toBe(svg);
      expect(marks(changed), String(from)).not.toEqual(marks(svg));
    }
  });

  it("update swaps the picture, skips what is overtaken, and keeps the picture when the next one cannot be drawn", async () => {
    const { page, complaints, value } = await open<{ steps: string[][]; message: string; left: string }>("updates");
    const [first = "", second = "", third = ""] = Object.keys(figures);
    expect(value.steps).toEqual([[first], [second], [third], [third], [third], []].map((names) => names.map(labelOf)));
    expect(value.message).toMatch(/^InternalError: A figure did not render cleanly: .*log/i);
    expect(value.left, "after remove, and an update after it").toBe("");
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("remove leaves no node and no listener, and touches nothing of the page; a still figure never listens", async () => {
    const { page, complaints, value } = await open<{ counts: string[][]; left: string }>("remove");
    const [before, mounted, updated, removed, still, stillRemoved] = value.counts;
    expect(mounted).toContain("window click");
    expect(mounted).toContain("svg pointerover");
    expect(updated).toEqual(mounted);
    expect({ removed, still, stillRemoved }).toEqual({ removed: before, still: before, stillRemoved: before });
    expect(value.left).toBe("<p>Mine</p>");
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("interactive: points show their coordinates; tooltips, hover sets and signals of the specification work", async () => {
    const { page, complaints } = await open("pointer");
    const [patched, plain, still] = await page.locator("[role=img]").all();
    page.setDefaultTimeout(3000);
    const at = (index: number, figure = patched!) => figure.locator(".mark-symbol path").nth(index);

    await at(1, plain).hover();
    expect(await plain!.getAttribute("title")).toBe("(1, 2)");
    await page.mouse.move(0, 0);
    expect(await plain!.getAttribute("title")).toBe(null);

    await at(2).hover();
    expect(await patched!.getAttribute("title")).toBe("loss: 0.5\nat: 2");
    await expect.poll(() => at(2).getAttribute("fill")).toBe("#ff0000");
    await page.mouse.move(0, 0);
    await expect.poll(() => at(2).getAttribute("fill")).toBe("#0072b2");
    expect(await at(0).getAttribute("stroke-width")).toBe("1");
    await page.mouse.click(1, 1); // a signal counts clicks
    await expect.poll(() => at(0).getAttribute("stroke-width")).toBe("2");

    await at(2, still).hover();
    expect([await still!.getAttribute("title"), await at(2, still).getAttribute("fill")]).toEqual([null, "#0072b2"]);
    expect(await at(0, still).getAttribute("stroke-width")).toBe("1");
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("the policy is on, and breaking it is noticed", async () => {
    const { page, complaints, value } = await open<{ error: string }>("evaluated");
    expect(value.error).toMatch(/^EvalError/);
    expect(complaints).toEqual(["script-src: eval"]);
    await page.close();
  });
});

/** The points of a figure, with a tooltip, a hover set, and signals that listen to the window and to a timer. */
function withEvents(spec: JsonObject): JsonObject {
  const patch = (mark: JsonObject): JsonObject => {
    if (mark["type"] === "group") return { ...mark, marks: (mark["marks"] as JsonObject[]).map(patch) };
    if (mark["type"] !== "symbol") return mark;
    const encode = {
      ...(mark["encode"] as JsonObject),
      update: {
        tooltip: { signal: "{ loss: datum.y, at: datum.x }" },
        fill: { scale: "color", field: "series" },
        strokeWidth: { signal: "clicks > 0 ? 2 : 1" },
      },
      hover: { fill: { value: "#ff0000" } },
    };
    return { ...mark, encode };
  };
  const on = [
    { events: "window:click", update: "clicks + 1" },
    { events: { type: "timer", throttle: 20 }, update: "clicks" },
  ];
  return { ...spec, signals: [{ name: "clicks", value: 0, on }], marks: (spec["marks"] as JsonObject[]).map(patch) };
}

/**
 * Tags with sorted attributes, and texts. Equal for Node and pages but for
 * - the background, a rectangle in files and a style in pages;
 * - `fill="transparent"` and empty dashes, which files leave out: the same picture;
 * - the invisible boxes behind legends and the clips of their entries (16 pixels high): they are as wide as the text, which pages
 *   measure and Node estimates.
 */
function marks(svg: string): string[] {
  const picture = svg.slice(svg.indexOf("<svg"), svg.indexOf("</svg>"));
  return finishSvg(picture, { colors: "fixed", id: "id", label: "" })
    .replace(/(<rect[^>]*) width="[\d.]+" (height="16")/g, "$1 $2")
    .replace(/^<svg[^>]*>(<rect[^>]*>(<\/rect>)?)?/, "")
    .split(/(<[^>]+>)/)
    .filter((piece) => piece !== "" && !piece.startsWith("</"))
    .map((piece) => (piece.startsWith("<") ? tag(piece) : piece));
}

function tag(text: string): string {
  const attributes = [...text.matchAll(/ ([\w:-]+)="([^"]*)"/g)]
    .map(([, name = "", value = ""]) => [name, value] as const)
    .filter(
      ([name, value]) =>
        !(name === "fill" && value === "transparent") && !(name === "stroke-dasharray" && value === ""),
    );
  const invisible = !attributes.some(([name]) => name === "fill" || name === "stroke");
  const shown = attributes.map(([name, value]) => {
    const box = invisible && name === "d" ? value.match(/^M0,0h([\d.]+)(v[\d.]+)h-\1Z$/) : null;
    return `${name}="${box ? `box ${box[2]}` : value}"`;
  });
  return `${text.match(/^<\w+/)?.[0]} ${shown.sort().join(" ")}`;
}

// run in the page
const labels = "[...document.querySelectorAll('[role=img]')].map((node) => node.getAttribute('aria-label'))";
const findings = "axe.run().then((r) => r.violations.map((v) => v.id))";

async function bundle(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL("mount-page", import.meta.url)),
    logLevel: "warn",
    resolve: { conditions: ["steepest:source", "module", "browser", "production"] },
    build: {
      outDir,
      target: "es2022",
      minify: false,
      modulePreload: false,
      reportCompressedSize: false,
      emptyOutDir: true,
    },
  });
}

const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript" };

async function serve(folder: string): Promise<Server> {
  const data = JSON.stringify(
    [...Object.entries(figures)].map(([name, { spec, title, description }]) => ({ name, spec, title, description })),
  );
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/favicon.ico") return response.writeHead(204).end();
    if (url.pathname === "/figures.json") {
      return response.writeHead(200, { "Content-Type": "application/json" }).end(data);
    }
    const file = join(folder, url.pathname === "/" ? "index.html" : url.pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": types[file.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      "Content-Security-Policy": url.searchParams.get("csp") ?? policy,
    });
    return response.end(readFileSync(file));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}
