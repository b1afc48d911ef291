// TensorFlow.js on its WebAssembly backend. Its kernels run when they are called; threads are off in Node.
// Token embeddings are products with one-hot rows, as its users write them where gradients are needed.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const load = createRequire(import.meta.url);

export async function open() {
  console.warn = () => {}; // it recommends tfjs-node at every start
  const tf = load("@tensorflow/tfjs");
  const wasm = load("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(fileURLToPath(new URL("./node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)));
  await tf.setBackend("wasm");
  await tf.ready();
  if (tf.getBackend() !== "wasm") throw new Error(`tfjs runs on ${tf.getBackend()}`);

  let handed = []; // inputs of the present workload, disposed of after it
  const tensors = (inputs) => {
    const made = Object.entries(inputs).map(([name, { shape, data, dtype }]) => [
      name,
      tf.tensor(data, shape, dtype === "i32" ? "int32" : "float32"),
    ]);
    handed.push(...made.map(([, tensor]) => tensor));
    return Object.fromEntries(made);
  };
  const repeated = (f) => ({
    run: () => f().dispose(),
    read() {
      const y = f();
      const numbers = y.dataSync();
      y.dispose();
      return numbers;
    },
  });
  const products = {
    nn: (a, b) => tf.matMul(a, b),
    nt: (a, b) => tf.matMul(a, b, false, true),
    tn: (a, b) => tf.matMul(a, b, true, false),
  };
  const tidy = (f) => (x) => tf.tidy(() => f(x));
  const maps = {
    relu: tidy((x) => tf.sub(tf.mul(tf.relu(tf.add(tf.mul(x, 1.5), 0.25)), x), 0.5)),
    silu: tidy((x) => tf.mul(tf.sigmoid(tf.add(tf.mul(x, 1.5), 0.25)), x)),
    tanh: tf.tanh,
    exp: tf.exp,
    erf: tf.erf,
    log: tf.log,
  };
  const normalize = (x) => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    return tf.div(centered, tf.sqrt(tf.add(tf.mean(tf.square(centered), -1, true), 1e-5)));
  };

  function training(variables, loss) {
    const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
    const run = () => {
      const cost = optimizer.minimize(loss, true, variables);
      const value = cost.dataSync()[0];
      cost.dispose();
      return value;
    };
    return { run, read: run };
  }

  const oneHot = (ids, depth) => tf.tidy(() => tf.oneHot(tf.reshape(ids, [-1]), depth).toFloat());
  function mlp(inputs) {
    const { x, labels, ...rest } = tensors(inputs);
    const p = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, tf.variable(value)]));
    const y = oneHot(labels, p.b3.shape[0]);
    const loss = () =>
      tf.tidy(() => {
        const h1 = tf.relu(tf.add(tf.matMul(x, p.w1), p.b1));
        const h2 = tf.relu(tf.add(tf.matMul(h1, p.w2), p.b2));
        return tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(h2, p.w3), p.b3));
      });
    return { variables: Object.values(p), loss };
  }

  function gpt(inputs, { blocks, heads }) {
    const { ids, targets, ...weights } = tensors(inputs);
    const [B, S] = ids.shape;
    const [V, D] = weights.tokens.shape;
    const variables = [];
    const variable = (tensor) => {
      variables.push(tf.variable(tensor));
      return variables.at(-1);
    };
    const norm = () => ({ g: variable(tf.ones([D])), b: variable(tf.zeros([D])) });
    const linear = (w) => ({ w: variable(w), b: variable(tf.zeros([w.shape[1]])) });
    const p = {
      tokens: variable(weights.tokens),
      positions: variable(weights.positions),
      norm: norm(),
      head: linear(weights.head),
    };
    const layers = Array.from({ length: blocks }, (_, i) => ({
      norm1: norm(),
      norm2: norm(),
      qkv: linear(weights[`qkv${i}`]),
      out: linear(weights[`o${i}`]),
      up: linear(weights[`f1${i}`]),
      down: linear(weights[`f2${i}`]),
    }));
    const mask = tf.tensor2d(
      Float32Array.from({ length: S * S }, (_, q) => (q % S > Math.floor(q / S) ? -1e9 : 0)),
      [S, S],
    );
    const dense = (x, { w, b }) => tf.add(tf.matMul(x, w), b);
    const layerNorm = (x, { g, b }) => tf.add(tf.mul(normalize(x), g), b);
    const gelu = (x) =>
      tf.mul(
        tf.mul(x, 0.5),
        tf.add(1, tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.mul(x, x))))))),
      );
    const split = (t) =>
      tf.reshape(tf.transpose(tf.reshape(t, [B, S, heads, D / heads]), [0, 2, 1, 3]), [B * heads, S, D / heads]);
    const attention = (x, layer) => {
      const [q, k, v] = tf.split(dense(x, layer.qkv), 3, 1).map(split);
      const scores = tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(D / heads)), mask));
      const mixed = tf.transpose(tf.reshape(tf.matMul(scores, v), [B, heads, S, D / heads]), [0, 2, 1, 3]);
      return dense(tf.reshape(mixed, [B * S, D]), layer.out);
    };
    const [idRows, targetRows] = [oneHot(ids, V), oneHot(targets, V)];
    const loss = () =>
      tf.tidy(() => {
        let x = tf.reshape(tf.add(tf.reshape(tf.matMul(idRows, p.tokens), [B, S, D]), p.positions), [B * S, D]);
        for (const layer of layers) {
          x = tf.add(x, attention(layerNorm(x, layer.norm1), layer));
          x = tf.add(x, dense(gelu(dense(layerNorm(x, layer.norm2), layer.up)), layer.down));
        }
        return tf.losses.softmaxCrossEntropy(targetRows, dense(layerNorm(x, p.norm), p.head));
      });
    return training(variables, loss);
  }

  const tasks = {
    matmul(inputs, { form }) {
      const { a, b } = tensors(inputs);
      return repeated(() => products[form](a, b));
    },
    matmuls(inputs, { forms }) {
      const all = tensors(inputs);
      const each = () => forms.map((form, i) => products[form](all[`a${i}`], all[`b${i}`]));
      return {
        run: () => tf.dispose(each()),
        read: () => each().map((c) => c.dataSync()),
      };
    },
    map(inputs, { fn }) {
      const { x } = tensors(inputs);
      return repeated(() => maps[fn](x));
    },
    sum(inputs) {
      const { x } = tensors(inputs);
      return repeated(() => tf.sum(x));
    },
    logsumexp(inputs) {
      const { x } = tensors(inputs);
      return repeated(() => tf.logSumExp(x, -1));
    },
    softmax(inputs) {
      const { x } = tensors(inputs);
      return repeated(() => tf.softmax(x));
    },
    layernorm(inputs) {
      const { x } = tensors(inputs);
      return repeated(() => tf.tidy(() => normalize(x)));
    },
    rbf(inputs, { rows, gamma }) {
      const { X } = tensors(inputs);
      return repeated(() =>
        tf.tidy(() => {
          const some = tf.slice(X, 0, rows);
          const squares = tf.sum(tf.square(X), 1);
          const distances = tf.sub(
            tf.add(tf.sum(tf.square(some), 1, true), squares),
            tf.mul(tf.matMul(some, X, false, true), 2),
          );
          return tf.exp(tf.mul(distances, -gamma));
        }),
      );
    },
    adam(inputs, { leaves }) {
      const all = tensors(inputs);
      const variables = Array.from({ length: leaves }, (_, i) => tf.variable(all[`p${i}`], true, `leaf${i}`));
      const grads = Array.from({ length: leaves }, (_, i) => ({ name: `leaf${i}`, tensor: all[`g${i}`] }));
      const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
      const run = () => optimizer.applyGradients(grads);
      return {
        run,
        read() {
          run();
          return variables.map((v) => v.dataSync());
        },
      };
    },
    "mlp-step"(inputs) {
      const { variables, loss } = mlp(inputs);
      return training(variables, loss);
    },
    "mlp-forward"(inputs) {
      const { loss } = mlp(inputs);
      const run = () => {
        const value = loss();
        const number = value.dataSync()[0];
        value.dispose();
        return number;
      };
      return { run, read: run };
    },
    "mlp-gradient"(inputs) {
      const { variables, loss } = mlp(inputs);
      const both = () => tf.variableGrads(loss, variables);
      return {
        run() {
          const { value, grads } = both();
          value.dataSync();
          tf.dispose([value, grads]);
        },
        read() {
          const { value, grads } = both();
          return [value.dataSync()[0], Math.hypot(...Object.values(grads).map((g) => tf.norm(g).dataSync()[0]))];
        },
      };
    },
    linreg(inputs) {
      const { x, y } = tensors(inputs);
      const [w, b] = [tf.variable(tf.zeros([x.shape[1], 1])), tf.variable(tf.zeros([1]))];
      return training([w, b], () =>
        tf.tidy(() => tf.mean(tf.square(tf.sub(tf.add(tf.reshape(tf.matMul(x, w), [-1]), b), y)))),
      );
    },
    gpt,
    "eager-add"(inputs) {
      const { x, y } = tensors(inputs);
      return repeated(() => tf.add(x, y));
    },
  };
  return {
    versions: { "@tensorflow/tfjs": tf.version.tfjs, "@tensorflow/tfjs-backend-wasm": wasm.version_wasm },
    settings: () => ({ tier: "wasm", fma: false, threads: 1 }),
    dtypes: ["f32"],
    tasks,
    release() {
      tf.dispose(handed);
      tf.disposeVariables();
      handed = [];
    },
  };
}
