// onnxruntime-node: no autodiff, so gradients and Adam of the training steps are written out as graph operations by hand,
// the whole step as one graph. Graphs are encoded here (protocol buffers), so that no converter is needed.
import { createRequire } from "node:module";
import { GraphBuilder } from "./graph.mjs";

const load = createRequire(import.meta.url);
const threads = Number(process.env.ORT_THREADS ?? 1);

export async function open() {
  const ort = load("onnxruntime-node");
  const session = (graph) =>
    ort.InferenceSession.create(graph.bytes(), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
    });
  const tensor = ({ data, shape }) => new ort.Tensor("float32", data, shape);

  /** A graph of the inputs that `write` names, run again and again. */
  async function repeated(inputs, shape, write) {
    const graph = new GraphBuilder();
    const names = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, graph.input(name, x.shape)]));
    graph.output(write(graph, names), shape);
    const s = await session(graph);
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, tensor(x)]));
    const [name] = graph.outputs;
    return { run: () => s.run(feeds), read: async () => (await s.run(feeds))[name].data };
  }

  const maps = {
    relu: (g, x) => g.op("Sub", [g.op("Mul", [g.op("Relu", [line(g, x)]), x]), g.constant(0.5)]),
    silu: (g, x) => g.op("Mul", [g.op("Sigmoid", [line(g, x)]), x]),
    tanh: (g, x) => g.op("Tanh", [x]),
    exp: (g, x) => g.op("Exp", [x]),
    erf: (g, x) => g.op("Erf", [x]),
    log: (g, x) => g.op("Log", [x]),
  };
  const line = (g, x) => g.op("Add", [g.op("Mul", [x, g.constant(1.5)]), g.constant(0.25)]);

  async function mlpStep(inputs) {
    const g = new GraphBuilder();
    const sizes = [inputs.x.shape[1], inputs.b1.shape[0], inputs.b2.shape[0], inputs.b3.shape[0]];
    const [rows, classes] = [inputs.x.shape[0], sizes[3]];
    const names = ["w1", "b1", "w2", "b2", "w3", "b3"];
    const x = g.input("x", inputs.x.shape);
    const y = g.input("y", [rows, classes]);
    const [c1, c2] = ["c1", "c2"].map((name) => g.input(name, []));
    for (const name of names) for (const kind of ["", "m_", "v_"]) g.input(kind + name, inputs[name].shape);

    const hidden = [x];
    let h = x;
    for (let i = 1; i <= 3; i++) {
      h = g.op("Gemm", [h, `w${i}`, `b${i}`]);
      if (i < 3) {
        h = g.op("Relu", [h]);
        hidden.push(h);
      }
    }
    const logProbabilities = g.op("LogSoftmax", [h], { axis: 1 });
    const total = g.op("ReduceSum", [g.op("Mul", [logProbabilities, y])], { keepdims: 0 });
    g.output(g.op("Mul", [total, g.constant(-1 / rows)], {}, "loss"), []);

    // Backwards: d = (softmax − y)/rows; dW = Hᵀ·d; db = 1ᵀ·d; d ← (d·Wᵀ)·[H > 0]
    let d = g.op("Mul", [g.op("Sub", [g.op("Exp", [logProbabilities]), y]), g.constant(1 / rows)]);
    const gradients = {};
    for (let i = 3; i >= 1; i--) {
      gradients[`w${i}`] = g.op("Gemm", [hidden[i - 1], d], { transA: 1 });
      gradients[`b${i}`] = g.op("ReduceSum", [d, g.integers([0])], { keepdims: 0 });
      if (i > 1) {
        const active = g.op("Cast", [g.op("Greater", [hidden[i - 1], g.constant(0)])], { to: 1 });
        d = g.op("Mul", [g.op("Gemm", [d, `w${i}`], { transB: 1 }), active]);
      }
    }
    const mix = (a, x, b, y, name) =>
      g.op("Add", [g.op("Mul", [a, g.constant(x)]), g.op("Mul", [b, g.constant(y)])], {}, name);
    for (const name of names) {
      const grad = gradients[name];
      const m = mix(`m_${name}`, 0.9, grad, 0.1, `next_m_${name}`);
      const v = mix(`v_${name}`, 0.999, g.op("Mul", [grad, grad]), 0.001, `next_v_${name}`);
      const root = g.op("Add", [g.op("Sqrt", [g.op("Mul", [v, c2])]), g.constant(1e-8)]);
      const change = g.op("Div", [g.op("Mul", [g.op("Mul", [m, c1]), g.constant(1e-3)]), root]);
      g.op("Sub", [name, change], {}, `next_${name}`);
      for (const kind of ["", "m_", "v_"]) g.output(`next_${kind}${name}`, inputs[name].shape);
    }

    const s = await session(g);
    const oneHot = new Float32Array(rows * classes);
    inputs.labels.data.forEach((label, r) => {
      oneHot[r * classes + label] = 1;
    });
    const fixed = { x: tensor(inputs.x), y: new ort.Tensor("float32", oneHot, [rows, classes]) };
    let state = Object.fromEntries(
      names.flatMap((name) => {
        const { shape, data } = inputs[name];
        const zeros = () => new ort.Tensor("float32", new Float32Array(data.length), shape);
        return [
          [name, tensor(inputs[name])],
          [`m_${name}`, zeros()],
          [`v_${name}`, zeros()],
        ];
      }),
    );
    let t = 0;
    const scalar = (value) => new ort.Tensor("float32", [value], []);
    const run = async () => {
      t++;
      const out = await s.run({ ...fixed, ...state, c1: scalar(1 / (1 - 0.9 ** t)), c2: scalar(1 / (1 - 0.999 ** t)) });
      state = Object.fromEntries(Object.keys(state).map((name) => [name, out[`next_${name}`]]));
      return out.loss.data[0];
    };
    return { run, read: run };
  }

  const tasks = {
    matmul({ a, b }, { form }) {
      const [m, n] = [form === "tn" ? a.shape[1] : a.shape[0], form === "nt" ? b.shape[0] : b.shape[1]];
      const attributes = { transA: Number(form === "tn"), transB: Number(form === "nt") };
      return repeated({ a, b }, [m, n], (g) => g.op("Gemm", ["a", "b"], attributes));
    },
    map: ({ x }, { fn }) => repeated({ x }, x.shape, (g) => maps[fn](g, "x")),
    sum: ({ x }) => repeated({ x }, [], (g) => g.op("ReduceSum", ["x"], { keepdims: 0 })),
    logsumexp: ({ x }) =>
      repeated({ x }, [x.shape[0]], (g) => g.op("ReduceLogSumExp", ["x"], { axes: [1], keepdims: 0 })),
    softmax: ({ x }) => repeated({ x }, x.shape, (g) => g.op("Softmax", ["x"], { axis: 1 })),
    layernorm: ({ x }) =>
      repeated({ x }, x.shape, (g) =>
        g.op("LayerNormalization", ["x", g.vector(new Float32Array(x.shape[1]).fill(1))], { axis: -1, epsilon: 1e-5 }),
      ),
    "mlp-step": mlpStep,
  };
  return {
    versions: { "onnxruntime-node": load("./node_modules/onnxruntime-node/package.json").version },
    settings: () => ({ tier: "native", fma: true, threads }),
    dtypes: ["f32"],
    tasks,
  };
}
