// Colors by their role. Every role has one hex value per theme, so that a finished SVG can be mapped to CSS variables.
// Series start with blue and vermilion of Okabe & Ito (2008); the others were searched for distance under all four kinds of
// color vision, with a contrast of 3:1 or more on their paper (the test has both measures).

export type ThemeName = "safe" | "print" | "dark";

export interface Theme {
  /** Text and the lines that matter. */
  readonly ink: string;
  /** Labels of axes: contrast 4.5:1. */
  readonly muted: string;
  /** Grid lines, borders of cells. */
  readonly grid: string;
  readonly paper: string;
  /** One per series, then from the start again. */
  readonly series: readonly string[];
}

export const themes: Readonly<Record<ThemeName, Theme>> = {
  safe: {
    ink: "#1a2027",
    muted: "#55606b",
    grid: "#dde2e7",
    paper: "#ffffff",
    series: ["#0072b2", "#d05200", "#0f5e43", "#6f2289", "#8f8a8c", "#b04070"],
  },
  print: {
    ink: "#000000",
    muted: "#444444",
    grid: "#d9d9d9",
    paper: "#fefefe",
    series: ["#404040", "#858585", "#111111", "#6b6b6b", "#2a2a2a", "#787878"],
  },
  dark: {
    ink: "#e8ebef",
    muted: "#a5afba",
    grid: "#343c46",
    paper: "#14181d",
    series: ["#56b4e9", "#f5833c", "#5fe3b8", "#9a6adf", "#f2dd4e", "#a8929c"],
  },
};

/** Series that follow each other differ by dash and by symbol too. */
export const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]];
export const symbols: readonly string[] = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

/** One font family for all text; widths are estimated for DejaVu Sans, the widest of the usual ones. */
export const fontFamily = "system-ui, -apple-system, Segoe UI, DejaVu Sans, sans-serif";

/**
 * Names and values of the CSS variables of pictures made with `colors: "css"`.
 *
 * @example
 * ```ts
 * import { figureColors } from "@steepest/plot";
 * const css = Object.entries(figureColors("dark")).map(([name, value]) => `${name}: ${value};`).join(" ");
 * css.startsWith("--figure-ink: #e8ebef;"); // true
 * ```
 */
export function figureColors(theme: ThemeName): Readonly<Record<string, string>> {
  const { ink, muted, grid, paper, series } = themes[theme];
  const named = { ink, muted, grid, paper };
  return Object.fromEntries([
    ...Object.entries(named).map(([role, color]) => [`--figure-${role}`, color]),
    ...series.map((color, i) => [`--figure-series-${i + 1}`, color]),
  ]);
}

const variableOf = new Map(
  Object.keys(themes).flatMap((theme) =>
    Object.entries(figureColors(theme as ThemeName)).map(([name, color]) => [color, name] as const),
  ),
);

/** `var(--figure-ink, #1a2027)` for a color of a theme, the color itself otherwise. */
export function cssColor(color: string): string {
  const name = variableOf.get(color);
  return name === undefined ? color : `var(${name}, ${color})`;
}
