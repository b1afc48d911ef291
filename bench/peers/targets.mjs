// What steepest sets out to reach, and what a run says of it. Ratios are of medians: how many times as fast as the other.

/** Looks into the results of a run; anything that was not measured is undefined. */
class Run {
  #report;

  constructor(report) {
    this.#report = report;
  }
  ns(workload, engine) {
    return this.#report.results.find((r) => r.workload === workload && r.engine === engine)?.median;
  }
  value(workload, engine) {
    return this.#report.results.find((r) => r.workload === workload && r.engine === engine)?.metric?.value;
  }
  size(engine) {
    return this.#report.sizes?.find((s) => s.engine === engine);
  }
  /** The smallest ratio over several workloads: a target is met where all of them meet it. */
  times(workloads, of, to) {
    return least(workloads.map((id) => divide(this.ns(id, to), this.ns(id, of))));
  }
}
const divide = (a, b) => (a === undefined || b === undefined ? undefined : a / b);
const least = (values) => (values.includes(undefined) ? undefined : Math.min(...values));

const products = (...forms) => forms.flatMap((form) => [512, 1024].map((n) => `matmul-${form}-${n}`));
const every = products("nn", "nt", "tn");
const lengths = (name) => [`map-${name}-1e6`, `map-${name}-1e7`];
const faster = (what, against, atLeast, workloads, of, to) => ({
  what,
  against,
  atLeast,
  unit: "×",
  measure: (run) => run.times(workloads, of, to),
});

const engineTargets = [
  ...[
    ["nn", 1.5],
    ["nt", 15],
    ["tn", 50],
  ].map(([form, atLeast]) =>
    faster(
      `sgemm 512 and 1024 ${form.toUpperCase()}, WASM, 1 thread`,
      "TensorFlow.js",
      atLeast,
      products(form),
      "steepest",
      "tfjs-wasm",
    ),
  ),
  faster("sgemm 512 and 1024, all forms, WASM, 1 thread", "jax-js", 1.5, every, "steepest", "jax-js"),
  faster("sgemm 512 and 1024, 2 threads", "own 1 thread", 1.8, every, "steepest-2t", "steepest"),
  {
    what: "dgemm 512 and 1024 NN, WASM, 1 thread",
    against: "own sgemm",
    atLeast: 0.45,
    unit: "×",
    measure: (run) =>
      least(
        [512, 1024].map((n) =>
          divide(run.value(`matmul-f64-nn-${n}`, "steepest"), run.value(`matmul-nn-${n}`, "steepest")),
        ),
      ),
  },
  faster("MLP step, WASM, 1 thread", "jax-js", 2, ["mlp"], "steepest", "jax-js"),
  faster("MLP step, WASM, 1 thread", "TensorFlow.js", 18, ["mlp"], "steepest", "tfjs-wasm"),
  faster("MLP step, native tier, 1 thread", "PyTorch, 1 thread", 1, ["mlp"], "steepest-native", "torch"),
  faster("GPT step, WASM, 1 thread", "jax-js", 2, ["gpt"], "steepest", "jax-js"),
  faster("GPT step, WASM, 1 thread", "TensorFlow.js", 14, ["gpt"], "steepest", "tfjs-wasm"),
  faster("GPT step, native tier, 1 thread", "PyTorch, 1 thread", 1, ["gpt"], "steepest-native", "torch"),
  faster("linear-regression step", "jax-js", 8, ["linreg"], "steepest", "jax-js"),
  faster("linear-regression step", "PyTorch, 1 thread", 10, ["linreg"], "steepest", "torch"),
  faster("tanh, 1e6 and 1e7", "jax-js", 5, lengths("tanh"), "steepest", "jax-js"),
  faster("silu chain, 1e6 and 1e7", "jax-js", 5, lengths("silu"), "steepest", "jax-js"),
  faster("softmax 1024²", "jax-js", 5, ["softmax"], "steepest", "jax-js"),
  faster("fused chain, 1e7", "jax-js", 1.5, ["map-relu-1e7"], "steepest", "jax-js"),
  faster("fused chain, 1e7", "PyTorch eager, 1 thread", 10, ["map-relu-1e7"], "steepest", "torch"),
  ...["100000x50", "20000x500"].map((size) =>
    faster(
      `logistic value and gradient, f64, ${size.replace("x", "×")}`,
      "pass of scikit-learn",
      2,
      [`logistic-vg-${size}`],
      "steepest",
      "numpy",
    ),
  ),
  {
    what: "backward pass of the MLP",
    against: "own forward",
    atMost: 2.2,
    unit: " forward passes",
    measure: (run) => {
      const [both, forward] = ["mlp-gradient", "mlp-forward"].map((id) => run.ns(id, "steepest"));
      return both === undefined || forward === undefined ? undefined : (both - forward) / forward;
    },
  },
  faster("first call of the GPT step", "jax-js", 2, ["first-call-gpt"], "steepest", "jax-js"),
  {
    what: "import of the root entry",
    atMost: 25,
    unit: " ms",
    measure: (run) => run.size("steepest")?.importMs?.median,
  },
  {
    what: "gzip of arrays + autodiff + compile + adam",
    atMost: 60,
    unit: " KB",
    measure: (run) => divide(run.size("steepest")?.bundle?.gzipBytes, 1000),
  },
];

const learnerTargets = [
  ...["100000x50", "20000x500"].flatMap((size) => [
    faster(
      `logistic regression, ${size.replace("x", "×")}`,
      "scikit-learn, L-BFGS",
      2,
      [`logistic-${size}`],
      "steepest",
      "numpy",
    ),
    faster(`linear regression, ${size.replace("x", "×")}`, "scikit-learn", 2, [`linear-${size}`], "steepest", "numpy"),
    faster(`ridge regression, ${size.replace("x", "×")}`, "scikit-learn", 0.5, [`ridge-${size}`], "steepest", "numpy"),
  ]),
  faster("SVC, RBF kernel, 10,000×20, C = 1", "libsvm", 2.5, ["svc-10000-C1"], "steepest", "numpy"),
  faster("SVC, RBF kernel, 10,000×20, C = 100", "libsvm", 1.2, ["svc-10000-C100"], "steepest", "numpy"),
  faster("decision values of 10,000 rows", "libsvm", 5, ["svc-predict-10000"], "steepest", "numpy"),
  faster("lasso path, 100 strengths, 5000×2000", "scikit-learn", 1, ["lasso-path-5000x2000"], "steepest", "numpy"),
  faster("SLSQP, 50 variables", "SciPy", 2, ["slsqp-50"], "steepest", "numpy"),
  faster("dense QP, 200 variables, 300 inequalities", "quadprog", 10, ["qp-200x300"], "steepest", "quadprog"),
];

/** A row per target of the report's suite: what was asked, what was measured, and by how much it was missed. */
export function judge(report) {
  const run = new Run(report);
  return (report.suite === "learners" ? learnerTargets : engineTargets).map(
    ({ what, against, atLeast, atMost, unit, measure }) => {
      const measured = measure(run);
      const asked = atLeast ?? atMost;
      const isMet = measured !== undefined && (atLeast === undefined ? measured <= asked : measured >= asked);
      const missedBy = measured === undefined || isMet ? undefined : Math.abs(measured - asked) / asked;
      return {
        what,
        against,
        asked,
        direction: atLeast === undefined ? "most" : "least",
        unit,
        measured,
        isMet,
        missedBy,
      };
    },
  );
}
