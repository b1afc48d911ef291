// One small figure of each kind, for tests that all figures must pass.
import {
  allocationBars,
  attention,
  backprop,
  band,
  bars,
  biasVarianceCurve,
  calibration,
  coefficients,
  confusionMatrix,
  contour,
  correlations,
  curves,
  descentLandscape,
  type Figure,
  type FigureOptions,
  foldScores,
  gradientField,
  heatmap,
  histogram,
  implicit,
  learningCurves,
  line as lineMark,
  optimizerMemory,
  type PlaneClassifier,
  panels,
  path,
  plot,
  point,
  precisionRecall,
  predictedActual,
  quiver,
  regions,
  regressionLine,
  regularizationPath,
  residuals,
  roc,
  scatter,
  schedules,
  singularValues,
  trajectories,
} from "@steepest/plot";
import { array, explain, grad, type NDArray, type Scalar } from "steepest";
import { confusion, precisionRecallCurve, rocCurve } from "steepest/metrics";
import { constant, cosine } from "steepest/optim";
import { summarize } from "steepest/select";

/** y = 2x + 1, as a fitted model would predict it. */
export const line = { predict: (X: unknown): NDArray => array((X as number[][]).map(([x]) => 2 * x! + 1)) };

export const bowl = (w: NDArray): Scalar => w.square().mul([0.5, 2]).sum();

/** L = (v·relu(w·x) − y)², the network of the seed text: adjoints −3, −2, −12, 2. */
export const network = explain(
  (p: { x: Scalar; w: Scalar; v: Scalar; y: Scalar }) => p.v.mul(p.w.mul(p.x).relu()).sub(p.y).square(),
  { x: 2, w: 3, v: 0.5, y: 4 },
);

/** The nearest of three centers. */
const centers = [
  [-2, 0],
  [2, 0],
  [0, 3],
];
const nearness = (X: number[][]) => X.map(([x, y]) => centers.map(([a, b]) => -Math.hypot(x! - a!, y! - b!)));
export const threeClasses: PlaneClassifier<string> = {
  classes: ["a", "b", "c"],
  decisionFunction: (X) => array(nearness(X as number[][])),
  predict: (X) => nearness(X as number[][]).map((row) => ["a", "b", "c"][row.indexOf(Math.max(...row))]!),
};

const actual = ["no", "no", "no", "yes", "yes", "yes", "yes"];
const predicted = ["no", "no", "yes", "yes", "yes", "no", "yes"];
const scores = [0.1, 0.3, 0.8, 0.9, 0.7, 0.2, 0.6];

/** Builders with fixed data; options as a test wants them. */
export const samples: Readonly<Record<string, (options?: FigureOptions) => Figure>> = {
  allocationBars: (options) =>
    allocationBars(
      [
        { name: "Cork", spend: 22, marginal: 0.1429 },
        { name: "Ankara", spend: 18, marginal: 0.1429 },
      ],
      0.1429,
      options,
    ),
  attention: (options) =>
    attention(
      [
        [0.5, 0.3, 0.2],
        [0.1, 0.8, 0.1],
        [0, 0.25, 0.75],
      ],
      ["The", "cat", "sat"],
      options,
    ),
  backprop: (options) => backprop(network, options),
  bars: (options) => bars({ benign: 357, malignant: 212 }, { label: "rows", shares: true, ...options }),
  biasVarianceCurve: (options) =>
    biasVarianceCurve(
      [
        { complexity: 1, result: { bias2: 0.5, variance: 0.01, noise: 0.1, error: 0.61 } },
        { complexity: 2, result: { bias2: 0.05, variance: 0.05, noise: 0.1, error: 0.2 } },
        { complexity: 3, result: { bias2: 0, variance: 0.2, noise: 0.1, error: 0.3 } },
      ],
      options,
    ),
  calibration: (options) =>
    calibration(
      [
        { predicted: 0.2, observed: 0.1, count: 30 },
        { predicted: 0.8, observed: 0.9, count: 10 },
      ],
      options,
    ),
  coefficients: (options) =>
    coefficients({ ridge: [0.2, -1.5, 0.9], lasso: [0, -1.4, 0.8] }, { names: ["age", "bmi", "bp"], ...options }),
  confusionMatrix: (options) => confusionMatrix(confusion(actual, predicted), options),
  correlations: (options) =>
    correlations(
      [
        { a: "age", b: "bmi", r: 0.31 },
        { a: "bp", b: "bmi", r: -0.92 },
      ],
      options,
    ),
  curves: (options) => curves({ sgd: [1, 0.5, 0.25], adam: [1, 0.1, 0.01] }, { scale: "log", ...options }),
  descentLandscape: (options) =>
    descentLandscape((w) => w.square(), { "rate 0.25": [2, 1, 0.5], "rate 1.1": [2, -2.4, 2.88] }, options),
  foldScores: (options) => foldScores({ accuracy: [0.94, 0.96, 0.98], F1: [0.9, 0.92, 0.91] }, options),
  gradientField: (options) => gradientField(bowl, { at: [1, 2], ...options }),
  heatmap: (options) =>
    heatmap(
      [
        [1, -0.5, 0.25],
        [-0.5, 1, 0],
      ],
      { rows: ["age", "bmi"], columns: ["age", "bmi", "bp"], ...options },
    ),
  histogram: (options) => histogram([0.1, 0.2, 0.7, 0.9], { bins: 2, ...options }),
  learningCurves: (options) =>
    learningCurves(
      [
        { x: 20, train: summarize([0.99, 0.97]), test: summarize([0.8, 0.9]) },
        { x: 80, train: summarize([0.95, 0.95]), test: summarize([0.92, 0.94]) },
      ],
      options,
    ),
  optimizerMemory: (options) =>
    optimizerMemory(
      [
        { name: "Adam", bytesPerParameter: 8 },
        { name: "Lion", bytesPerParameter: 4 },
      ],
      options,
    ),
  panels: (options = {}) => {
    const { width, ...shared } = options;
    const each = { ...shared, title: "One", ...(width === undefined ? {} : { width }) };
    return panels([bars({ a: 1, b: 2 }, each), curves({ sgd: [1, 0.5] }, each)], { columns: 1, ...shared });
  },
  plot: (options) =>
    plot({
      x: { label: "w₁", domain: [-4, 4] },
      marks: [
        contour(bowl),
        quiver(grad(bowl), { density: 9 }),
        band([-3, 0, 3], [-1, 0, -1], [1, 2, 1], { label: "band" }),
        scatter(
          [
            [1, 2],
            [2, -2],
          ],
          { color: ["a", "b"] },
        ),
        path([array([3, 2]), array([1, 1])], { label: "descent", markers: true }),
        lineMark([-3, 3], [2, -2], { dash: true }),
        implicit((w) => w.sum().sub(1), { label: "x + y = 1" }),
        point([0, 0], { symbol: "star", label: "minimum" }),
      ],
      ...options,
    }),
  precisionRecall: (options) =>
    precisionRecall({ logistic: precisionRecallCurve(actual, scores, { positive: "yes" }) }, options),
  predictedActual: (options) => predictedActual([1, 2, 3], [1.1, 1.9, 3.2], options),
  regressionLine: (options) => regressionLine([[1], [2], [3]], [3, 5, 8], line, options),
  regions: (options) =>
    regions(
      threeClasses,
      [
        [-2, 0],
        [2, 1],
        [0, 3],
        [0.1, 0],
      ],
      ["a", "b", "c", "a"],
      options,
    ),
  regularizationPath: (options) =>
    regularizationPath(
      {
        strengths: [10, 1, 0.1],
        coefs: [
          [0, 0],
          [1.5, 0],
          [2, -0.5],
        ],
      },
      { names: ["age", "bmi"], ...options },
    ),
  residuals: (options) =>
    residuals(
      [100, 10, 1, 0].map((r, i) => ({ primal: r, dual: 2 * r, epsPrimal: 0.5, epsDual: 0.5, rho: 2 ** i, value: r })),
      options,
    ),
  roc: (options) => roc({ logistic: rocCurve(actual, scores, { positive: "yes" }) }, options),
  schedules: (options) =>
    schedules({ cosine: cosine({ base: 0.1, steps: 40 }), constant: constant(0.05) }, 50, options),
  singularValues: (options) => singularValues({ before: [2, 1, 0.1], after: [1, 0.98, 0.9] }, options),
  trajectories: (options) =>
    trajectories(
      bowl,
      {
        sgd: [
          [3, 2],
          [1, 1.5],
          [0.2, 1],
        ].map((p) => array(p)),
      },
      { minimum: [0, 0], ...options },
    ),
};
