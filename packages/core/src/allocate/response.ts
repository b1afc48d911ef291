// Returns as functions of spend: four curves as plain data, with value, slope and curvature.
import { formatNumber, OptionError } from "../errors/index.ts";
import { type SplineSlope, splineSlope, splineValue } from "./spline.ts";

/** Return as a function of spend. Plain data: it can be sent. */
export type Response =
  /** scale·log(1 + b/saturation) */
  | { readonly form: "log"; readonly scale: number; readonly saturation: number }
  /** scale·b^exponent, 0 < exponent < 1 */
  | { readonly form: "power"; readonly scale: number; readonly exponent: number }
  /** scale·b^steepness/(half^steepness + b^steepness): for a steepness above 1 not concave near 0 */
  | { readonly form: "hill"; readonly scale: number; readonly half: number; readonly steepness: number }
  /** Through the points (knots, values), concave and smooth between them, straight beyond them. */
  | { readonly form: "spline"; readonly knots: readonly number[]; readonly values: readonly number[] };

/** A response that was read: what solvers call in their loops. */
export interface Curve {
  value(b: number): number;
  /** Falls with b where the curve is concave. */
  slope(b: number): number;
  curvature(b: number): number;
  /** Spend above which the curve is concave: 0 for curves that are. */
  readonly concaveFrom: number;
  /** The spend of a slope, where that has a closed form. */
  readonly spendAt?: (slope: number) => number;
  /** The root of slope(b) = rho·(b − near), where that has a closed form. */
  readonly step?: (near: number, rho: number) => number;
}

/**
 * The return of a spend.
 *
 * @throws OptionError for a response that cannot be: a scale or saturation that is not positive, an exponent outside of (0, 1), knots
 * that do not rise, values that are not concave and rising.
 *
 * @example
 * ```ts
 * import { responseValue } from "steepest/allocate";
 * responseValue({ form: "power", scale: 2, exponent: 0.5 }, 9); // 6
 * ```
 */
export function responseValue(response: Response, spend: number): number {
  return curveOf("responseValue", response).value(spend);
}

/** Reads and checks a response. @throws OptionError in the name of `owner`. */
export function curveOf(owner: string, response: Response): Curve {
  const positive = (name: string, value: number) => {
    if (!(value > 0 && value < Infinity)) throw wrong(owner, response, `${name} must be positive, got ${value}`);
  };
  switch (response?.form) {
    case "log": {
      const { scale: s, saturation: k } = response;
      positive("scale", s);
      positive("saturation", k);
      return logCurve(s, k);
    }
    case "power": {
      const { scale: s, exponent: e } = response;
      positive("scale", s);
      if (!(e > 0 && e < 1)) throw wrong(owner, response, `exponent must lie between 0 and 1, got ${e}`);
      return {
        concaveFrom: 0,
        value: (b) => s * b ** e,
        slope: (b) => s * e * b ** (e - 1),
        curvature: (b) => s * e * (e - 1) * b ** (e - 2),
        spendAt: (slope) => (slope > 0 ? ((s * e) / slope) ** (1 / (1 - e)) : Infinity),
      };
    }
    case "hill": {
      const { scale, half, steepness } = response;
      positive("scale", scale);
      positive("half", half);
      positive("steepness", steepness);
      return hillCurve(scale, half, steepness);
    }
    case "spline":
      return splineCurve(splineSlope(response.knots, response.values, (problem) => wrong(owner, response, problem)));
    default:
      throw wrong(owner, response, 'form must be "log", "power", "hill" or "spline"');
  }
}

function logCurve(s: number, k: number): Curve {
  return {
    concaveFrom: 0,
    value: (b) => s * Math.log1p(b / k),
    slope: (b) => s / (k + b),
    curvature: (b) => -s / (k + b) ** 2,
    spendAt: (slope) => (slope > 0 ? s / slope - k : Infinity),
    // ρ(b − v)(k + b) = s; for v < k the two terms of the root cancel, so it is multiplied out
    step(v, rho) {
      const root = Math.sqrt((v + k) ** 2 + (4 * s) / rho);
      return v < k ? (2 * (s / rho + v * k)) / (root + (k - v)) : 0.5 * (v - k + root);
    },
  };
}

function hillCurve(s: number, h: number, m: number): Curve {
  // with r = (b/h)^m:  value s·r/(1 + r),  slope s·m·r/(b(1 + r)²),  zero curvature at r = (m − 1)/(m + 1)
  const ratio = (b: number) => (b / h) ** m;
  return {
    concaveFrom: m <= 1 ? 0 : h * ((m - 1) / (m + 1)) ** (1 / m),
    value(b) {
      const r = ratio(b);
      return r === Infinity ? s : (s * r) / (1 + r);
    },
    slope(b) {
      if (b === 0) return m < 1 ? Infinity : m === 1 ? s / h : 0;
      const r = ratio(b);
      return r === Infinity ? 0 : (s * m * (r / (1 + r))) / (b * (1 + r));
    },
    curvature(b) {
      if (b === 0)
        return m < 1 ? -Infinity : m === 1 ? (-2 * s) / h ** 2 : m < 2 ? Infinity : m === 2 ? (2 * s) / h ** 2 : 0;
      const r = ratio(b);
      return r === Infinity ? 0 : (s * m * (r / (1 + r)) * (m - 1 - (m + 1) * r)) / (b * b * (1 + r) ** 2);
    },
  };
}

function splineCurve(spline: SplineSlope): Curve {
  const { xs, slopes } = spline;
  const pieceOf = (b: number): number => {
    let low = 0;
    let high = xs.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle]! <= b) low = middle;
      else high = middle;
    }
    return low;
  };
  const curvature = (b: number): number => {
    if (b < xs[0]! || b >= xs.at(-1)!) return 0;
    const i = pieceOf(b);
    return (slopes[i + 1]! - slopes[i]!) / (xs[i + 1]! - xs[i]!);
  };
  return {
    concaveFrom: 0,
    value: (b) => splineValue(spline, b),
    slope(b) {
      if (b <= xs[0]!) return slopes[0]!;
      if (b >= xs.at(-1)!) return slopes.at(-1)!;
      const i = pieceOf(b);
      const share = (b - xs[i]!) / (xs[i + 1]! - xs[i]!);
      return slopes[i]! + share * (slopes[i + 1]! - slopes[i]!);
    },
    curvature,
  };
}

function wrong(owner: string, response: Response, problem: string): OptionError {
  const text = JSON.stringify(response, (_, value) =>
    typeof value === "number" ? Number(formatNumber(value)) : value,
  );
  return new OptionError(`${owner}: ${problem}, in the response ${text?.slice(0, 120)}.`, {
    code: "invalid-response",
    option: "response",
  });
}
