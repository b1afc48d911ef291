// The workloads as users of steepest write them: public functions alone, plain arrays, no tuning for a benchmark.
// Threads, FMA and the native tier come from the environment (STEEPEST_THREADS, STEEPEST_FMA, STEEPEST_NATIVE).
import * as steepest from "steepest";
import { array, compile, ones, valueAndGrad, zeros } from "steepest";
import { bce, crossEntropy, mse } from "steepest/losses";
import { erf, gelu } from "steepest/ops";
import * as optim from "steepest/optim";
import { learners } from "./learners.mjs";

const numbers = (x) => x.toArray();
const keep = (x) => x.size;

/** The arrays that a workload hands over. */
const arrays = (inputs) =>
  Object.fromEntries(Object.entries(inputs).map(([name, { shape, data }]) => [name, array(data).reshape(...shape)]));

/** A function of arrays, compiled, called again and again on the same arrays. */
function repeated(f, ...args) {
  const compiled = compile(f);
  return {
    run: () => keep(compiled(...args)),
    read: () => numbers(compiled(...args)),
    peakBytes: () => compiled.stats.arenaBytes,
  };
}

/** The same, handing over the result of the call before: large results then stay where they are instead of being copied out. */
function overwritten(f, x) {
  const compiled = compile((x, _before) => f(x), { donate: [1] });
  let result = compiled(x, zeros(x.shape, { dtype: x.dtype }));
  const run = () => {
    result = compiled(x, result);
    return keep(result);
  };
  const read = () => {
    run();
    return numbers(result);
  };
  return { run, read, peakBytes: () => compiled.stats.arenaBytes };
}

const products = {
  nn: (a, b) => a.matmul(b),
  nt: (a, b) => a.matmul(b.transpose(...swapped(b.ndim))),
  tn: (a, b) => a.transpose(...swapped(a.ndim)).matmul(b),
};
const swapped = (ndim) => (ndim === 2 ? [1, 0] : [0, 2, 1]);

const maps = {
  relu: (x) => x.mul(1.5).add(0.25).relu().mul(x).sub(0.5),
  silu: (x) => x.mul(1.5).add(0.25).sigmoid().mul(x),
  tanh: (x) => x.tanh(),
  exp: (x) => x.exp(),
  erf: (x) => erf(x),
  log: (x) => x.log(),
};

/** A training step whose parameters and optimizer state are handed over; the loss is read at each step. */
function training(loss, start, batch, { donate = [0, 1] } = {}) {
  const optimizer = optim.adam({ learningRate: 1e-3 });
  const step = compile(
    (params, state, batch) => {
      const { value, grad } = valueAndGrad(loss)(params, batch);
      const [nextParams, nextState] = optimizer.step(params, grad, state);
      return { params: nextParams, state: nextState, loss: value };
    },
    { donate },
  );
  let params = start;
  let state = optimizer.init(params);
  const run = () => {
    const next = step(params, state, batch);
    ({ params, state } = next);
    return next.loss.item();
  };
  return { run, read: run, peakBytes: () => step.stats.arenaBytes };
}

const mlpLoss = (p, { x, labels }) => {
  const h1 = x.matmul(p.w1).add(p.b1).relu();
  const h2 = h1.matmul(p.w2).add(p.b2).relu();
  return crossEntropy(h2.matmul(p.w3).add(p.b3), labels);
};
const mlp = (inputs) => {
  const { x, labels, ...params } = arrays(inputs);
  return { params, batch: { x, labels } };
};

function gpt(inputs, { blocks, heads }) {
  const { ids, targets, tokens, positions, head, ...weights } = arrays(inputs);
  const [batch, s] = ids.shape;
  const [v, d] = tokens.shape;
  const none = (n) => zeros([n], { dtype: "f32" });
  const norm = () => ({ scale: ones([d], { dtype: "f32" }), shift: none(d) });
  const params = {
    tokens,
    positions,
    blocks: Array.from({ length: blocks }, (_, i) => ({
      norm1: norm(),
      qkv: { w: weights[`qkv${i}`], b: none(3 * d) },
      out: { w: weights[`o${i}`], b: none(d) },
      norm2: norm(),
      up: { w: weights[`f1${i}`], b: none(4 * d) },
      down: { w: weights[`f2${i}`], b: none(d) },
    })),
    norm: norm(),
    head: { w: head, b: none(v) },
  };
  const causal = array(Float32Array.from({ length: s * s }, (_, p) => (p % s > Math.floor(p / s) ? -1e9 : 0))).reshape(
    s,
    s,
  );

  const dense = (x, { w, b }) => x.matmul(w).add(b);
  const layerNorm = (x, { scale, shift }) => {
    const centered = x.sub(x.mean(-1, { keepDims: true }));
    const deviation = centered.square().mean(-1, { keepDims: true }).add(1e-5).sqrt();
    return centered.div(deviation).mul(scale).add(shift);
  };
  const attention = (x, block) => {
    const split = dense(x, block.qkv)
      .reshape(batch, s, 3, heads, d / heads)
      .transpose(2, 0, 3, 1, 4); // "3 batch heads s d/heads"
    const [q, k, value] = [0, 1, 2].map((i) => split.at(i));
    const scores = q
      .matmul(k.transpose(0, 1, 3, 2))
      .mul(1 / Math.sqrt(d / heads))
      .add(causal);
    const mixed = scores.softmax(-1).matmul(value).transpose(0, 2, 1, 3).reshape(batch, s, d);
    return dense(mixed, block.out);
  };
  const loss = (p, { ids, targets }) => {
    let x = p.tokens.take(ids).add(p.positions);
    for (const block of p.blocks) {
      x = x.add(attention(layerNorm(x, block.norm1), block));
      x = x.add(dense(gelu(dense(layerNorm(x, block.norm2), block.up), { approximate: true }), block.down));
    }
    return crossEntropy(dense(layerNorm(x, p.norm), p.head), targets);
  };
  return training(loss, params, { ids, targets });
}

const tasks = {
  matmul(inputs, { form }) {
    const { a, b } = arrays(inputs);
    return repeated(products[form], a, b);
  },

  matmuls(inputs, { forms }) {
    const all = arrays(inputs);
    const compiled = compile((pairs) => pairs.map(([a, b], i) => products[forms[i]](a, b)));
    const pairs = forms.map((_, i) => [all[`a${i}`], all[`b${i}`]]);
    return { run: () => compiled(pairs).length, read: () => compiled(pairs).map(numbers) };
  },

  map: (inputs, { fn }) => (inputs.x.data.length >= 1e6 ? overwritten : repeated)(maps[fn], arrays(inputs).x),
  sum: (inputs) => repeated((x) => x.sum(), arrays(inputs).x),
  logsumexp: (inputs) => repeated((x) => x.logSumExp(-1), arrays(inputs).x),
  softmax: (inputs) => overwritten((x) => x.softmax(-1), arrays(inputs).x),
  layernorm: (inputs) =>
    repeated((x) => {
      const centered = x.sub(x.mean(-1, { keepDims: true }));
      return centered.div(centered.square().mean(-1, { keepDims: true }).add(1e-5).sqrt());
    }, arrays(inputs).x),

  gram: (inputs) => repeated((X) => X.T.matmul(X), arrays(inputs).X),

  rbf: (inputs, { rows, gamma }) =>
    repeated((X) => {
      const some = X.at([0, rows]);
      const squares = X.square().sum(1);
      const distances = some.square().sum(1, { keepDims: true }).add(squares).sub(some.matmul(X.T).mul(2));
      return distances.mul(-gamma).exp();
    }, arrays(inputs).X),

  adam(inputs, { leaves }) {
    const all = arrays(inputs);
    const tree = (name) => Array.from({ length: leaves }, (_, i) => all[`${name}${i}`]);
    const optimizer = optim.adam({ learningRate: 1e-3 });
    const step = compile((params, state, grads) => optimizer.step(params, grads, state), { donate: [0, 1] });
    const grads = tree("g");
    let params = tree("p");
    let state = optimizer.init(params);
    const run = () => {
      [params, state] = step(params, state, grads);
    };
    return {
      run,
      read() {
        run();
        return params.map(numbers);
      },
    };
  },

  "mlp-step": (inputs) => {
    const { params, batch } = mlp(inputs);
    return training(mlpLoss, params, batch);
  },
  "mlp-step-copied": (inputs) => {
    const { params, batch } = mlp(inputs);
    return training(mlpLoss, params, batch, { donate: [] });
  },
  "mlp-forward": (inputs) => {
    const { params, batch } = mlp(inputs);
    const loss = compile(mlpLoss);
    const run = () => loss(params, batch).item();
    return { run, read: run };
  },
  "mlp-gradient": (inputs) => {
    const { params, batch } = mlp(inputs);
    const both = compile((p, b) => valueAndGrad(mlpLoss)(p, b));
    return {
      run: () => both(params, batch).value.item(),
      read() {
        const { value, grad } = both(params, batch);
        return [value.item(), Math.hypot(...Object.values(grad).map((g) => g.norm().item()))];
      },
    };
  },

  linreg(inputs) {
    const { x, y } = arrays(inputs);
    const start = { w: zeros([x.shape[1]], { dtype: "f32" }), b: array(Float32Array.of(0)).reshape() };
    return training((p, batch) => mse(batch.x.matmul(p.w).add(p.b), batch.y), start, { x, y });
  },

  gpt,

  "logistic-vg"(inputs, { at }) {
    const { X, y } = arrays(inputs);
    const loss = (p, X, y) => bce(X.matmul(p.w).add(p.b), y);
    const both = compile((p, X, y) => valueAndGrad(loss)(p, X, y));
    const params = { w: zeros([X.shape[1]]).add(at), b: array(at) };
    return {
      run: () => both(params, X, y).value.item(),
      read() {
        const { value, grad } = both(params, X, y);
        return [value.item(), ...grad.w.toArray(), grad.b.item()];
      },
    };
  },

  "eager-add"(inputs) {
    const { x, y } = arrays(inputs);
    return { run: () => keep(x.add(y)), read: () => numbers(x.add(y)) };
  },
  "compiled-add": (inputs) => repeated((x) => x.add(1), arrays(inputs).x),
  ...learners,
};

/** What the engine says of itself; before there is one, everything runs on the reference backend. */
function settings() {
  const report = steepest.doctor?.();
  if (report === undefined) return { tier: "reference", fma: false, threads: 1 };
  return {
    tier: report.native?.on ? "native" : "wasm",
    platform: report.engine,
    fma: report.fma?.on ?? false,
    threads: report.threads?.used ?? 1,
    native: report.native,
  };
}

export const open = () => ({ versions: {}, settings, dtypes: ["f32", "f64"], tasks });
