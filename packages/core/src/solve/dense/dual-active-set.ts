import { choleskyInPlace, inverseLower, solveLower, solveLowerTransposed } from "./cholesky.ts";
import { addAt, addOuter, addRows, dotAt, rowProducts } from "./rows.ts";

/** Rows with two sides and bounds on the variables; ±Infinity where there is none, equal sides for equalities. */
export interface StrictQp {
  readonly n: number;
  /** "n n", symmetric positive definite; its lower triangle is read. */
  readonly H: Float64Array;
  readonly g: Float64Array;
  /** "m n" by rows */
  readonly A: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly lower?: Float64Array | undefined;
  readonly upper?: Float64Array | undefined;
}

/** H·x + g + Aᵀy + bound = 0; multipliers are positive at upper sides and negative at lower ones. */
export interface StrictQpResult {
  readonly status: "solved" | "infeasible" | "indefinite" | "max-steps";
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly bound: Float64Array;
  /** For "infeasible": Aᵀy + bound = 0 with negative support, which proves it. */
  readonly certificate?: { readonly y: Float64Array; readonly bound: Float64Array };
  /** Changes of the active set. */
  readonly steps: number;
}

const ALL_ROWS_EVERY = 6;

/** H = L·Lᵀ: L, and its inverse with zeros above the diagonal. */
export interface Factor {
  readonly L: Float64Array;
  readonly inverse: Float64Array;
}

/** L and L⁻¹ of H = L·Lᵀ, or undefined: kept by callers that solve again with other vectors. */
export function inverseFactor(H: Float64Array, n: number): Factor | undefined {
  const L = H.slice();
  if (choleskyInPlace(L, n) !== -1) return undefined;
  return { L, inverse: inverseLower(L, n) };
}

/**
 * min ½xᵀHx + gᵀx   subject to   low ≤ A·x ≤ high,  lower ≤ x ≤ upper,   H ≻ 0
 *
 * Given:    the problem; nothing is overwritten; `factor` if H has been factored before
 * Returns:  x, multipliers, or a certificate that there is no feasible point
 * Method:   dual active set, Goldfarb & Idnani (1983): from the unconstrained minimum, the most violated row (among those of the last full look) is added, rows whose
 *           multiplier would change its sign leave. Kept: J with JᵀHJ = I and R with JᵀN = [R; 0] for the active normals N.
 *           A row enters by one reflection (its product with J is the step that is needed anyway), and leaves by rotations.
 * Stops:    no violation beyond 1e-13 of the size of its row
 * Cost:     n³ for the start, 2mn + 6n² per change; Jᵀ is stored by rows, so that every loop runs along memory
 * Traps:    a row that depends on active ones has no direction: it is violated by rounding (then it holds), or it takes the place
 *           of an active row, or nothing is feasible, and the combination of normals proves it
 * Tests:    optimality conditions recomputed; random problems against enumeration of active sets; certificates by multiplication
 */
export function solveStrictQp(qp: StrictQp, factor: Factor | undefined = inverseFactor(qp.H, qp.n)): StrictQpResult {
  const m = qp.low.length;
  const x = new Float64Array(qp.n);
  if (factor === undefined) {
    return { status: "indefinite", x, y: new Float64Array(m), bound: new Float64Array(qp.n), steps: 0 };
  }
  return new DualActiveSet(qp, factor.L, factor.inverse).run();
}

class DualActiveSet {
  readonly n: number;
  readonly m: number;
  readonly #qp: StrictQp;
  /** Rows are the columns of J. */
  readonly #J: Float64Array;
  /** Column j at j(j + 1)/2. */
  readonly #R: Float64Array;
  readonly #x: Float64Array;
  /** Active: constraint (rows, then bounds), its side (+1: lower), its multiplier ≥ 0 unless it is an equality. */
  readonly #active: Int32Array;
  readonly #side: Int8Array;
  readonly #u: Float64Array;
  #q = 0;
  readonly #isActive: Uint8Array;
  /** Rows that hold because others do, up to rounding. */
  readonly #implied: Uint8Array;
  readonly #norms: Float64Array;
  /** The first `#candidates` entries: rows that were violated when all were looked at, and still are. */
  readonly #violated: Int32Array;
  #candidates = 0;
  #looks = 0;
  /** A·x, when all rows are looked at. */
  readonly #values: Float64Array;
  readonly #d: Float64Array;
  readonly #z: Float64Array;
  readonly #r: Float64Array;
  #steps = 0;

  constructor(qp: StrictQp, L: Float64Array, inverse: Float64Array) {
    const n = qp.n;
    const m = qp.low.length;
    this.n = n;
    this.m = m;
    this.#qp = qp;
    this.#J = inverse.slice();
    this.#R = new Float64Array((n * (n + 1)) / 2);
    this.#x = qp.g.map((v) => -v);
    solveLower(L, n, this.#x);
    solveLowerTransposed(L, n, this.#x);
    this.#active = new Int32Array(n + 1);
    this.#side = new Int8Array(n + 1);
    this.#u = new Float64Array(n + 1);
    this.#isActive = new Uint8Array(m + n);
    this.#implied = new Uint8Array(m + n);
    this.#norms = new Float64Array(m);
    this.#violated = new Int32Array(m);
    this.#values = new Float64Array(m);
    for (let k = 0; k < m; k++) {
      let sum = 0;
      for (let i = k * n; i < (k + 1) * n; i++) sum += qp.A[i]! * qp.A[i]!;
      this.#norms[k] = Math.sqrt(sum);
    }
    this.#d = new Float64Array(n);
    this.#z = new Float64Array(n);
    this.#r = new Float64Array(n);
  }

  run(): StrictQpResult {
    const { low, high, lower, upper } = this.#qp;
    for (let k = 0; k < this.m; k++) {
      if (low[k] === high[k] && !this.#enter(k, 1, true)) return this.#infeasible(k, 1);
    }
    if (lower !== undefined && upper !== undefined) {
      for (let i = 0; i < this.n; i++) {
        if (lower[i] === upper[i] && !this.#enter(this.m + i, 1, true)) return this.#infeasible(this.m + i, 1);
      }
    }
    const limit = 50 * (this.n + this.m) + 100;
    while (this.#steps < limit) {
      const worst = this.#mostViolated();
      if (worst === undefined) return this.#result("solved");
      if (!this.#enter(worst.k, worst.side, false)) return this.#infeasible(worst.k, worst.side);
    }
    return this.#result("max-steps");
  }

  /** The constraint that is violated most, relative to its size. */
  #mostViolated(): { k: number; side: number } | undefined {
    const { n, m } = this;
    const x = this.#x;
    const values = this.#values;
    const { A, low, high, lower, upper } = this.#qp;
    let size = 0;
    for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(x[i]!));
    let worst = 0;
    let k = -1;
    let side = 0;
    // between looks at all rows, five of six times, those that were violated then are enough: the others can wait
    for (let all = this.#candidates === 0 || this.#looks++ % ALL_ROWS_EVERY === 0; ; all = true) {
      const rows = all ? m : this.#candidates;
      if (all) rowProducts(A, n, 0, m, x, 0, values);
      let kept = 0;
      for (let at = 0; at < rows; at++) {
        const row = all ? at : this.#violated[at]!;
        if (this.#isActive[row] === 1 || this.#implied[row] === 1) continue;
        const value = all ? values[row]! : dotAt(A, row * n, x, 0, n);
        const norm = this.#norms[row]!;
        const below = low[row]! - value;
        const above = value - high[row]!;
        const violation = Math.max(below, above);
        if (!(violation > 0)) continue;
        const bound = below > above ? low[row]! : high[row]!;
        if (violation <= 1e-13 * (norm * size + Math.abs(bound))) continue;
        this.#violated[kept++] = row;
        const scaled = norm > 0 ? violation / norm : violation;
        if (scaled <= worst) continue;
        worst = scaled;
        k = row;
        side = below > above ? 1 : -1;
      }
      this.#candidates = kept;
      if (all || kept > 0) break;
    }
    for (let i = 0; i < n; i++) {
      if (this.#isActive[m + i] === 1 || this.#implied[m + i] === 1) continue;
      const below = lower === undefined ? -1 : lower[i]! - x[i]!;
      const above = upper === undefined ? -1 : x[i]! - upper[i]!;
      const violation = Math.max(below, above);
      if (!(violation > worst) || violation <= 1e-14 * size) continue;
      worst = violation;
      k = m + i;
      side = below > above ? 1 : -1;
    }
    return k === -1 ? undefined : { k, side };
  }

  /** Makes constraint k hold with equality at its side. False when that cannot be. */
  #enter(k: number, side: number, equality: boolean): boolean {
    const { n } = this;
    const x = this.#x;
    const d = this.#d;
    const z = this.#z;
    const r = this.#r;
    const u = this.#u;
    let entering = 0; // its multiplier
    this.#project(k, side);
    for (;;) {
      this.#steps++;
      const q = this.#q;
      // z = J₂d₂ (primal direction), r = R⁻¹d₁ (how multipliers of the active set change)
      let tail = 0;
      let all = 0;
      for (let i = 0; i < n; i++) {
        const square = d[i]! * d[i]!;
        all += square;
        if (i >= q) tail += square;
      }
      const independent = tail > 1e-22 * all;
      this.#direction(independent);
      let dual = Infinity;
      let leaves = -1;
      for (let j = 0; j < q; j++) {
        if (!(r[j]! > 0) || this.#isEquality(this.#active[j]!)) continue;
        const ratio = u[j]! / r[j]!;
        if (ratio < dual) [dual, leaves] = [ratio, j];
      }
      const gap = this.#gap(k, side);
      if (!independent) {
        const small = Math.abs(gap) <= 1e-9 * this.#sizeOf(k);
        if (small) {
          this.#implied[k] = 1;
          // multipliers that were moved for it stay as they are: the row carries what it has taken
          return entering === 0 || this.#giveBack(entering);
        }
        // an equality may be met from either side
        if (leaves === -1) return false;
        for (let j = 0; j < q; j++) u[j]! -= dual * r[j]!;
        entering += dual;
        this.#leave(leaves);
        continue;
      }
      // along z the row changes by d₂ᵀd₂ per unit
      const primal = -gap / tail;
      if (equality || primal <= dual) {
        for (let i = 0; i < n; i++) x[i]! += primal * z[i]!;
        for (let j = 0; j < q; j++) u[j]! -= primal * r[j]!;
        entering += primal;
        this.#append(k, side, entering, tail);
        return true;
      }
      for (let i = 0; i < n; i++) x[i]! += dual * z[i]!;
      for (let j = 0; j < q; j++) u[j]! -= dual * r[j]!;
      entering += dual;
      this.#leave(leaves);
    }
  }

  /** side·(aᵀx) − side·b: negative when violated. */
  #gap(k: number, side: number): number {
    const { n, m } = this;
    const { A, low, high, lower, upper } = this.#qp;
    if (k >= m) return side * (this.#x[k - m]! - (side > 0 ? lower![k - m]! : upper![k - m]!));
    const value = dotAt(A, k * n, this.#x, 0, n);
    return side * (value - (side > 0 ? low[k]! : high[k]!));
  }

  #sizeOf(k: number): number {
    const { m } = this;
    let size = 1;
    for (let i = 0; i < this.n; i++) size = Math.max(size, Math.abs(this.#x[i]!));
    return k >= m ? size : Math.max(1, this.#norms[k]! * size);
  }

  #isEquality(k: number): boolean {
    const { low, high, lower, upper } = this.#qp;
    const { m } = this;
    return k < m ? low[k] === high[k] : lower !== undefined && lower[k - m] === upper?.[k - m];
  }

  /** d = Jᵀn for the normal n of constraint k. */
  #project(k: number, side: number): void {
    const { n, m } = this;
    const J = this.#J;
    const d = this.#d;
    if (k >= m) {
      for (let c = 0; c < n; c++) d[c] = side * J[c * n + k - m]!;
      return;
    }
    rowProducts(J, n, 0, n, this.#qp.A, k * n, d);
    if (side < 0) for (let c = 0; c < n; c++) d[c] = -d[c]!;
  }

  #direction(independent: boolean): void {
    const { n } = this;
    const q = this.#q;
    const J = this.#J;
    const R = this.#R;
    const d = this.#d;
    const z = this.#z.fill(0);
    const r = this.#r;
    if (independent) addRows(z, d, J, n, q, n);
    for (let j = 0; j < q; j++) r[j] = d[j]!;
    for (let j = q - 1; j >= 0; j--) {
      const at = (j * (j + 1)) / 2;
      const value = r[j]! / R[at + j]!;
      r[j] = value;
      addAt(r, 0, -value, R, at, j);
    }
  }

  /** The reflection that turns d₂ into ±‖d₂‖e₁, applied to the rows of Jᵀ: its product with them is z ± ‖d₂‖J_q. */
  #append(k: number, side: number, multiplier: number, tail: number): void {
    const { n } = this;
    const q = this.#q;
    const J = this.#J;
    const d = this.#d;
    const z = this.#z;
    const norm = Math.sqrt(tail);
    const alpha = d[q]! > 0 ? -norm : norm;
    if (q < n - 1) {
      // v = d₂ − αe₁, β = 2/vᵀv = 1/(‖d₂‖² − αd_q)
      const beta = 1 / (tail - alpha * d[q]!);
      addAt(z, 0, -alpha, J, q * n, n);
      addAt(J, q * n, -beta * (d[q]! - alpha), z, 0, n);
      addOuter(J, n, q + 1, n, -beta, d, z);
    }
    const column = (q * (q + 1)) / 2;
    for (let j = 0; j < q; j++) this.#R[column + j] = d[j]!;
    this.#R[column + q] = q < n - 1 ? alpha : d[q]!;
    this.#active[q] = k;
    this.#side[q] = side;
    this.#u[q] = multiplier;
    this.#isActive[k] = 1;
    this.#q = q + 1;
  }

  /** Takes the j-th active constraint out: R loses a column and is made triangular again by rotations, which J and d share. */
  #leave(j: number): void {
    const { n } = this;
    const R = this.#R;
    const J = this.#J;
    const d = this.#d;
    this.#isActive[this.#active[j]!] = 0;
    this.#implied.fill(0);
    const last = this.#q - 1;
    for (let c = j; c < last; c++) {
      this.#active[c] = this.#active[c + 1]!;
      this.#side[c] = this.#side[c + 1]!;
      this.#u[c] = this.#u[c + 1]!;
    }
    for (let c = j; c < last; c++) {
      // column c takes what column c + 1 was; its entry below the diagonal is turned into the diagonal
      const from = ((c + 1) * (c + 2)) / 2;
      const a = R[from + c]!;
      const b = R[from + c + 1]!;
      const h = Math.hypot(a, b);
      const cosine = h === 0 ? 1 : a / h;
      const sine = h === 0 ? 0 : b / h;
      for (let later = c + 1; later <= last; later++) {
        const at = (later * (later + 1)) / 2;
        const p = R[at + c]!;
        const s = R[at + c + 1]!;
        R[at + c] = cosine * p + sine * s;
        R[at + c + 1] = cosine * s - sine * p;
      }
      const to = (c * (c + 1)) / 2;
      for (let i = 0; i <= c; i++) R[to + i] = R[from + i]!;
      const one = c * n;
      const two = one + n;
      for (let i = 0; i < n; i++) {
        const p = J[one + i]!;
        const s = J[two + i]!;
        J[one + i] = cosine * p + sine * s;
        J[two + i] = cosine * s - sine * p;
      }
      const p = d[c]!;
      const s = d[c + 1]!;
      d[c] = cosine * p + sine * s;
      d[c + 1] = cosine * s - sine * p;
    }
    this.#q = last;
  }

  /** A dependent row that holds after all, up to rounding: its share of multipliers returns to the rows that it depends on. */
  #giveBack(multiplier: number): boolean {
    for (let j = 0; j < this.#q; j++) this.#u[j]! += multiplier * this.#r[j]!;
    return true;
  }

  #spread(weights: ArrayLike<number>, to: { y: Float64Array; bound: Float64Array }, factor: number): void {
    for (let j = 0; j < this.#q; j++) this.#give(to, this.#active[j]!, -factor * this.#side[j]! * weights[j]!);
  }

  #give(to: { y: Float64Array; bound: Float64Array }, k: number, value: number): void {
    if (k < this.m) to.y[k]! += value;
    else to.bound[k - this.m]! += value;
  }

  #empty(): { y: Float64Array; bound: Float64Array } {
    return { y: new Float64Array(this.m), bound: new Float64Array(this.n) };
  }

  #result(status: StrictQpResult["status"]): StrictQpResult {
    const multipliers = this.#empty();
    this.#spread(this.#u, multipliers, 1);
    return { status, x: this.#x, ...multipliers, steps: this.#steps };
  }

  /** n_k = N·r with r ≤ 0 at inequalities: the combination n_k − N·r = 0 has a right side that cannot be met. */
  #infeasible(k: number, side: number): StrictQpResult {
    const certificate = this.#empty();
    // an equality that is violated from above is proved by its other side
    const sign = this.#gap(k, side) > 0 ? -1 : 1;
    this.#give(certificate, k, -sign * side);
    this.#spread(this.#r, certificate, -sign);
    return { ...this.#result("infeasible"), certificate };
  }
}
