// The suites: which workloads there are, and who takes part by default.
import { arrayWorkloads } from "./arrays.mjs";
import { learnerWorkloads } from "./learners.mjs";
import { matmulWorkloads } from "./matmul.mjs";
import { trainingWorkloads } from "./training.mjs";

export const suites = {
  engine: {
    make: (quick) => ({
      workloads: [...matmulWorkloads(quick), ...arrayWorkloads(quick), ...trainingWorkloads(quick)],
      firstCalls: ["mlp", "gpt"],
      sizes: true,
    }),
  },
  learners: {
    engines: ["steepest", "steepest-native", "numpy", "quadprog"],
    make: (quick) => ({ workloads: learnerWorkloads(quick) }),
  },
};
