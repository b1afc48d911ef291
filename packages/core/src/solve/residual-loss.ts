// What residuals cost, and the weighted residuals and rows whose least squares is the same to first order.

export type Loss = "linear" | "huber" | "soft-l1";

export interface WeightedResiduals {
  /** ½Σρ(r²) */
  readonly value: number;
  /** √ρ′·r */
  readonly residuals: Float64Array;
  /** √ρ′·J, by rows */
  readonly jacobian: Float64Array;
}

export function reweighted(loss: Loss, r: Float64Array, J: Float64Array = new Float64Array(0)): WeightedResiduals {
  if (loss === "linear") return { value: 0.5 * r.reduce((sum, v) => sum + v * v, 0), residuals: r, jacobian: J };
  const n = r.length === 0 ? 0 : J.length / r.length;
  const residuals = r.slice();
  const jacobian = J.slice();
  let value = 0;
  for (let i = 0; i < r.length; i++) {
    const z = r[i]! * r[i]!;
    const [rho, slope] = loss === "huber" ? huber(z) : softL1(z);
    value += 0.5 * rho;
    const root = Math.sqrt(slope);
    residuals[i]! *= root;
    for (let j = i * n; j < (i + 1) * n; j++) jacobian[j]! *= root;
  }
  return { value, residuals, jacobian };
}

/** ρ and ρ′ at z = r². */
function huber(z: number): [number, number] {
  if (!(z > 1)) return [z, 1];
  const size = Math.sqrt(z);
  return [2 * size - 1, 1 / size];
}

function softL1(z: number): [number, number] {
  const root = Math.sqrt(1 + z);
  return [(2 * z) / (root + 1), 1 / root]; // 2(√(1 + z) − 1) without cancellation
}
