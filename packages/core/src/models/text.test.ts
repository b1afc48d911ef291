import { inspect } from "node:util";
import { expect, it } from "vitest";
import { tableFromColumns } from "../data/index.ts";
import { linearRegression, logisticRegression, pipeline, standardize, tableModel } from "./index.ts";

const X = [
  [1, 5],
  [2, 3],
  [4, 4],
  [3, 6],
];
const labels = ["no", "no", "yes", "yes"];

it("fitted models print as one line, in Node and as text", () => {
  const table = tableFromColumns({ age: [1, 2, 4, 3], plan: ["a", "b", "a", "b"], left: labels });
  const models = [
    linearRegression().fit(X, [1, 2, 4, 4]),
    logisticRegression({ l2: 0.1 }).fit(X, labels),
    standardize().fit(X),
    pipeline([standardize()], linearRegression({ l2: 1, solver: "lbfgs" })).fit(X, [1, 2, 4, 4]),
    tableModel({ encode: { target: "left" }, estimator: logisticRegression({ l2: 0.1 }) }).fit(table),
  ];
  expect(models.map(String)).toMatchInlineSnapshot(`
    [
      "linearRegression, 2 coefficients: converged (cholesky, objective 0.0313)",
      "logisticRegression, 2 coefficients, classes "no", "yes": converged (newton, 4 steps, objective 0.283)",
      "standardize, 2 → 2 columns",
      "pipeline: standardize → linearRegression, 2 coefficients: converged (lbfgs, 2 steps, objective 0.438)",
      "tableModel of "left", 2 columns → 3 features → logisticRegression, 3 coefficients, classes "no", "yes": converged (newton, 4 steps, objective 0.356)",
    ]
  `);
  for (const model of models) expect(inspect(model)).toBe(String(model));
});
