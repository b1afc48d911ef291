// Legends: one line per series, above the plot area or inside of it.
import type { JsonObject } from "../json.ts";
import { fitText } from "./text-width.ts";
import { dashes, symbols, type Theme } from "./theme.ts";

/**
 * Color, dash and symbol by series; positions 0 … n − 1 stand for the names. When the colors begin again, dashes and symbols are
 * one and two places further, so that thirty-six series differ.
 */
export function seriesScales(n: number, theme: Theme): readonly JsonObject[] {
  const domain = Array.from({ length: n }, (_, i) => i);
  const cycle = <T>(list: readonly T[], shift: number) =>
    domain.map((i) => list[(i + shift * Math.floor(i / theme.series.length)) % list.length]!);
  return [
    { name: "color", type: "ordinal", domain, range: cycle(theme.series, 0) },
    { name: "dash", type: "ordinal", domain, range: cycle(dashes, 1).map((dash) => [...dash]) },
    { name: "symbol", type: "ordinal", domain, range: cycle(symbols, 2) },
  ];
}

export interface LegendPlace {
  readonly x: number;
  readonly y: number;
  /** Pixels for a label. */
  readonly limit: number;
}

/** Lines with their dashes. */
export function lineLegend(labels: readonly string[], { x, y, limit }: LegendPlace): JsonObject {
  return { stroke: "color", strokeDash: "dash", symbolType: "stroke", ...placed(labels, x, y, limit) };
}

/** Squares, for bars. */
export function barLegend(labels: readonly string[], { x, y, limit }: LegendPlace): JsonObject {
  return { fill: "color", symbolType: "square", symbolSize: 110, ...placed(labels, x, y, limit) };
}

/** The symbols of scatter plots. */
export function symbolLegend(labels: readonly string[], { x, y, limit }: LegendPlace): JsonObject {
  return { fill: "color", shape: "symbol", symbolSize: 80, symbolStrokeWidth: 0, ...placed(labels, x, y, limit) };
}

function placed(labels: readonly string[], x: number, y: number, limit: number): JsonObject {
  const texts = JSON.stringify(labels.map((label) => fitText(label, limit, 12)));
  return {
    orient: "none",
    legendX: x,
    legendY: y,
    padding: 0,
    labelLimit: 0,
    encode: { labels: { update: { text: { signal: `${texts}[datum.value]` } } } },
  };
}
