// Generated data sets: shapes that show what a learner can and cannot separate, and linear data with a known truth.
// Design and noise come from different keys, so that more noise moves points but not the design.
import { array, type NDArray } from "../array/index.ts";
import { DataError, OptionChecker } from "../errors/index.ts";
import { type Key, normal, split, uniform } from "../random/index.ts";

/** Points in the plane (or in d dimensions) and their classes 0, 1, …, equally large up to one, class by class. */
export interface Labeled {
  /** "n d" */
  readonly X: NDArray;
  readonly y: number[];
}

/** Points and numbers. */
export interface Samples {
  /** "n d" */
  readonly X: NDArray;
  /** "n" */
  readonly y: NDArray;
}

/**
 * Two interleaved half circles of radius 1: class 0 is (cos t, sin t), class 1 is (1 − cos t, ½ − sin t), t from 0 to π.
 *
 * @example
 * ```ts
 * const { X, y } = moons({ samples: 300, noise: 0.2, key: key(42) });
 * X.shape; // [300, 2]
 * ```
 */
export function moons(options: { samples: number; noise: number; key: Key }): Labeled {
  checkShapeOptions("moons", options, []).done();
  return labeled(options, 2, (label, share) => {
    const t = Math.PI * share;
    return label === 0 ? [Math.cos(t), Math.sin(t)] : [1 - Math.cos(t), 0.5 - Math.sin(t)];
  });
}

/** Two circles around 0: class 0 of radius 1, class 1 of radius `ratio`. */
export function circles(options: {
  samples: number;
  noise: number;
  key: Key;
  /** Inner radius. Default 0.5. */
  ratio?: number;
}): Labeled {
  checkShapeOptions("circles", options, ["ratio"]).number("ratio", 0, 1).done();
  const { ratio = 0.5 } = options;
  return labeled(options, 2, (label, _, turn) => {
    const radius = label === 0 ? 1 : ratio;
    return [radius * Math.cos(2 * Math.PI * turn), radius * Math.sin(2 * Math.PI * turn)];
  });
}

/** Two arms that wind around 0, opposite to each other: radius from 0 to 1 while the angle makes `turns`. */
export function spirals(options: {
  samples: number;
  /** Default 1.5. */
  turns?: number;
  noise: number;
  key: Key;
}): Labeled {
  checkShapeOptions("spirals", options, ["turns"]).number("turns", 0, Infinity, true).done();
  const { turns = 1.5 } = options;
  return labeled(options, 2, (label, share) => {
    const angle = 2 * Math.PI * turns * share + Math.PI * label;
    return [share * Math.cos(angle), share * Math.sin(angle)];
  });
}

/**
 * A cloud N(center, std²·I) around each center; the class is the number of the center.
 *
 * @throws DataError when the centers differ in their number of coordinates.
 */
export function blobs(options: {
  samples: number;
  /** One list of coordinates per class. */
  centers: readonly (readonly number[])[];
  /** Default 1. */
  std?: number;
  key: Key;
}): Labeled {
  new OptionChecker("blobs", options, ["samples", "centers", "std", "key"])
    .required("samples")
    .required("key")
    .required("centers")
    .integer("samples", 1)
    .number("std", 0)
    .done();
  const { samples, centers, std = 1, key } = options;
  const dimensions = centers[0]?.length ?? 0;
  if (dimensions === 0 || centers.some((center) => center.length !== dimensions)) {
    throw new DataError(
      `blobs: the centers have ${centers.map((c) => c.length).join(", ") || "no"} coordinates. Give at least one center, all with the same number of coordinates.`,
      { code: "ragged-centers" },
    );
  }
  return labeled({ samples, noise: std, key }, centers.length, (label) => centers[label]!);
}

/**
 * y = X·coef + intercept + noise·ε with ε from N(0, 1). X is from N(0, I), or from N(0, Σ) with Σ[i, j] = ρ^|i − j|.
 *
 * @example
 * ```ts
 * const { X, y } = linearData({ samples: 100, coef: [2, -1], intercept: 3, noise: 0, key: key(1) });
 * y.sub(X.matmul(array([2, -1])).add(3)).abs().max().item() < 1e-12; // true
 * ```
 */
export function linearData(options: {
  samples: number;
  coef: readonly number[];
  /** Default 0. */
  intercept?: number;
  /** Standard deviation of the noise. */
  noise: number;
  /** ρ, below 1 in size. Default 0. */
  correlation?: number;
  key: Key;
}): Samples {
  new OptionChecker("linearData", options, ["samples", "coef", "intercept", "noise", "correlation", "key"])
    .required("samples")
    .required("coef")
    .required("noise")
    .required("key")
    .integer("samples", 1)
    .number("intercept")
    .number("noise", 0)
    .number("correlation", -1 + Number.EPSILON, 1 - Number.EPSILON)
    .done();
  const { samples, coef, intercept = 0, noise, correlation = 0, key } = options;
  const [design, errors] = split(key, 2);
  const d = coef.length;
  const X = Float64Array.from(normal(design!, [samples, d]).toArray());
  const innovation = Math.sqrt(1 - correlation * correlation);
  const epsilon = normal(errors!, [samples]).toArray();
  const y = new Float64Array(samples);
  for (let i = 0; i < samples; i++) {
    let sum = intercept;
    for (let j = 0; j < d; j++) {
      // x₀ = z₀,  xⱼ = ρ·xⱼ₋₁ + √(1 − ρ²)·zⱼ  has the covariance ρ^|i − j|
      if (j > 0) X[i * d + j] = correlation * X[i * d + j - 1]! + innovation * X[i * d + j]!;
      sum += coef[j]! * X[i * d + j]!;
    }
    y[i] = sum + noise * epsilon[i]!;
  }
  return { X: array(X).reshape(samples, d), y: array(y) };
}

/** y = f(x) + noise·ε with x uniform in [low, high) and ε from N(0, 1); X is "n 1". */
export function functionData(options: {
  samples: number;
  f: (x: number) => number;
  low: number;
  high: number;
  /** Standard deviation of the noise. */
  noise: number;
  key: Key;
}): Samples {
  new OptionChecker("functionData", options, ["samples", "f", "low", "high", "noise", "key"])
    .required("samples")
    .required("f")
    .required("low")
    .required("high")
    .required("noise")
    .required("key")
    .integer("samples", 1)
    .number("low")
    .number("high", options.low, Infinity, true)
    .number("noise", 0)
    .done();
  const { samples, f, low, high, noise, key } = options;
  const [design, errors] = split(key, 2);
  const x = uniform(design!, [samples], { low, high });
  const epsilon = normal(errors!, [samples]).toArray();
  const y = Float64Array.from(x.toArray(), (value, i) => f(value) + noise * epsilon[i]!);
  return { X: x.reshape(samples, 1), y: array(y) };
}

function checkShapeOptions(owner: string, options: object, more: readonly string[]): OptionChecker {
  return new OptionChecker(owner, options, ["samples", "noise", "key", ...more])
    .required("samples")
    .required("noise")
    .required("key")
    .integer("samples", 1)
    .number("noise", 0);
}

/**
 * `samples` points, class by class; the first classes get one point more where they cannot be equal. The curve is told how far
 * along its class a point is: `share` includes both ends, `turn` leaves out the second.
 */
function labeled(
  options: { samples: number; noise: number; key: Key },
  classes: number,
  curve: (label: number, share: number, turn: number) => readonly number[],
): Labeled {
  const { samples, noise, key } = options;
  const points: (readonly number[])[] = [];
  const y: number[] = [];
  for (let label = 0; label < classes; label++) {
    const size = Math.floor(samples / classes) + (label < samples % classes ? 1 : 0);
    for (let i = 0; i < size; i++) {
      points.push(curve(label, size > 1 ? i / (size - 1) : 0, i / size));
      y.push(label);
    }
  }
  const d = points[0]!.length;
  const errors = normal(key, [samples, d]).toArray();
  const X = Float64Array.from(errors, (e, at) => points[Math.floor(at / d)]![at % d]! + noise * e);
  return { X: array(X).reshape(samples, d), y };
}
