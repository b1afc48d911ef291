// Learners and solvers at equal quality: every engine hands back its coefficients, the objective is computed here from them,
// and who is above the best by more than the tolerance is not timed. scikit-learn's SVC is libsvm.
import { input, normal, spread, uniform } from "../data.mjs";
import { sigmoid, softplus } from "./oracle.mjs";

const ms = { name: "ms", from: (ns) => ns / 1e6, smaller: true };
const f64 = { dtype: "f64" };

/** Refuses results whose objective is above the best one by more than `tolerance`, relative to max(|best|, 1e-3). */
const nearBest = (tolerance) => (entries) => {
  const best = Math.min(...entries.map(({ record }) => record.check.objective));
  return entries.flatMap(({ record }) => {
    const excess = (record.check.objective - best) / Math.max(Math.abs(best), 1e-3);
    record.check.excess = excess;
    if (excess <= tolerance) return [];
    return [
      { record, reason: `objective ${record.check.objective} is ${excess.toExponential(1)} above the best, ${best}` },
    ];
  });
};

/** X·w + b of each row. */
function scores({ shape: [n, d], data }, w, b) {
  const z = new Float64Array(n).fill(b);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) z[i] += data[i * d + j] * w[j];
  return z;
}
const squaredNorm = (w) => w.reduce((sum, v) => sum + v * v, 0);

function classification(n, d) {
  const X = normal([n, d], 31, f64);
  const z = scores(X, normal([d], 32, { scale: 2 / Math.sqrt(d), dtype: "f64" }).data, 0.3);
  const u = uniform(33);
  return {
    X,
    y: input(
      [n],
      Float64Array.from(z, (v) => Number(u() < sigmoid(v))),
      "f64",
    ),
  };
}

function logistic(n, d) {
  return {
    id: `logistic-${n}x${d}`,
    what: `logistic regression, ${n}×${d}, L2 with C = 1`,
    family: "fit-logistic",
    dtype: "f64",
    params: { C: 1 },
    inputs: () => classification(n, d),
    judge(numbers, { X, y }) {
      const w = numbers.slice(0, d);
      const loss = scores(X, w, numbers[d]).reduce((sum, z, i) => sum + softplus(z) - y.data[i] * z, 0);
      return { objective: (loss + 0.5 * squaredNorm(w)) / n };
    },
    agree: nearBest(1e-6),
    metric: ms,
  };
}

function linear(n, d, l2) {
  const name = l2 === 0 ? "linear" : "ridge";
  return {
    id: `${name}-${n}x${d}`,
    what: `${l2 === 0 ? "linear regression" : `ridge regression, alpha = ${l2}`}, ${n}×${d}`,
    family: "fit-linear",
    dtype: "f64",
    params: { alpha: l2 },
    inputs() {
      const X = normal([n, d], 34, f64);
      const z = scores(X, normal([d], 35, f64).data, 1.5);
      const noise = normal([n], 36, { scale: 0.5, dtype: "f64" }).data;
      return {
        X,
        y: input(
          [n],
          z.map((v, i) => v + noise[i]),
          "f64",
        ),
      };
    },
    judge(numbers, { X, y }) {
      const w = numbers.slice(0, d);
      const loss = scores(X, w, numbers[d]).reduce((sum, z, i) => sum + 0.5 * (z - y.data[i]) ** 2, 0);
      return { objective: (loss + 0.5 * l2 * squaredNorm(w)) / n };
    },
    agree: nearBest(1e-10), // direct solvers
    metric: ms,
  };
}

function svmData(n, d) {
  const X = normal([n, d], 37, f64);
  const centers = normal([2, d], 38, f64);
  const row = (k) => centers.data.subarray(k * d, (k + 1) * d);
  const [a, b] = [scores(X, row(0), 0), scores(X, row(1), 0)];
  const noise = normal([n], 39, { scale: 0.3, dtype: "f64" }).data;
  return {
    X,
    y: input(
      [n],
      a.map((v, i) => (Math.sin(v) + 0.25 * b[i] + noise[i] > 0 ? 1 : -1)),
      "f64",
    ),
  };
}
const gamma = 0.05; // 1/(d·Var X) for d = 20

/** ½·αᵀQα − Σα from the signed coefficients yᵢαᵢ of all rows; bounds and balance are looked at first. */
function dualObjective(signed, { X, y }, C) {
  const support = signed.flatMap((c, i) => (c === 0 ? [] : [i]));
  const outside = support.some((i) => signed[i] * y.data[i] < 0 || Math.abs(signed[i]) > C * (1 + 1e-9));
  const balance = Math.abs(support.reduce((sum, i) => sum + signed[i], 0));
  if (outside || balance > 1e-6 * C * support.length)
    throw new Error("wrong result: the dual variables are not feasible");
  const d = X.shape[1];
  let quadratic = 0;
  for (const [k, i] of support.entries()) {
    for (let l = 0; l <= k; l++) {
      const j = support[l];
      let distance = 0;
      for (let p = 0; p < d; p++) distance += (X.data[i * d + p] - X.data[j * d + p]) ** 2;
      quadratic += (l === k ? 0.5 : 1) * signed[i] * signed[j] * Math.exp(-gamma * distance);
    }
  }
  return { objective: quadratic - support.reduce((sum, i) => sum + Math.abs(signed[i]), 0), support: support.length };
}

const svc = (n, C) => ({
  id: `svc-${n}-C${C}`,
  what: `support vector classification, RBF kernel, ${n}×20, C = ${C}, KKT tolerance 1e-3`,
  family: "fit-svc",
  dtype: "f64",
  params: { C, gamma, tolerance: 1e-3 },
  inputs: () => svmData(n, 20),
  judge: (numbers, inputs) => dualObjective(numbers, inputs, C),
  agree: nearBest(1e-4),
  metric: ms,
});

const svcPredict = (n) => ({
  id: `svc-predict-${n}`,
  what: `decision values of ${n} rows from that model with C = 1`,
  family: "predict-svc",
  dtype: "f64",
  params: { C: 1, gamma, tolerance: 1e-5 },
  inputs: () => svmData(n, 20),
  probes: () => spread(n, 500),
  judge: (numbers) => ({ largest: Math.max(...numbers.map(Math.abs)) }),
  /** Models of two solvers at tolerance 1e-5: decision values differ by about as much. */
  agree(entries) {
    const [first, ...others] = entries;
    return others.flatMap(({ record, numbers }) => {
      const distance = Math.max(...numbers.map((v, i) => Math.abs(v - first.numbers[i])));
      record.check.distance = distance;
      return distance <= 1e-3 ? [] : [{ record, reason: `wrong result: decision values differ by ${distance}` }];
    });
  },
  metric: ms,
});

function lassoPath(n, d, count) {
  const shown = [0.1, 0.5, 0.8, 1].map((q) => Math.round(q * count) - 1);
  return {
    id: `lasso-path-${n}x${d}`,
    what: `lasso, ${count} strengths down to 1/1000 of the largest, ${n}×${d}, relative duality gap 1e-6 at each`,
    family: "lasso-path",
    dtype: "f64",
    params: { tolerance: 1e-6, shown },
    inputs() {
      const X = normal([n, d], 40, f64);
      for (let j = 0; j < d; j++) {
        let mean = 0;
        for (let i = 0; i < n; i++) mean += X.data[i * d + j] / n;
        for (let i = 0; i < n; i++) X.data[i * d + j] -= mean;
      }
      const w = normal([d], 42, f64).data.fill(0, Math.min(100, d / 4));
      const noise = normal([n], 43, { scale: 5, dtype: "f64" }).data;
      const z = scores(X, w, 0).map((v, i) => v + noise[i]);
      const mean = z.reduce((a, b) => a + b, 0) / n;
      const y = z.map((v) => v - mean);
      const top = Math.max(...correlations(X, y).map(Math.abs)) / n;
      const strengths = Float64Array.from({ length: count }, (_, k) => top * 1e-3 ** (k / (count - 1)));
      return { X, y: input([n], y, "f64"), strengths: input([count], strengths, "f64") };
    },
    judge(numbers, { X, y, strengths }) {
      const gaps = shown.map((k, i) => relativeGap(X, y.data, numbers.slice(i * d, (i + 1) * d), strengths.data[k]));
      const worst = Math.max(...gaps);
      if (worst > 2e-6) throw new Error(`wrong result: relative duality gap ${worst.toExponential(1)}, 1e-6 was asked`);
      return { gaps };
    },
    metric: ms,
  };
}

function correlations({ shape: [n, d], data }, r) {
  const c = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) c[j] += data[i * d + j] * r[i];
  return c;
}

/** Duality gap of (1/2n)·‖y − Xw‖² + λ‖w‖₁ at the scaled residual, relative to (1/2n)·‖y‖². */
function relativeGap(X, y, w, strength) {
  const fitted = scores(X, w, 0);
  const r = y.map((v, i) => v - fitted[i]);
  const lambda = strength * X.shape[0];
  const scale = Math.min(1, lambda / Math.max(...correlations(X, r).map(Math.abs)));
  const inner = r.reduce((sum, v, i) => sum + v * y[i], 0);
  const l1 = w.reduce((sum, v) => sum + Math.abs(v), 0);
  return (0.5 * squaredNorm(r) * (1 + scale ** 2) + lambda * l1 - scale * inner) / (0.5 * squaredNorm(y));
}

/** min Σ log(1 + (x − t)²) + ½(x − t)² + 0.1·Σ xᵢxᵢ₊₁  with Ax = b, Bx ≥ c and e − W·x² ≥ 0; 10 + 15 + 5 rows. */
function slsqp(n, equalities, linearRows, quadrics) {
  const product = (M, x) => scores(M, x, 0);
  return {
    id: `slsqp-${n}`,
    what: `SLSQP, ${n} variables, ${equalities} equalities, ${linearRows + quadrics} inequalities`,
    family: "slsqp",
    dtype: "f64",
    params: {},
    inputs() {
      const A = normal([equalities, n], 81, f64);
      const B = normal([linearRows, n], 82, f64);
      const inside = normal([n], 83, { scale: 0.5, dtype: "f64" }).data;
      const u = uniform(84);
      const W = input([quadrics, n], Float64Array.from({ length: quadrics * n }, u), "f64");
      const vector = (list) => input([list.length], list, "f64");
      return {
        A,
        B,
        W,
        t: normal([n], 85, f64),
        b: vector(product(A, inside)),
        c: vector(product(B, inside).map((v) => v - 0.1 * u())),
        e: vector(
          product(
            W,
            inside.map((v) => v * v),
          ).map((v) => v + 0.5),
        ),
      };
    },
    judge(x, { A, B, W, t, b, c, e }) {
      const wrong = [
        ...product(A, x).map((v, i) => Math.abs(v - b.data[i])),
        ...product(B, x).map((v, i) => c.data[i] - v),
        ...product(
          W,
          x.map((v) => v * v),
        ).map((v, i) => v - e.data[i]),
      ];
      const violation = Math.max(0, ...wrong);
      if (violation > 1e-7) throw new Error(`wrong result: the constraints are violated by ${violation}`);
      const objective = x.reduce((sum, v, i) => {
        const s = (v - t.data[i]) ** 2;
        return sum + Math.log1p(s) + 0.5 * s + (i + 1 < n ? 0.1 * v * x[i + 1] : 0);
      }, 0);
      return { objective, violation };
    },
    agree: nearBest(1e-6),
    metric: ms,
  };
}

/** min ½xᵀPx + qᵀx with Gx ≤ h */
function qp(n, m) {
  return {
    id: `qp-${n}x${m}`,
    what: `dense quadratic program, ${n} variables, ${m} inequalities`,
    family: "qp",
    dtype: "f64",
    params: {},
    inputs() {
      const R = normal([n, n], 91, f64).data;
      const P = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          for (let k = 0; k < n; k++) P[i * n + j] += (R[i * n + k] * R[j * n + k]) / n;
        }
        P[i * n + i] += 0.1;
      }
      const h = normal([m], 94, f64);
      return {
        P: input([n, n], P, "f64"),
        q: normal([n], 92, f64),
        G: normal([m, n], 93, f64),
        h: input(
          [m],
          h.data.map((v) => Math.abs(v) + 0.1),
          "f64",
        ),
      };
    },
    judge(x, { P, q, G, h }) {
      const violation = Math.max(0, ...scores(G, x, 0).map((v, i) => v - h.data[i]));
      if (violation > 1e-6) throw new Error(`wrong result: the constraints are violated by ${violation}`);
      const half = scores(P, x, 0);
      return { objective: x.reduce((sum, v, i) => sum + v * (0.5 * half[i] + q.data[i]), 0), violation };
    },
    agree: nearBest(1e-6),
    metric: ms,
  };
}

export function learnerWorkloads(quick) {
  const sizes = quick
    ? [[800, 6]]
    : [
        [100_000, 50],
        [20_000, 500],
      ];
  const n = quick ? 300 : 10_000;
  return [
    ...sizes.map(([rows, d]) => logistic(rows, d)),
    ...sizes.map(([rows, d]) => linear(rows, d, 0)),
    ...sizes.map(([rows, d]) => linear(rows, d, 1)),
    svc(n, 1),
    svc(n, 100),
    svcPredict(n),
    quick ? lassoPath(100, 40, 10) : lassoPath(5000, 2000, 100),
    quick ? slsqp(10, 2, 3, 2) : slsqp(50, 10, 15, 5),
    quick ? qp(20, 30) : qp(200, 300),
  ];
}
