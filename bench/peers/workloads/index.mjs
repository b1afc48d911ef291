// The suites: which workloads there are, and who takes part by default.
import { arrayWorkloads } from "./arrays.mjs";
import { learnerWorkloads } from "./learners.mjs";
import { matmulWorkloads } from "./matmul.mjs";
import { trainingWorkloads } from "./training.mjs";

export const suites = {
  engine: {
    engines: [
      ...["steepest", "steepest-2t", "steepest-native", "tfjs-wasm", "jax-js", "jax-js-2t"],
      ...["onnxruntime", "torch", "torch-2t", "jax", "numpy"],
    ],
    make: (quick) => ({
      workloads: [...matmulWorkloads(quick), ...arrayWorkloads(quick), ...trainingWorkloads(quick)],
      firstCalls: ["mlp", "gpt"],
      sizes: true,
    }),
  },
  learners: {
    engines: ["steepest", "steepest-2t", "steepest-native", "numpy", "cvxopt", "osqp", "quadprog"],
    make: (quick) => ({ workloads: learnerWorkloads(quick) }),
  },
};
