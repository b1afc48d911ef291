// Trajectories of TensorFlow.js in the form of optimizers.py. @tensorflow/tfjs-core and -backend-cpu are no dependencies of the
// project: run it in a folder where they are installed, node …/optimizers-tfjs.mjs > tfjs.json
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(join(process.cwd(), "package.json"));
const [tf] = ["core", "backend-cpu"].map((part) => load(`@tensorflow/tfjs-${part}`));

const start = [1, -2, 0.5, 3, 1e-3];
const curvature = tf.tensor1d([1, 20, 0, 1e-4, 1e-6]);
const target = tf.tensor1d([0, 0.5, 0, -1, 0]);
const times = [1, 2, 3, 5, 10, 30, 100, 300];

function run(optimizer) {
  const w = tf.variable(tf.tensor1d(start));
  const at = {};
  for (let t = 1; t <= times.at(-1); t++) {
    optimizer.applyGradients([{ name: w.name, tensor: tf.mul(curvature, tf.sub(w, target)) }]);
    if (times.includes(t)) at[t] = Array.from(w.dataSync());
  }
  return at;
}

const origin = `tfjs ${tf.version_core}, cpu, float32`;
const rows = [
  ["sgd", { learningRate: 0.01, momentum: 0.9 }, tf.train.momentum(0.01, 0.9)],
  ["adagrad", { learningRate: 0.1, preset: "tfjs" }, tf.train.adagrad(0.1)],
  ["rmsprop", { learningRate: 0.01, preset: "tfjs" }, tf.train.rmsprop(0.01)],
  ["rmsprop", { learningRate: 0.01, preset: "tfjs", momentum: 0.9 }, tf.train.rmsprop(0.01, 0.9, 0.9)],
  ["adam", { learningRate: 0.1, preset: "tfjs" }, tf.train.adam(0.1)],
];
console.log(JSON.stringify(rows.map(([optimizer, options, made]) => ({ origin, optimizer, options, at: run(made) }))));
