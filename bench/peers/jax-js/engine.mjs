// jax-js on its WebAssembly backend: whole steps in one `jit`, results awaited as its documentation asks. Arrays are owned:
// `.ref` keeps one for another use. Token embeddings are products with one-hot rows. JAX_JS_THREADS > 1 loads worker-shim.mjs.
import { createRequire } from "node:module";

const name = "@jax-js/jax"; // not a literal: the package is there only after the first run of the suite

export async function open() {
  const threads = Number(process.env.JAX_JS_THREADS ?? 1);
  if (threads > 1) await (await import("./worker-shim.mjs")).install(threads);
  // It compares with this class wherever it takes f64 or i32 data; Node has it from version 24 on.
  globalThis.Float16Array ??= class Float16Array {};
  const { init, defaultDevice, numpy: np, jit, nn, lax, valueAndGrad, tree, blockUntilReady } = await import(name);
  await init("wasm");
  defaultDevice("wasm");

  let handed = [];
  const dtypes = { f32: np.float32, f64: np.float64, i32: np.int32 };
  const arrays = (inputs) => {
    const made = Object.entries(inputs).map(([key, { shape, data, dtype }]) => [
      key,
      np.array(data, { shape, dtype: dtypes[dtype] }),
    ]);
    handed.push(...made.map(([, x]) => x));
    return Object.fromEntries(made);
  };
  /** A jitted function of arrays that stay: the result is ready before the next call. */
  const repeated = (f, ...args) => {
    const g = jit(f);
    const result = () => g(...args.map((x) => x.ref));
    return {
      async run() {
        const y = result();
        await y.blockUntilReady();
        y.dispose();
      },
      read: () => result().data(),
    };
  };
  const flip = (x) => x.transpose(x.shape.length === 2 ? [1, 0] : [0, 2, 1]);
  const products = {
    nn: (a, b) => np.matmul(a, b),
    nt: (a, b) => np.matmul(a, flip(b)),
    tn: (a, b) => np.matmul(flip(a), b),
  };
  const maps = {
    relu: (x) => np.maximum(x.ref.mul(1.5).add(0.25), 0).mul(x).sub(0.5),
    silu: (x) => nn.sigmoid(x.ref.mul(1.5).add(0.25)).mul(x),
    tanh: (x) => np.tanh(x),
    exp: (x) => np.exp(x),
    erf: (x) => lax.erf(x),
    log: (x) => np.log(x),
  };
  const normalize = (x) => {
    const centered = x.ref.sub(x.mean(-1, { keepdims: true }));
    const variance = np.square(centered.ref).mean(-1, { keepdims: true });
    return centered.div(np.sqrt(variance.add(1e-5)));
  };
  const zerosLike = (params) => tree.map((p) => np.zeros(p.shape), params);

  /** Adam for all leaves; c1 and c2 are the corrections 1/(1 − βᵗ), computed outside so that the step is traced once. */
  const adam = (p, m, v, grads, c1, c2) => {
    const m2 = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(grads));
    const v2 = tree.map((v, g) => v.mul(0.999).add(g.ref.mul(g).mul(0.001)), v, grads);
    const p2 = tree.map(
      (p, m, v) =>
        p.sub(
          m
            .mul(c1.ref)
            .mul(1e-3)
            .div(np.sqrt(v.mul(c2.ref)).add(1e-8)),
        ),
      p,
      tree.ref(m2),
      tree.ref(v2),
    );
    c1.dispose();
    c2.dispose();
    return [p2, m2, v2];
  };
  const correction = (beta, t) => np.array([1 / (1 - beta ** t)]).reshape([]);

  function training(loss, params, ...batch) {
    const step = jit((p, m, v, c1, c2, ...batch) => {
      const [value, grads] = valueAndGrad(loss)(tree.ref(p), ...batch);
      return [...adam(p, m, v, grads, c1, c2), value];
    });
    let [p, m, v, value] = [params, zerosLike(params), zerosLike(params)];
    let t = 0;
    const run = async () => {
      t++;
      [p, m, v, value] = step(p, m, v, correction(0.9, t), correction(0.999, t), ...batch.map((x) => x.ref));
      await blockUntilReady([p, m, v]);
      return value.jsAsync();
    };
    return { run, read: run };
  }

  const oneHot = (ids, depth) => {
    const data = new Float32Array(ids.data.length * depth);
    for (let i = 0; i < ids.data.length; i++) data[i * depth + ids.data[i]] = 1;
    return np.array(data, { shape: [ids.data.length, depth] });
  };
  function mlp({ labels, ...inputs }) {
    const { x, ...params } = arrays(inputs);
    const y = oneHot(labels, inputs.b3.shape[0]);
    const loss = (p, x, y) => {
      const h1 = nn.relu(np.matmul(x, p.w1).add(p.b1));
      const h2 = nn.relu(np.matmul(h1, p.w2).add(p.b2));
      const rows = y.shape[0];
      return nn
        .logSoftmax(np.matmul(h2, p.w3).add(p.b3))
        .mul(y)
        .sum()
        .mul(-1 / rows);
    };
    return { params, loss, batch: [x, y] };
  }

  function gpt({ ids, targets, ...inputs }, { blocks, heads }) {
    const weights = arrays(inputs);
    const [B, S] = ids.shape;
    const [V, D] = inputs.tokens.shape;
    const linear = (w) => ({ w, b: np.zeros([w.shape[1]]) });
    const norm = () => ({ g: np.ones([D]), b: np.zeros([D]) });
    const params = {
      tokens: weights.tokens,
      positions: weights.positions,
      norm: norm(),
      head: linear(weights.head),
      blocks: Array.from({ length: blocks }, (_, i) => ({
        norm1: norm(),
        norm2: norm(),
        qkv: linear(weights[`qkv${i}`]),
        out: linear(weights[`o${i}`]),
        up: linear(weights[`f1${i}`]),
        down: linear(weights[`f2${i}`]),
      })),
    };
    const mask = np.array(
      Float32Array.from({ length: S * S }, (_, q) => (q % S > Math.floor(q / S) ? -1e9 : 0)),
      { shape: [S, S] },
    );
    const dense = (x, { w, b }) => np.matmul(x, w).add(b);
    const layerNorm = (x, { g, b }) => normalize(x).mul(g).add(b);
    const block = (x, p, mask) => {
      const qkv = dense(layerNorm(x.ref, p.norm1), p.qkv)
        .reshape([B, S, 3, heads, D / heads])
        .transpose([2, 0, 3, 1, 4]);
      const [q, k, v] = [0, 1, 2].map((i) => (i < 2 ? qkv.ref : qkv).slice(i));
      const scores = np
        .matmul(q, k.transpose([0, 1, 3, 2]))
        .mul(1 / Math.sqrt(D / heads))
        .add(mask);
      const mixed = np.matmul(nn.softmax(scores, -1), v).transpose([0, 2, 1, 3]).reshape([B, S, D]);
      const y = x.add(dense(mixed, p.out));
      return y.ref.add(dense(nn.gelu(dense(layerNorm(y, p.norm2), p.up)), p.down));
    };
    const loss = (p, idRows, targetRows, mask) => {
      let x = np.matmul(idRows, p.tokens).reshape([B, S, D]).add(p.positions);
      for (let i = 0; i < blocks; i++) x = block(x, p.blocks[i], i < blocks - 1 ? mask.ref : mask);
      const logits = dense(layerNorm(x, p.norm), p.head).reshape([B * S, V]);
      return nn
        .logSoftmax(logits)
        .mul(targetRows)
        .sum()
        .mul(-1 / (B * S));
    };
    return training(loss, params, oneHot(ids, V), oneHot(targets, V), mask);
  }

  const tasks = {
    matmul(inputs, { form }) {
      const { a, b } = arrays(inputs);
      return repeated(products[form], a, b);
    },
    matmuls(inputs, { forms }) {
      const all = arrays(inputs);
      const f = jit((pairs) => pairs.map(([a, b], i) => products[forms[i]](a, b)));
      const each = () => f(forms.map((_, i) => [all[`a${i}`].ref, all[`b${i}`].ref]));
      return {
        async run() {
          const results = each();
          await blockUntilReady(results);
          for (const c of results) c.dispose();
        },
        read: () => Promise.all(each().map((c) => c.data())),
      };
    },
    map: (inputs, { fn }) => repeated(maps[fn], arrays(inputs).x),
    sum: (inputs) => repeated((x) => x.sum(), arrays(inputs).x),
    logsumexp: (inputs) => repeated((x) => nn.logsumexp(x, -1), arrays(inputs).x),
    softmax: (inputs) => repeated((x) => nn.softmax(x, -1), arrays(inputs).x),
    layernorm: (inputs) => repeated(normalize, arrays(inputs).x),
    gram: (inputs) => repeated((X) => np.matmul(X.ref.transpose(), X), arrays(inputs).X),
    rbf: (inputs, { rows, gamma }) =>
      repeated((X) => {
        const some = X.ref.slice([0, rows]);
        const squares = np.square(X.ref).sum(1);
        const left = np.square(some.ref).sum(1, { keepdims: true });
        const distances = left.add(squares).sub(np.matmul(some, X.transpose()).mul(2));
        return np.exp(distances.mul(-gamma));
      }, arrays(inputs).X),
    adam(inputs, { leaves }) {
      const all = arrays(inputs);
      const pick = (key) => Array.from({ length: leaves }, (_, i) => all[`${key}${i}`]);
      const step = jit(adam);
      const grads = pick("g");
      let [p, m, v] = [pick("p"), zerosLike(pick("p")), zerosLike(pick("p"))];
      let t = 0;
      const run = async () => {
        t++;
        [p, m, v] = step(p, m, v, tree.ref(grads), correction(0.9, t), correction(0.999, t));
        await blockUntilReady([p, m, v]);
      };
      return {
        run,
        async read() {
          await run();
          return Promise.all(p.map((x) => x.ref.data()));
        },
      };
    },
    "mlp-step"(inputs) {
      const { params, loss, batch } = mlp(inputs);
      return training(loss, params, ...batch);
    },
    "mlp-forward"(inputs) {
      const { params, loss, batch } = mlp(inputs);
      const f = jit(loss);
      const run = () => f(tree.ref(params), ...batch.map((x) => x.ref)).jsAsync();
      return { run, read: run };
    },
    "mlp-gradient"(inputs) {
      const { params, loss, batch } = mlp(inputs);
      const f = jit((p, ...rest) => valueAndGrad(loss)(p, ...rest));
      const both = () => f(tree.ref(params), ...batch.map((x) => x.ref));
      return {
        async run() {
          const [value, grads] = both();
          await blockUntilReady(grads);
          tree.dispose(grads);
          return value.jsAsync();
        },
        async read() {
          const [value, grads] = both();
          const lists = await Promise.all(Object.values(grads).map((g) => g.data()));
          return [
            await value.jsAsync(),
            Math.sqrt(lists.reduce((sum, g) => sum + g.reduce((s, x) => s + x * x, 0), 0)),
          ];
        },
      };
    },
    linreg(inputs) {
      const { x, y } = arrays(inputs);
      const loss = (p, x, y) => {
        const e = np.matmul(x, p.w).add(p.b).sub(y);
        return e.ref.mul(e).mean();
      };
      return training(loss, { w: np.zeros([inputs.x.shape[1]]), b: np.zeros([]) }, x, y);
    },
    gpt,
    "logistic-vg"(inputs, { at }) {
      const { X, y } = arrays(inputs);
      const d = inputs.X.shape[1];
      const options = { dtype: np.float64 };
      const p = { w: np.full([d], at, options), b: np.full([], at, options) };
      const loss = (p, X, y) => {
        const z = np.matmul(X, p.w).add(p.b);
        return nn.softplus(z.ref).sub(y.mul(z)).mean();
      };
      const f = jit((p, X, y) => valueAndGrad(loss)(p, X, y));
      const both = () => f(tree.ref(p), X.ref, y.ref);
      return {
        async run() {
          const [value, grads] = both();
          await blockUntilReady(grads);
          tree.dispose(grads);
          return value.jsAsync();
        },
        async read() {
          const [value, { w, b }] = both();
          return [await value.jsAsync(), ...(await w.data()), await b.jsAsync()];
        },
      };
    },
    "eager-add"(inputs) {
      const { x, y } = arrays(inputs);
      const add = () => x.ref.add(y.ref);
      return { run: () => void add().dataSync(), read: () => add().dataSync() }; // without reading nothing is computed
    },
    "compiled-add"(inputs) {
      const { x } = arrays(inputs);
      const f = jit((x) => x.add(1));
      return { run: () => void f(x.ref).dataSync(), read: () => f(x.ref).dataSync() };
    },
  };
  const relaxed = WebAssembly.validate(relaxedModule);
  const manifest = createRequire(import.meta.url)("./node_modules/@jax-js/jax/package.json");
  return {
    versions: { [name]: manifest.version },
    settings: () => ({ tier: "wasm", fma: relaxed, threads }),
    dtypes: ["f32", "f64"],
    tasks,
    release: () => {
      handed = [];
    },
  };
}

// (func (param v128 v128 v128) (result v128) f32x4.relaxed_madd): whether this process has relaxed SIMD
const relaxedModule = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b],
  ...[3, 2, 1, 0],
  ...[10, 13, 1, 11, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 2, 0x0b],
);
