// What every figure must do. A new builder adds one row to samples.ts.
import * as plot from "@steepest/plot";
import { InternalError, OptionError } from "steepest";
import { describe, expect, it } from "vitest";
import { renderVega } from "../src/render/vega.ts";
import { themes } from "../src/shared/theme.ts";
import { samples } from "./samples.ts";

const tags = (svg: string) => svg.match(/<[^>]+>/g) ?? [];

const marks = ["band", "bar", "contour", "implicit", "line", "path", "point", "quiver", "scatter"];

it("every builder has a sample", () => {
  const builders = Object.entries(plot).filter(
    ([name, value]) => typeof value === "function" && name !== "figureColors" && !marks.includes(name),
  );
  expect(builders.map(([name]) => name).sort()).toEqual(Object.keys(samples).sort());
});

describe.each(Object.entries(samples))("%s", (name, draw) => {
  it("renders without a complaint of Vega", async () => {
    expect(await draw().toSVG()).toMatch(/^<svg role="img" aria-label="[^"]+"[^>]*>.*<\/svg>$/s);
  });

  it("gives equal bytes each time, and ids of its own", async () => {
    expect(await draw().toSVG()).toBe(await draw().toSVG());
    const ids = tags(await draw().toSVG({ id: "own" })).flatMap((tag) => tag.match(/\sid="([^"]*)"/)?.[1] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^own-/);
  });

  it("survives JSON: the specification holds data, no functions and nothing undefined", async () => {
    const { spec, toSVG } = draw();
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    const before = structuredClone(spec);
    await toSVG();
    expect(spec, "drawing leaves it alone").toEqual(before);
    expect(spec["$schema"]).toBe("https://vega.github.io/schema/vega/v6.json");
  });

  it("shows itself in a notebook: specification, picture, page and text", async () => {
    const figure = draw();
    const display = (figure as unknown as Record<symbol, () => Promise<Record<string, unknown>>>)[
      Symbol.for("Jupyter.display")
    ]!;
    expect(await display()).toEqual({
      "application/vnd.vega.v6+json": figure.spec,
      "image/svg+xml": await figure.toSVG(),
      "text/html": await figure.toHTML(),
      "text/plain": `${figure.title}. ${figure.description}`,
    });
  });

  it("has one accessible name and no role inside of the picture", async () => {
    const figure = draw();
    const page = await figure.toHTML();
    expect(page).toMatch(/^<div class="figure" role="img" aria-label="[^"]+"><svg aria-hidden="true" /);
    expect(tags(page).filter((tag) => /\s(role|aria-(?!hidden)[\w-]+)=/.test(tag))).toHaveLength(1);
    expect(tags(await figure.toSVG()).filter((tag) => /\s(role|aria-[\w-]+)=/.test(tag))).toHaveLength(1);
  });

  it("has a title, a sentence with numbers, and a table with equal keys in all rows", () => {
    const { title, description, toTable } = draw();
    expect(title).toMatch(/^[A-Z\u0391-\u03a9]/);
    expect(description).toMatch(/\d.*\.$/);
    const rows = toTable();
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(rows[0]!));
  });

  it("uses colors of its theme alone, and variables for all of them on request", async () => {
    for (const theme of ["safe", "print", "dark"] as const) {
      const { ink, muted, grid, paper, series } = themes[theme];
      const used = tags(await draw({ theme }).toSVG()).flatMap(
        (tag) => tag.match(/(?<=(?:fill|stroke)=")#[^"]+/g) ?? [],
      );
      expect([...new Set(used)].filter((color) => ![ink, muted, grid, paper, ...series].includes(color))).toEqual([]);
    }
    const adaptive = tags(await draw().toSVG({ colors: "css" }));
    expect(adaptive.filter((tag) => /(?:fill|stroke)="#/.test(tag))).toEqual([]);
    expect(adaptive.some((tag) => tag.includes('"var(--figure-ink, #1a2027)"'))).toBe(true);
  });

  it("is as wide as asked, and takes title and description from its options", async () => {
    const wide = draw({ width: 720, title: "Own title", description: "Own words." });
    expect(await wide.toSVG()).toMatch(/^<svg role="img" aria-label="Own title. Own words."[^>]* width="720"/);
    expect(wide.title).toBe("Own title");
    const bare = draw({ heading: false, title: "Own title" });
    expect((await bare.toSVG()).replace(/<svg[^>]*>/, "")).not.toContain("Own title");
  });

  it("keeps its text inside of the picture, at the width of a phone too", async () => {
    for (const width of [288, 560]) expect(overflow(await draw({ width }).toSVG()), `${name} at ${width}`).toEqual([]);
  });

  it("refuses a picture without room", () => {
    if (name === "backprop") return; // as large as its graph
    expect(() => draw({ width: 60 })).toThrow(OptionError);
  });
});

it("titles that are HTML stay text", async () => {
  const figure = plot.bars({ "<b>&\"'": 1 }, { title: `<script>alert("1")</script>` });
  const svg = await figure.toSVG();
  expect(svg).not.toContain("<script");
  expect(svg).not.toContain("<b>");
  expect(svg).toContain("&lt;b&gt;&amp;");
});

it("a specification that Vega complains about is an InternalError, not a broken picture", async () => {
  const { spec } = samples["bars"]!();
  const scale = { ...spec, marks: [{ type: "symbol", encode: { enter: { x: { scale: "missing", value: 1 } } } }] };
  await expect(renderVega(scale)).rejects.toThrow(/names the scale "missing", but has only /);
  const domain = {
    ...spec,
    scales: [{ name: "x", type: "log", domain: [0, 1], range: [0, 100] }],
    axes: [{ orient: "top", scale: "x" }],
    marks: [],
  };
  await expect(renderVega(domain)).rejects.toThrow(InternalError);
});

/** Texts whose anchor lies outside of the picture: own positions are explicit, so a wrong margin shows up here. */
function overflow(svg: string): string[] {
  const [width, height] = [Number(svg.match(/ width="([\d.]+)"/)?.[1]), Number(svg.match(/ height="([\d.]+)"/)?.[1])];
  const outside: string[] = [];
  const offsets: [number, number][] = [];
  for (const [tag, text] of [...svg.matchAll(/(<[^>]+>)([^<]*)/g)].map((m) => [m[1]!, m[2]!] as const)) {
    if (tag.startsWith("</g")) offsets.pop();
    const moved = tag.match(/transform="translate\(([-\d.e]+),([-\d.e]+)\)/);
    const [dx, dy] = offsets.at(-1) ?? [0, 0];
    const at: [number, number] = [dx + Number(moved?.[1] ?? 0), dy + Number(moved?.[2] ?? 0)];
    if (tag.startsWith("<g")) offsets.push(at);
    const shown = tag.startsWith("<text") && text !== "" && !/ opacity="0"/.test(tag);
    if (shown && (at[0] < 0 || at[0] > width || at[1] < 0 || at[1] > height + 2))
      outside.push(`${text} at ${at.join()}`);
  }
  return outside;
}
