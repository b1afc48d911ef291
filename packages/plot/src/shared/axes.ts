// Axes of numbers and of names, with the space that their labels take.
import type { Json, JsonObject } from "../json.ts";
import { logTicks, niceStep } from "./domain.ts";
import type { Margins } from "./frame.ts";
import { fitText, widest } from "./text-width.ts";

/** What users may say about an axis. */
export interface AxisOptions {
  label?: string;
  domain?: readonly [number, number];
}

/** A numeric axis whose ends are known. */
export interface NumericAxis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly type: "linear" | "log";
  /** Steps and counts: no tick between two of them. Default false. */
  readonly whole?: boolean;
}

/** The labels as they will read, for measuring. */
function tickLabels({ domain: [low, high], type }: NumericAxis): string[] {
  if (type === "log") return logTicks([low, high]).map(logLabel);
  // at most eight ticks: their step decides how many decimals are written
  const decimals = Math.max(0, -Math.floor(Math.log10(niceStep(0.6 * (high - low))) + 1e-9));
  return [low, high].map((end) => groupThousands(end.toFixed(Math.min(decimals, 12))));
}

const groupThousands = (text: string) => text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");

function logLabel(tick: number): string {
  return tick >= 1e-3 && tick < 1e4 ? String(tick) : tick.toExponential(0).replace("e+", "e");
}

/** Space for tick labels and titles of two numeric axes. */
export function axisMargins(x: NumericAxis, y: NumericAxis): Margins {
  const left = 14 + widest(tickLabels(y), 90);
  const right = 10 + Math.ceil(widest(tickLabels(x), 90) / 2);
  return { left, right, top: 28, bottom: x.label === "" ? 24 : 42 };
}

export function numericScale(name: "x" | "y", axis: NumericAxis, range: readonly [number, number]): JsonObject {
  return { name, type: axis.type, domain: [...axis.domain], range: [...range], nice: false, zero: false };
}

/** Labels below, title under them in the middle. */
export function bottomAxis(axis: NumericAxis, width: number, grid = false): JsonObject {
  return {
    orient: "bottom",
    scale: "x",
    grid,
    tickSize: 4,
    labelFlush: false,
    labelOverlap: "greedy",
    ...ticks(axis, Math.max(3, Math.min(7, Math.round(width / 70)))),
    ...(axis.label === "" ? {} : { title: fitText(axis.label, width, 12), titlePadding: 6 }),
  };
}

/** Labels on the left, title level above them: no turned head. */
export function leftAxis(axis: NumericAxis, height: number, left: number): JsonObject {
  return {
    orient: "left",
    scale: "y",
    grid: true,
    domain: false,
    tickSize: 0,
    labelPadding: 6,
    labelOverlap: "greedy",
    ...ticks(axis, Math.max(3, Math.min(6, Math.round(height / 45)))),
    ...levelTitle(axis.label, left),
  };
}

/** A title above the labels of a left axis, starting at the edge of the picture. */
export function levelTitle(label: string, left: number): JsonObject {
  if (label === "") return {};
  return {
    title: label,
    titleAngle: 0,
    titleAlign: "left",
    titleAnchor: "end",
    titleBaseline: "bottom",
    titleX: 8 - left,
    titleY: -10,
  };
}

function ticks(axis: NumericAxis, tickCount: number): JsonObject {
  if (axis.type === "linear") return axis.whole === true ? { tickCount, tickMinStep: 1 } : { tickCount };
  const labels = Object.fromEntries(logTicks(axis.domain).map((tick) => [String(tick), logLabel(tick)]));
  return {
    values: logTicks(axis.domain),
    encode: {
      labels: { update: { text: { signal: `${JSON.stringify(labels)}[datum.value] || format(datum.value, '~e')` } } },
    },
  };
}

/** Names down the left side. */
export function namesAxis(
  names: readonly string[],
  limit: number,
): { readonly axis: JsonObject; readonly left: number } {
  const room = Math.max(24, limit);
  return {
    axis: {
      orient: "left",
      scale: "y",
      domain: false,
      tickSize: 0,
      labelPadding: 8,
      labelLimit: 0,
      encode: { labels: { update: { text: { signal: `${lookup(names, room)}[datum.value]` } } } },
    },
    left: 16 + widest(names, room),
  };
}

// Names are cut by our own measure: Vega would cut by its own, far too early. Scales keep positions, so equal cuts do not collide.
function lookup(names: readonly string[], limit: number): string {
  return JSON.stringify(names.map((name) => fitText(name, limit)));
}

/** A band scale over positions 0 … n − 1, so that names may repeat. */
export function bandScale(name: string, n: number, range: readonly [number, number], padding: number): JsonObject {
  return { name, type: "band", domain: Array.from({ length: n }, (_, i): Json => i), range: [...range], padding };
}
