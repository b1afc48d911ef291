// Classifiers for any number of classes: one machine per pair of them.
import { fold, type Key, permutation } from "../../random/index.ts";
import type { Design } from "../design.ts";
import { pairsOf } from "./fitted-svc.ts";
import { type GramSource, gramOfRows } from "./kernel-rows.ts";
import type { Machine } from "./machine.ts";
import type { FittedKernel, SvmOptions } from "./options.ts";
import { fitSigmoid, type Sigmoid } from "./platt.ts";
import { type Support, supportOf } from "./support.ts";

/** Trains a machine on some rows with signs ±1. */
export type Trainer = (gram: GramSource, signs: Int8Array, limits: Float64Array) => Machine;

export interface Calibration {
  /** Each row is asked of a machine that was fitted without its fold. */
  readonly folds: number;
  /** Deals out the rows. */
  readonly key: Key;
}

export interface PairwiseFit {
  readonly machines: readonly Machine[];
  readonly support: Support;
  readonly counts: readonly number[];
  /** "k−1 s" */
  readonly dual: Float64Array;
  readonly intercepts: Float64Array;
  readonly sigmoids: readonly Sigmoid[] | undefined;
}

/** `limits` of 0 take a row out. */
export function fitPairs(
  X: Design,
  codes: Int32Array,
  k: number,
  limits: Float64Array,
  kernel: FittedKernel,
  train: Trainer,
  calibration: Calibration | undefined,
): PairwiseFit {
  const pairs = pairsOf(k);
  const betas: Float64Array[] = [];
  const sigmoids: Sigmoid[] = [];
  const machines = pairs.map(([a, b], p) => {
    const rows = Int32Array.from(codes.keys()).filter((i) => (codes[i] === a || codes[i] === b) && limits[i]! > 0);
    const positive = k === 2 ? b : a;
    const signs = Int8Array.from(rows, (row) => (codes[row] === positive ? 1 : -1));
    const own = Float64Array.from(rows, (row) => limits[row]!);
    const gram = rows.length === X.n ? kernel.gram : gramOfRows(kernel.gram, rows);
    const machine = train(gram, signs, own);
    const beta = new Float64Array(X.n);
    rows.forEach((row, i) => {
      beta[row] = machine.beta[i]!;
    });
    betas.push(beta);
    if (calibration !== undefined) sigmoids.push(calibrated(gram, signs, own, train, calibration, p));
    return machine;
  });
  const members = Array.from({ length: k }, (_, c) =>
    Int32Array.from(codes.keys()).filter((i) => codes[i] === c && betas.some((beta) => beta[i] !== 0)),
  );
  const indices = Int32Array.from(members.flatMap((rows) => [...rows]));
  const s = indices.length;
  const dual = new Float64Array((k - 1) * s);
  pairs.forEach(([a, b], p) => {
    indices.forEach((row, i) => {
      if (codes[row] === a) dual[(b - 1) * s + i] = betas[p]![row]!;
      else if (codes[row] === b) dual[a * s + i] = betas[p]![row]!;
    });
  });
  return {
    machines,
    support: supportOf(kernel, X, indices),
    counts: members.map((rows) => rows.length),
    dual,
    intercepts: Float64Array.from(machines, ({ b }) => b),
    sigmoids: calibration === undefined ? undefined : sigmoids,
  };
}

/** Platt's sigmoid on decisions of rows that were held out: folds with equal shares of both signs. */
function calibrated(
  gram: GramSource,
  signs: Int8Array,
  limits: Float64Array,
  train: Trainer,
  { folds, key }: Calibration,
  pair: number,
): Sigmoid {
  const n = signs.length;
  const foldOf = new Int32Array(n);
  for (const sign of [1, -1]) {
    const rows = Int32Array.from(signs.keys()).filter((i) => signs[i] === sign);
    const order = permutation(fold(fold(key, pair), sign === 1 ? 1 : 0), rows.length).toArray();
    order.forEach((at, place) => {
      foldOf[rows[at]!] = place % folds;
    });
  }
  const decided = new Float64Array(n);
  const row = new Float64Array(n);
  for (let f = 0; f < folds; f++) {
    const rest = Int32Array.from(signs.keys()).filter((i) => foldOf[i] !== f);
    const restSigns = Int8Array.from(rest, (i) => signs[i]!);
    const restLimits = Float64Array.from(rest, (i) => limits[i]!);
    const machine = train(gramOfRows(gram, rest), restSigns, restLimits);
    for (let i = 0; i < n; i++) if (foldOf[i] === f) decided[i] = machine.b;
    for (let at = 0; at < rest.length; at++) {
      const beta = machine.beta[at]!;
      if (beta === 0) continue;
      gram.row(rest[at]!, row);
      for (let i = 0; i < n; i++) if (foldOf[i] === f) decided[i] = decided[i]! + beta * row[i]!;
    }
  }
  return fitSigmoid(decided, signs, new Float64Array(n).fill(1));
}

/** What a file keeps of the options, classes aside. */
export function savedSvm(options: SvmOptions): Record<string, number | string | boolean> {
  const { tolerance = 1e-3, shrinking = true, solver = "smo", kernel } = options;
  return { kernel: kernel?.name ?? "rbf", tolerance, shrinking, solver };
}
