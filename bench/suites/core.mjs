// Operations and derivatives on the reference backend: what a call costs beside its arithmetic, and what a gradient costs
// beside its function. The base line for the engine. Peers: the same arithmetic as plain loops over typed arrays.
import { array, grad, hvp, jvp, scalar, valueAndGrad } from "steepest";
import { crossEntropy, mse } from "steepest/losses";
import { key, normal } from "steepest/random";

const draw = (seed, shape, std = 1) => normal(key(seed), shape, { std });
const vector = (n, seed) => draw(seed, [n]);
const x16 = vector(16, 1);
const y16 = vector(16, 2);
const x5 = vector(100_000, 3);
const flat5 = Float64Array.from(x5.toArray());
const A = draw(4, [128, 128]);
const B = draw(5, [128, 128]);
const flatA = Float64Array.from(A.toArray());
const flatB = Float64Array.from(B.toArray());
const s = scalar(0.7);

const X = draw(6, [1000, 10]);
const y = draw(7, [1000]);
const line = { w: draw(8, [10]), b: scalar(0) };
const lineLoss = (p) => mse(X.matmul(p.w).add(p.b), y);
const flatX = Float64Array.from(X.toArray());
const flatY = Float64Array.from(y.toArray());

const inputs = draw(9, [128, 64]);
const labels = array(Int32Array.from({ length: 128 }, (_, r) => (7 * r) % 10));
const sizes = [64, 128, 64, 10];
const layers = sizes
  .slice(1)
  .map((width, i) => ({ w: draw(10 + i, [sizes[i], width], Math.sqrt(2 / sizes[i])), b: draw(0, [width], 0) }));
const mlp = (p) =>
  crossEntropy(
    p.layers.reduce((h, { w, b }, i) => (i < 2 ? h.matmul(w).add(b).relu() : h.matmul(w).add(b)), inputs),
    labels,
  );

const chain = (v) => v.mul(1.5).add(0.25).sigmoid().mul(v).sum();
const deep = (v) => {
  let h = v;
  for (let i = 0; i < 100; i++) h = h.mul(0.99).add(0.01);
  return h;
};

export let sink = 0; // exported, so that no engine may leave the work out
const keep = (value) => {
  sink += value;
};
const repeat = (n, f) => () => {
  for (let i = 0; i < n; i++) f();
};

function plainMatmul(n, a, b) {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k];
      for (let j = 0; j < n; j++) c[i * n + j] += factor * b[k * n + j];
    }
  return c;
}

/** Loss and gradient of the line by hand: the least that this arithmetic costs in JavaScript. */
function plainLine(w, b) {
  const dw = new Float64Array(10);
  let db = 0;
  let loss = 0;
  for (let i = 0; i < 1000; i++) {
    let e = b - flatY[i];
    for (let j = 0; j < 10; j++) e += flatX[i * 10 + j] * w[j];
    loss += e * e;
    db += e;
    for (let j = 0; j < 10; j++) dw[j] += e * flatX[i * 10 + j];
  }
  for (let j = 0; j < 10; j++) dw[j] *= 2 / 1000;
  return { loss: loss / 1000, dw, db: (2 * db) / 1000 };
}
const plainW = Float64Array.from(line.w.toArray());

export const workloads = [
  { id: "eager-add-16", what: "x.add(y), 16 entries", batch: 1000, run: repeat(1000, () => keep(x16.add(y16).size)) },
  {
    id: "eager-mul-number-16",
    what: "x.mul(2), 16 entries",
    batch: 1000,
    run: repeat(1000, () => keep(x16.mul(2).size)),
  },
  { id: "eager-scalar-add", what: "s.add(1), a scalar", batch: 1000, run: repeat(1000, () => keep(s.add(1).item())) },
  { id: "map-sigmoid-1e5", what: "x.sigmoid(), 1e5 entries", run: () => keep(x5.sigmoid().size) },
  {
    id: "plain-sigmoid-1e5",
    what: "the same as a plain loop",
    run: () => {
      const out = new Float64Array(flat5.length);
      for (let i = 0; i < out.length; i++) {
        const e = Math.exp(-Math.abs(flat5[i]));
        out[i] = flat5[i] >= 0 ? 1 / (1 + e) : e / (1 + e);
      }
      keep(out[7]);
    },
  },
  { id: "sum-1e5", what: "x.sum(), 1e5 entries, pairwise", run: () => keep(x5.sum().item()) },
  {
    id: "plain-sum-1e5",
    what: "the same as a plain loop",
    run: () => {
      let total = 0;
      for (let i = 0; i < flat5.length; i++) total += flat5[i];
      keep(total);
    },
  },
  {
    id: "matmul-128",
    what: "128 × 128 product",
    run: () => keep(A.matmul(B).size),
    check() {
      const c = plainMatmul(128, flatA, flatB);
      const worst = A.matmul(B)
        .toArray()
        .reduce((w, v, i) => Math.max(w, Math.abs(v - c[i])), 0);
      if (worst > 1e-11) throw new Error(`matmul differs by ${worst}`);
    },
  },
  { id: "plain-matmul-128", what: "the same as three loops", run: () => keep(plainMatmul(128, flatA, flatB)[5]) },
  {
    id: "grad-scalar",
    what: "grad of x·x at a scalar",
    batch: 200,
    run: repeat(200, () => keep(grad((v) => v.mul(v))(s).item())),
  },
  { id: "deep-forward", what: "200 scalar operations", batch: 5, run: repeat(5, () => keep(deep(s).item())) },
  { id: "deep-grad", what: "their gradient", batch: 5, run: repeat(5, () => keep(grad(deep)(s).item())) },
  { id: "chain-forward", what: "Σ σ(1.5x + ¼)·x, 1e5 entries", run: () => keep(chain(x5).item()) },
  { id: "chain-grad", what: "its gradient", run: () => keep(grad(chain)(x5).size) },
  { id: "chain-jvp", what: "its directional derivative", run: () => keep(jvp(chain, x5, x5).tangent.item()) },
  { id: "linreg-forward", what: "mean squared error, 1000 × 10", run: () => keep(lineLoss(line).item()) },
  {
    id: "linreg-grad",
    what: "with its gradient",
    run: () => keep(valueAndGrad(lineLoss)(line).value.item()),
    check() {
      const { value, grad: g } = valueAndGrad(lineLoss)(line);
      const plain = plainLine(plainW, 0);
      const worst = Math.max(
        Math.abs(value.item() - plain.loss),
        Math.abs(g.b.item() - plain.db),
        ...g.w.toArray().map((v, j) => Math.abs(v - plain.dw[j])),
      );
      if (worst > 1e-12) throw new Error(`the gradient differs by ${worst}`);
    },
  },
  { id: "plain-linreg-grad", what: "the same by hand, one fused loop", run: () => keep(plainLine(plainW, 0).loss) },
  { id: "linreg-hvp", what: "a Hessian-vector product", run: () => keep(hvp(lineLoss)(line, line).b.item()) },
  { id: "mlp-forward", what: "64-128-64-10, ReLU, cross-entropy, batch 128", run: () => keep(mlp({ layers }).item()) },
  { id: "mlp-grad", what: "with its gradient", run: () => keep(valueAndGrad(mlp)({ layers }).value.item()) },
];

export const ratios = [
  { what: "map: sigmoid over a plain loop", of: "map-sigmoid-1e5", to: "plain-sigmoid-1e5" },
  { what: "reduction: pairwise sum over a plain loop", of: "sum-1e5", to: "plain-sum-1e5" },
  { what: "product: matmul over three plain loops", of: "matmul-128", to: "plain-matmul-128" },
  { what: "value and gradient of a line over one fused loop by hand", of: "linreg-grad", to: "plain-linreg-grad" },
  { what: "gradient over function: 200 scalar operations (overhead alone)", of: "deep-grad", to: "deep-forward" },
  { what: "gradient over function: elementwise chain", of: "chain-grad", to: "chain-forward" },
  { what: "directional derivative over function: elementwise chain", of: "chain-jvp", to: "chain-forward" },
  { what: "value and gradient over function: linear regression", of: "linreg-grad", to: "linreg-forward" },
  { what: "Hessian-vector product over value and gradient: linear regression", of: "linreg-hvp", to: "linreg-grad" },
  { what: "value and gradient over function: small MLP", of: "mlp-grad", to: "mlp-forward" },
];

export const notes = "reference backend, f64; the engine that compiles programs is measured against these figures";
