import { DataError, formatNumber, OptionChecker } from "../errors/index.ts";
import { qp } from "../solve/index.ts";
import { curveOf, type Response } from "./response.ts";

export interface FittedResponse {
  readonly response: Response;
  /** 1 − Σw(y − ŷ)²/Σw(y − ȳ)² */
  readonly r2: number;
  /** Whether the curve is concave for every spend: a Hill curve with a steepness above 1 is not. */
  readonly concave: boolean;
  /** y − ŷ, in the order given. */
  readonly residuals: readonly number[];
  /** Spline: knots at which the data bend upwards or fall, and were flattened. */
  readonly flattened: readonly number[];
}

export interface FitResponseOptions {
  form: Response["form"];
  /** How much each observation counts. Default 1. */
  weights?: readonly number[];
}

/**
 * The curve of a form that is nearest to observed returns, in the sense of least squares.
 *
 * log, power, Hill: for each shape the best scale is linear least squares; the shape is found by a grid and golden section (Hill: over
 * steepness, with one over the half point inside). spline: concave, rising least squares on at most 24 knots, as a quadratic program.
 * @throws DataError for fewer than two different spends, values that are not finite, negative spends, or returns that do not rise.
 * @throws OptionError for an unknown form.
 *
 * @example
 * ```ts
 * import { fitResponse } from "steepest/allocate";
 * const spend = [1, 2, 5, 10, 20];
 * const { response, r2 } = fitResponse(spend, spend.map((b) => 3 * Math.log(1 + b / 4)), { form: "log" });
 * console.log(response.form === "log" && [response.scale, response.saturation], r2); // [3, 4] 1
 * ```
 */
export function fitResponse(
  spend: readonly number[],
  observed: readonly number[],
  options: FitResponseOptions,
): FittedResponse {
  const data = readData(spend, observed, options);
  const { response, flattened = [] } = fitForm(options.form, data);
  const curve = curveOf("fitResponse", response);
  const residuals = data.b.map((b, i) => data.y[i]! - curve.value(b));
  const mean =
    weighted(data, data.y) /
    weighted(
      data,
      data.y.map(() => 1),
    );
  const spread = weighted(
    data,
    data.y.map((y) => (y - mean) ** 2),
  );
  const error = weighted(
    data,
    residuals.map((r) => r ** 2),
  );
  return {
    response,
    r2: spread === 0 ? 1 : 1 - error / spread,
    concave: curve.concaveFrom === 0,
    residuals,
    flattened,
  };
}

interface Data {
  readonly b: readonly number[];
  readonly y: readonly number[];
  readonly w: readonly number[];
}

function readData(b: readonly number[], y: readonly number[], options: FitResponseOptions): Data {
  new OptionChecker("fitResponse", options, ["form", "weights"])
    .required("form")
    .oneOf("form", ["log", "power", "hill", "spline"])
    .done();
  const w = options.weights ?? b.map(() => 1);
  if (b.length !== y.length || b.length !== w.length) {
    throw fault(
      "lengths-differ",
      `${b.length} spends, ${y.length} returns and ${w.length} weights; each observation needs all`,
    );
  }
  for (const [name, list] of [
    ["spend", b],
    ["observed", y],
    ["weights", w],
  ] as const) {
    const row = list.findIndex((v) => !Number.isFinite(v) || (name !== "observed" && v < 0));
    if (row !== -1)
      throw fault(
        "not-finite",
        `${name}[${row}] is ${list[row]}; it must be finite${name === "observed" ? "" : " and not negative"}`,
        row,
      );
  }
  if (new Set(b.filter((_, i) => w[i]! > 0)).size < 2) {
    throw fault("too-few", "a curve needs observations at two or more different spends");
  }
  return { b, y, w };
}

function fault(code: string, problem: string, row?: number): DataError {
  return new DataError(`fitResponse: ${problem}.`, { code, ...(row !== undefined && { row }) });
}

function weighted({ w }: Data, values: readonly number[]): number {
  return values.reduce((sum, v, i) => sum + w[i]! * v, 0);
}

function fitForm(form: Response["form"], data: Data): { response: Response; flattened?: number[] } {
  const largest = Math.max(...data.b);
  const smallest = Math.min(...data.b.filter((b) => b > 0));
  const positive = (shape: (b: number) => number): number => {
    const scale = bestScale(data, shape).scale;
    if (scale > 0) return scale;
    throw fault(
      "not-rising",
      `returns do not rise with spend: the best ${form} curve has scale ${formatNumber(scale)}`,
    );
  };
  switch (form) {
    case "log": {
      const shape = (log: number) => (b: number) => Math.log1p(b / Math.exp(log));
      const at = minimizeOn(
        (log) => bestScale(data, shape(log)).error,
        Math.log(smallest / 100),
        Math.log(largest * 1000),
      );
      return { response: { form, scale: positive(shape(at)), saturation: Math.exp(at) } };
    }
    case "power": {
      const shape = (e: number) => (b: number) => b ** e;
      const at = minimizeOn((e) => bestScale(data, shape(e)).error, 1e-3, 1 - 1e-9);
      return { response: { form, scale: positive(shape(at)), exponent: at } };
    }
    case "hill": {
      const shape = (logHalf: number, m: number) => (b: number) => 1 / (1 + (Math.exp(logHalf) / b) ** m);
      const [low, high] = [Math.log(smallest / 100), Math.log(largest * 100)];
      const halfFor = (m: number) => minimizeOn((h) => bestScale(data, shape(h, m)).error, low, high);
      const logM = minimizeOn(
        (log) => bestScale(data, shape(halfFor(Math.exp(log)), Math.exp(log))).error,
        Math.log(0.2),
        Math.log(12),
      );
      const steepness = Math.exp(logM);
      const logHalf = halfFor(steepness);
      return { response: { form, scale: positive(shape(logHalf, steepness)), half: Math.exp(logHalf), steepness } };
    }
    case "spline":
      return fitSpline(data);
  }
}

/** argmin over s of Σw(y − s·shape(b))² */
function bestScale(data: Data, shape: (b: number) => number): { scale: number; error: number } {
  let [square, cross] = [0, 0];
  for (const [i, b] of data.b.entries()) {
    const u = shape(b);
    square += data.w[i]! * u * u;
    cross += data.w[i]! * u * data.y[i]!;
  }
  const scale = square > 0 ? cross / square : 0;
  let error = 0;
  for (const [i, b] of data.b.entries()) error += data.w[i]! * (data.y[i]! - scale * shape(b)) ** 2;
  return { scale, error: Number.isFinite(error) ? error : Infinity };
}

const GRID = 48;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The lowest of a grid, then golden section around it: to 1e-11 of the interval where the minimum is sharp. */
function minimizeOn(f: (x: number) => number, low: number, high: number): number {
  const at = (i: number) => low + ((high - low) * i) / GRID;
  let best = 0;
  let value = Infinity;
  for (let i = 0; i <= GRID; i++) {
    const here = f(at(i));
    if (here < value) [best, value] = [i, here];
  }
  let [a, b] = [at(Math.max(0, best - 1)), at(Math.min(GRID, best + 1))];
  let [c, d] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let [fc, fd] = [f(c), f(d)];
  for (let step = 0; step < 55; step++) {
    if (fc <= fd) {
      [b, d, fd] = [d, c, fc];
      c = b - GOLDEN * (b - a);
      fc = f(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + GOLDEN * (b - a);
      fd = f(d);
    }
  }
  return (a + b) / 2;
}

const MOST_KNOTS = 24;

/** min Σ w(θ_k − y)² over values at knots whose secants fall and stay above 0. */
function fitSpline(data: Data): { response: Response; flattened: number[] } {
  const { knots, means, weights } = knotsOf(data);
  const n = knots.length;
  const size = weights.reduce((sum, w) => sum + w, 0) / n;
  const P = knots.map((_, i) => knots.map((__, j) => (i === j ? Math.max(weights[i]! / size, 1e-8) : 0)));
  const q = means.map((y, i) => -y * P[i]![i]!);
  const secant = (i: number): number[] =>
    knots.map((_, j) => (j === i ? -1 : j === i + 1 ? 1 : 0) / (knots[i + 1]! - knots[i]!));
  const A = Array.from({ length: n - 1 }, (_, i) => {
    const next = i + 2 < n ? secant(i + 1) : knots.map(() => 0);
    const scale = knots[i + 1]! - knots[i]!;
    return secant(i).map((v, j) => scale * (v - next[j]!)); // the last row: the last secant is not negative
  });
  const { x, active } = qp({ P, q, A, lower: A.map(() => 0), upper: A.map(() => Infinity) });
  const values = rising(knots, x.toArray());
  if (!(values.at(-1)! > values[0]!)) throw fault("not-rising", "returns do not rise with spend");
  const flattened = knots.filter((_, i) => i > 0 && active[i - 1] === "lower");
  return { response: { form: "spline", knots, values }, flattened };
}

/** What rounding of the program leaves of a bend is taken out, so that the curve is concave exactly. */
function rising(knots: readonly number[], values: readonly number[]): number[] {
  const result = [values[0]!];
  let before = Infinity;
  for (let i = 1; i < knots.length; i++) {
    const step = knots[i]! - knots[i - 1]!;
    before = Math.max(0, Math.min(before, (values[i]! - values[i - 1]!) / step));
    result.push(result[i - 1]! + before * step);
  }
  return result;
}

/** Different spends with their mean returns; of many, neighbors are put together. */
function knotsOf({ b, y, w }: Data): { knots: number[]; means: number[]; weights: number[] } {
  const order = b
    .map((_, i) => i)
    .filter((i) => w[i]! > 0)
    .sort((i, j) => b[i]! - b[j]!);
  const different = new Set(order.map((i) => b[i]!)).size;
  const bins = Math.min(MOST_KNOTS, different);
  const knots: number[] = [];
  const means: number[] = [];
  const weights: number[] = [];
  let seen = -1;
  let last = Number.NaN;
  let bin = -1;
  const spends: number[] = [];
  for (const i of order) {
    if (b[i] !== last) seen++;
    last = b[i]!;
    const to = Math.floor((seen * bins) / different);
    if (to !== bin) {
      bin = to;
      spends.push(0);
      means.push(0);
      weights.push(0);
    }
    spends[bin]! += w[i]! * b[i]!;
    means[bin]! += w[i]! * y[i]!;
    weights[bin]! += w[i]!;
  }
  for (let k = 0; k < weights.length; k++) {
    knots.push(spends[k]! / weights[k]!);
    means[k]! /= weights[k]!;
  }
  return { knots, means, weights };
}
