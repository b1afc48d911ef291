// The suites: which workloads there are, and who takes part by default.
import { arrayWorkloads } from "./arrays.mjs";
import { learnerWorkloads } from "./learners.mjs";
import { matmulWorkloads } from "./matmul.mjs";
import { trainingWorkloads } from "./training.mjs";

const solvers = ["cvxopt", "osqp", "quadprog"];

export const suites = {
  engine: {
    takesPart: ({ id }) => !solvers.includes(id),
    make: (quick) => ({
      workloads: [...matmulWorkloads(quick), ...arrayWorkloads(quick), ...trainingWorkloads(quick)],
      firstCalls: ["mlp", "gpt"],
      sizes: true,
    }),
  },
  learners: {
    takesPart: ({ id, ours }) => ours || id === "numpy" || solvers.includes(id),
    make: (quick) => ({ workloads: learnerWorkloads(quick) }),
  },
};
