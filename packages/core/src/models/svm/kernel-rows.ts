// Rows of Gram matrices, by plain loops: what the solver asks for one at a time, and prediction for each new row.

/** A kernel with its numbers resolved. */
export interface KernelRule {
  readonly kind: "linear" | "rbf" | "polynomial" | "sigmoid";
  readonly gamma: number;
  readonly degree: number;
  readonly offset: number;
}

/** m rows of d values, with their squared norms for rbf. */
export interface KernelPoints {
  readonly m: number;
  readonly d: number;
  readonly values: Float64Array;
  readonly norms: Float64Array;
}

export function pointsOf(values: Float64Array, d: number): KernelPoints {
  const m = values.length / d;
  const norms = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let j = i * d; j < (i + 1) * d; j++) sum += values[j]! * values[j]!;
    norms[i] = sum;
  }
  return { m, d, values, norms };
}

/**
 * out[i] = k(x, zᵢ) for the row x that starts at `from` in `x`
 *
 * Method:   four inner products side by side, each summed in the order of the columns: bits do not depend on the number of rows
 * Traps:    ‖x‖² + ‖z‖² − 2x·z of equal rows is rounding of either sign: clamped at 0
 */
export function kernelRow(
  rule: KernelRule,
  x: Float64Array,
  from: number,
  points: KernelPoints,
  out: Float64Array,
): void {
  const { m, d, values } = points;
  const whole = m - (m % 4);
  for (let i = 0; i < whole; i += 4) {
    const a = i * d;
    const b = a + d;
    const c = b + d;
    const e = c + d;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0; j < d; j++) {
      const v = x[from + j]!;
      s0 += v * values[a + j]!;
      s1 += v * values[b + j]!;
      s2 += v * values[c + j]!;
      s3 += v * values[e + j]!;
    }
    out[i] = s0;
    out[i + 1] = s1;
    out[i + 2] = s2;
    out[i + 3] = s3;
  }
  for (let i = whole; i < m; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += x[from + j]! * values[i * d + j]!;
    out[i] = sum;
  }
  finish(rule, x, from, points, out);
}

/** From inner products to values of the kernel. */
function finish(
  rule: KernelRule,
  x: Float64Array,
  from: number,
  { m, d, norms }: KernelPoints,
  out: Float64Array,
): void {
  const { kind, gamma, degree, offset } = rule;
  if (kind === "rbf") {
    let own = 0;
    for (let j = from; j < from + d; j++) own += x[j]! * x[j]!;
    for (let i = 0; i < m; i++) {
      const distance = own + norms[i]! - 2 * out[i]!;
      out[i] = distance > 0 ? Math.exp(-gamma * distance) : 1;
    }
  } else if (kind === "polynomial") {
    for (let i = 0; i < m; i++) {
      const base = gamma * out[i]! + offset;
      let power = base;
      for (let p = 1; p < degree; p++) power *= base;
      out[i] = power;
    }
  } else if (kind === "sigmoid") {
    for (let i = 0; i < m; i++) out[i] = Math.tanh(gamma * out[i]! + offset);
  }
}

/** Rows of the Gram matrix of a training set: of a rule, or of a matrix that is there. */
export interface GramSource {
  readonly n: number;
  readonly diagonal: Float64Array;
  /** K[i, ·] into `out`. */
  row(i: number, out: Float64Array): void;
}

export function gramByRule(rule: KernelRule, points: KernelPoints): GramSource {
  const { m, d, values, norms } = points;
  const one = new Float64Array(1);
  const diagonal = Float64Array.from(norms, (_, i) => {
    if (rule.kind === "rbf") return 1;
    kernelRow(rule, values, i * d, { m: 1, d, values: values.subarray(i * d, (i + 1) * d), norms: one }, one);
    return one[0]!;
  });
  return {
    n: m,
    diagonal,
    row(i, out) {
      kernelRow(rule, values, i * d, points, out);
      out[i] = diagonal[i]!;
    },
  };
}

/** A matrix "n n" that is there. */
export function gramByMatrix(K: Float64Array, n: number): GramSource {
  return {
    n,
    diagonal: Float64Array.from({ length: n }, (_, i) => K[i * n + i]!),
    row(i, out) {
      out.set(K.subarray(i * n, (i + 1) * n));
    },
  };
}

/** Some rows and columns of a source. */
export function gramOfRows(source: GramSource, rows: Int32Array): GramSource {
  const whole = new Float64Array(source.n);
  return {
    n: rows.length,
    diagonal: Float64Array.from(rows, (row) => source.diagonal[row]!),
    row(i, out) {
      source.row(rows[i]!, whole);
      for (let k = 0; k < rows.length; k++) out[k] = whole[rows[k]!]!;
    },
  };
}
