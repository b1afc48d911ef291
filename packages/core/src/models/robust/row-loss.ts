// Losses of one row as functions of its score z and target y: what Newton's method and single-pass learning need to know.

export interface RowLoss {
  readonly name: string;
  value(z: number, y: number): number;
  /** ∂/∂z */
  slope(z: number, y: number): number;
  /** ∂²/∂z², where it exists. */
  curvature(z: number, y: number): number;
  /** A curvature so large that the parabola through (value, slope) lies above the loss; where `curvature` does not suffice. */
  readonly majorant?: (z: number, y: number) => number;
  /** From a score to a prediction. */
  predict(z: number): number;
}

const identity = (z: number): number => z;

/** ½(z − y)² */
export const squaredRow: RowLoss = {
  name: "squared",
  value: (z, y) => 0.5 * (z - y) ** 2,
  slope: (z, y) => z - y,
  curvature: () => 1,
  predict: identity,
};

/** ½r² up to |r| = δ, then δ|r| − ½δ²; the majorant δ/|r| is that of reweighted least squares. */
export function huberRow(delta: number): RowLoss {
  return {
    name: "huber",
    value(z, y) {
      const r = Math.abs(z - y);
      return r <= delta ? 0.5 * r * r : delta * (r - 0.5 * delta);
    },
    slope: (z, y) => Math.max(-delta, Math.min(delta, z - y)),
    curvature: (z, y) => (Math.abs(z - y) <= delta ? 1 : 0),
    majorant: (z, y) => (Math.abs(z - y) <= delta ? 1 : delta / Math.abs(z - y)),
    predict: identity,
  };
}

/** τ·r for r = y − z > 0, (τ − 1)·r below. Its optimum is a quantile; no curvature: for single-pass learning alone. */
export function quantileRow(tau: number): RowLoss {
  return {
    name: "quantile",
    value: (z, y) => (y > z ? tau * (y - z) : (1 - tau) * (z - y)),
    slope: (z, y) => (y > z ? -tau : y < z ? 1 - tau : 0),
    curvature: () => 0,
    predict: identity,
  };
}

/** eᶻ − yz − (y − y·log y): half the deviance of counts, 0 where eᶻ = y. */
export const poissonRow: RowLoss = {
  name: "poisson",
  value: (z, y) => Math.exp(z) - y * z - (y > 0 ? y - y * Math.log(y) : 0),
  slope: (z, y) => Math.exp(z) - y,
  curvature: (z) => Math.exp(z),
  predict: Math.exp,
};

/** max(0, 1 − yz)² for y = ±1. */
export const squaredHingeRow: RowLoss = {
  name: "squared-hinge",
  value: (z, y) => Math.max(0, 1 - y * z) ** 2,
  slope: (z, y) => -2 * y * Math.max(0, 1 - y * z),
  curvature: (z, y) => (y * z < 1 ? 2 : 0),
  majorant: () => 2,
  predict: identity,
};

/** max(0, 1 − yz) for y = ±1; for single-pass learning alone. */
export const hingeRow: RowLoss = {
  name: "hinge",
  value: (z, y) => Math.max(0, 1 - y * z),
  slope: (z, y) => (y * z < 1 ? -y : 0),
  curvature: () => 0,
  predict: identity,
};
