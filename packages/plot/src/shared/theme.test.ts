import { describe, expect, it } from "vitest";
import { cssColor, dashes, figureColors, symbols, themes } from "./theme.ts";

type Rgb = readonly [number, number, number];

const linear = (color: string): Rgb => {
  const channel = (i: number) => {
    const s = Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return [channel(0), channel(1), channel(2)];
};

/** WCAG 2: (L₁ + 0.05) / (L₂ + 0.05) */
function contrast(a: string, b: string): number {
  const luminance = (color: string) => {
    const [r, g, bl] = linear(color);
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

// Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB
const vision = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

/** Distance in OKLab (Ottosson 2020) as an eye with that vision sees the two colors. */
function distance(a: string, b: string, m: readonly number[]): number {
  const lab = (color: string) => {
    const [r, g, bl] = linear(color);
    const seen = [0, 1, 2].map((i) => Math.max(0, m[3 * i]! * r + m[3 * i + 1]! * g + m[3 * i + 2]! * bl)) as [
      number,
      number,
      number,
    ];
    const l = Math.cbrt(0.4122214708 * seen[0] + 0.5363325363 * seen[1] + 0.0514459929 * seen[2]);
    const mm = Math.cbrt(0.2119034982 * seen[0] + 0.6806995451 * seen[1] + 0.1073969566 * seen[2]);
    const s = Math.cbrt(0.0883024619 * seen[0] + 0.2817188376 * seen[1] + 0.6299787005 * seen[2]);
    return [
      0.2104542553 * l + 0.793617785 * mm - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * mm + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * mm - 0.808675766 * s,
    ];
  };
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(...p.map((value, i) => value - q[i]!));
}

describe.each(Object.entries(themes))("theme %s", (_, theme) => {
  it("text has a contrast of 4.5:1, series of 3:1 (WCAG 1.4.3, 1.4.11)", () => {
    expect(contrast(theme.ink, theme.paper)).toBeGreaterThanOrEqual(7);
    expect(contrast(theme.muted, theme.paper)).toBeGreaterThanOrEqual(4.5);
    for (const color of theme.series) expect(contrast(color, theme.paper), color).toBeGreaterThanOrEqual(3);
  });

  it("has one color per role, so that colors can be mapped to variables", () => {
    const { ink, muted, grid, paper, series } = theme;
    const all = [ink, muted, grid, paper, ...series];
    expect(new Set(all).size).toBe(all.length);
    for (const color of all) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });
});

// "print" has shades of gray: there, dashes and symbols carry the difference
it.each(["safe", "dark"] as const)("theme %s: all six series differ for every kind of color vision", (name) => {
  const { series } = themes[name];
  for (const matrix of Object.values(vision)) {
    for (const [i, a] of series.entries()) {
      // 0.02 is a just noticeable difference in OKLab; three of them are seen side by side
      for (const b of series.slice(0, i)) expect(distance(a, b, matrix), `${a} ${b}`).toBeGreaterThan(0.06);
    }
  }
});

it("pure red and green would fail: these checks see confusion", () => {
  expect(distance("#a03c3c", "#5a5a1e", vision.deuteranopia)).toBeLessThan(0.06);
  expect(contrast("#f0e442", "#ffffff")).toBeLessThan(3);
});

it("series differ by dash and symbol too", () => {
  expect(new Set(dashes.map(String)).size).toBe(themes.safe.series.length);
  expect(new Set(symbols).size).toBe(themes.safe.series.length);
});

it("a color of a theme becomes its variable, others stay", () => {
  expect(cssColor("#1a2027")).toBe("var(--figure-ink, #1a2027)");
  expect(cssColor("#f5833c")).toBe("var(--figure-series-2, #f5833c)");
  expect(cssColor("none")).toBe("none");
  expect(Object.keys(figureColors("safe"))).toEqual(Object.keys(figureColors("dark")));
});
