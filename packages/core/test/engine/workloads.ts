// Training steps as users write them, at sizes that a test can afford.
import {
  type AnyArray,
  array,
  type CompileOptions,
  compile,
  type NDArray,
  type Scalar,
  valueAndGrad,
  zeros,
} from "../../src/index.ts";
import { crossEntropy } from "../../src/losses/index.ts";
import { gelu } from "../../src/ops/index.ts";
import { adam } from "../../src/optim/index.ts";

/** Numbers in [−scale, scale), the same for the same seed. */
export function numbers(shape: readonly number[], seed: number, scale = 1, dtype: "f32" | "f64" = "f32"): NDArray {
  let s = seed;
  const next = (): number => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return (s / 2 ** 31 - 1) * scale;
  };
  const size = shape.reduce((a, b) => a * b, 1);
  return array(Float64Array.from({ length: size }, next), { dtype }).reshape(...shape) as NDArray;
}

function labels(shape: readonly number[], classes: number): NDArray<"int"> {
  const size = shape.reduce((a, b) => a * b, 1);
  const ids = Int32Array.from({ length: size }, (_, i) => (7 * i) % classes);
  return array(ids, { dtype: "i32" }).reshape(...shape) as NDArray<"int">;
}

export type Weights = { [name: string]: NDArray };
type Batch = { x: AnyArray; labels: NDArray<"int"> };
type Loss = (params: Weights, batch: Batch) => NDArray;

export interface Task {
  readonly loss: Loss;
  readonly params: () => Weights;
  readonly batch: Batch;
}

/** Two hidden layers and cross-entropy. */
export function mlp(inputs = 30, hidden = 20, classes = 10, rows = 16): Task {
  const loss: Loss = (p, { x, labels }) => {
    const h1 = (x as NDArray).matmul(p["w1"]!).add(p["b1"]!).relu();
    const h2 = h1.matmul(p["w2"]!).add(p["b2"]!).tanh();
    return crossEntropy(h2.matmul(p["w3"]!).add(p["b3"]!), labels);
  };
  const layer = (i: number, from: number, to: number) => ({
    [`w${i}`]: numbers([from, to], i, Math.sqrt(3 / from)),
    [`b${i}`]: zeros([to], { dtype: "f32" }) as NDArray,
  });
  const params = () => ({ ...layer(1, inputs, hidden), ...layer(2, hidden, hidden), ...layer(3, hidden, classes) });
  return { loss, params, batch: { x: numbers([rows, inputs], 7), labels: labels([rows], classes) } };
}

/** A causal transformer of pre-norm blocks. */
export function gpt({ d = 16, s = 8, rows = 2, blocks = 2, heads = 2, words = 11 } = {}): Task {
  const causal = array(Float32Array.from({ length: s * s }, (_, p) => (p % s > Math.floor(p / s) ? -1e9 : 0))).reshape(
    s,
    s,
  ) as NDArray;
  const dense = (p: Weights, name: string, x: NDArray) => x.matmul(p[`${name} w`]!).add(p[`${name} b`]!);
  const norm = (p: Weights, name: string, x: NDArray) => {
    const centered = x.sub(x.mean(-1, { keepDims: true }));
    const deviation = centered.square().mean(-1, { keepDims: true }).add(1e-5).sqrt();
    return centered.div(deviation).mul(p[`${name} scale`]!).add(p[`${name} shift`]!);
  };
  const attention = (p: Weights, name: string, x: NDArray) => {
    const split = dense(p, `${name} qkv`, x)
      .reshape(rows, s, 3, heads, d / heads)
      .transpose(2, 0, 3, 1, 4);
    const [q, k, v] = [0, 1, 2].map((i) => split.at(i));
    const scores = q!
      .matmul(k!.transpose(0, 1, 3, 2))
      .mul(1 / Math.sqrt(d / heads))
      .add(causal);
    const mixed = scores.softmax(-1).matmul(v!).transpose(0, 2, 1, 3).reshape(rows, s, d);
    return dense(p, `${name} out`, mixed as NDArray);
  };
  const loss: Loss = (p, { x: ids, labels }) => {
    let x = p["tokens"]!.take(ids as NDArray<"int">).add(p["positions"]!);
    for (let i = 0; i < blocks; i++) {
      x = x.add(attention(p, `${i}`, norm(p, `${i} norm1`, x)));
      x = x.add(dense(p, `${i} down`, gelu(dense(p, `${i} up`, norm(p, `${i} norm2`, x)), { approximate: true })));
    }
    return crossEntropy(dense(p, "head", norm(p, "norm", x)), labels);
  };
  const params = (): Weights => {
    let seed = 1;
    const layer = (name: string, from: number, to: number) => ({
      [`${name} w`]: numbers([from, to], seed++, 0.04),
      [`${name} b`]: zeros([to], { dtype: "f32" }) as NDArray,
    });
    const unit = (name: string) => ({
      [`${name} scale`]: zeros([d], { dtype: "f32" }).add(1) as NDArray,
      [`${name} shift`]: zeros([d], { dtype: "f32" }) as NDArray,
    });
    const block = (i: number): Weights => ({
      ...unit(`${i} norm1`),
      ...layer(`${i} qkv`, d, 3 * d),
      ...layer(`${i} out`, d, d),
      ...unit(`${i} norm2`),
      ...layer(`${i} up`, d, 4 * d),
      ...layer(`${i} down`, 4 * d, d),
    });
    return {
      tokens: numbers([words, d], seed++, 0.04),
      positions: numbers([s, d], seed++, 0.04),
      ...Object.assign({}, ...Array.from({ length: blocks }, (_, i) => block(i))),
      ...unit("norm"),
      ...layer("head", d, words),
    };
  };
  return { loss, params, batch: { x: labels([rows, s], words), labels: labels([rows, s], words) } };
}

/** A step of Adam over a task, compiled; the parameters and the state are handed over unless `donate` says otherwise. */
export function training({ loss, params, batch }: Task, options: CompileOptions = { donate: [0, 1] }) {
  const optimizer = adam({ learningRate: 1e-2 });
  const start = params();
  type State = ReturnType<typeof optimizer.init<Weights>>;
  const compiled = compile((p: Weights, state: State, x: AnyArray, labels: NDArray<"int">) => {
    const { value, grad } = valueAndGrad((q: Weights) => loss(q, { x, labels }) as Scalar)(p);
    const [next, nextState] = optimizer.step(p, grad, state);
    return { params: next, state: nextState, loss: value };
  }, options);
  let now = { params: start, state: optimizer.init(start) };
  return {
    compiled,
    step(): number {
      const { loss: value, ...next } = compiled(now.params, now.state, batch.x, batch.labels);
      now = next;
      return value.item();
    },
    params: () => now.params,
  };
}
