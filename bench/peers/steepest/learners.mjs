// Learners and solvers as users call them. What a build does not have yet says so and is left out.
import { array } from "steepest";
import * as models from "steepest/models";
import * as solve from "steepest/solve";

function needed(entry, module, name) {
  if (module[name] === undefined) throw new Error(`this build of ${entry} has no ${name}`);
  return module[name];
}
const model = (name) => needed("steepest/models", models, name);
const solver = (name) => needed("steepest/solve", solve, name);
const matrix = ({ shape, data }) => array(data).reshape(...shape);
const coefficients = (fitted) => [fitted.coef.toArray(), fitted.intercept.toArray()];

/** Fits again and again; `numbers` reads the result. */
const fits = (fit, numbers) => ({
  run: () => void fit(),
  read: () => numbers(fit()),
});

export const learners = {
  "fit-logistic"(inputs, { C }) {
    const X = matrix(inputs.X);
    const y = Array.from(inputs.y.data);
    const { l2 } = model("fromSklearn")({ C, n: y.length });
    return fits(() => model("logisticRegression")({ l2 }).fit(X, y), coefficients);
  },

  "fit-linear"(inputs, { alpha }) {
    const [X, y] = [matrix(inputs.X), matrix(inputs.y)];
    const { l2 } = model("fromSklearn")({ alpha, n: y.size });
    return fits(() => model("linearRegression")({ l2 }).fit(X, y), coefficients);
  },

  "fit-svc"(inputs, { C, gamma, tolerance }) {
    const X = matrix(inputs.X);
    const y = Array.from(inputs.y.data);
    const svc = model("svc")({ kernel: model("rbf")({ gamma }), C, tolerance });
    return fits(
      () => svc.fit(X, y),
      ({ supportIndices, dualCoef }) => {
        const signed = new Float64Array(y.length);
        const values = dualCoef.toArray();
        supportIndices.forEach((row, k) => {
          signed[row] = values[k];
        });
        return signed;
      },
    );
  },

  "predict-svc"(inputs, { C, gamma, tolerance }) {
    const X = matrix(inputs.X);
    const fitted = model("svc")({ kernel: model("rbf")({ gamma }), C, tolerance }).fit(X, Array.from(inputs.y.data));
    return { run: () => fitted.decisionFunction(X).size, read: () => fitted.decisionFunction(X).toArray() };
  },

  "lasso-path"(inputs, { tolerance, shown }) {
    const [X, y] = [matrix(inputs.X), matrix(inputs.y)];
    const path = model("linearPath")({ strengths: Array.from(inputs.strengths.data), tolerance });
    return fits(
      () => path.fit(X, y),
      ({ coefs }) => shown.map((k) => coefs.at(k).toArray()),
    );
  },

  slsqp(inputs) {
    const { A, B, W, t, b, c, e } = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, matrix(x)]));
    const n = t.size;
    const objective = (x) => {
      const s = x.sub(t).square();
      const neighbors = x
        .at([0, n - 1])
        .mul(x.at([1, n]))
        .sum();
      return s.log1p().add(s.mul(0.5)).sum().add(neighbors.mul(0.1));
    };
    const [equality, inequality] = [solver("equality"), solver("inequality")];
    const constraints = [
      equality((x) => A.matmul(x).sub(b)),
      inequality((x) => B.matmul(x).sub(c)),
      inequality((x) => e.sub(W.matmul(x.square()))),
    ];
    const start = Array(n).fill(0);
    return fits(
      () => solver("minimize")(objective, start, { solver: solver("slsqp")(), constraints }),
      ({ x }) => x.toArray(),
    );
  },

  qp(inputs) {
    const { P, q, G, h } = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, matrix(x)]));
    return fits(
      () => solver("qp")({ P, q, A: G, upper: h }),
      ({ x }) => x.toArray(),
    );
  },
};
