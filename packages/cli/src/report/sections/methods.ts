// Where the methods of a run come from, for those who cite them.
import type { ReportInput } from "../input.ts";

const MODELS: readonly (readonly [pattern: RegExp, source: string])[] = [
  [
    /logistic/i,
    "Logistic regression: Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, section 4.4.",
  ],
  [/ridge/i, "Ridge regression: Hoerl & Kennard (1970), Technometrics 12, 55–67."],
  [
    /linear regression/i,
    "Linear regression: Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, section 3.2.",
  ],
  [/network/i, "Networks: Goodfellow, Bengio & Courville (2016), Deep Learning, chapters 6 to 8."],
];

const SOLVERS: Readonly<Record<string, string>> = {
  lbfgs: "L-BFGS: Liu & Nocedal (1989), Mathematical Programming 45, 503–528.",
  newton: "Newton’s method: Nocedal & Wright (2006), Numerical Optimization, chapter 3.",
  qr: "Least squares by QR: Golub & Van Loan (2013), Matrix Computations, section 5.3.",
  cholesky: "Normal equations by Cholesky: Golub & Van Loan (2013), Matrix Computations, section 4.2.",
  sgd: "Stochastic gradient descent: Robbins & Monro (1951), Annals of Mathematical Statistics 22, 400–407.",
  adagrad: "Adagrad: Duchi, Hazan & Singer (2011), JMLR 12, 2121–2159.",
  rmsprop: "RMSprop: Tieleman & Hinton (2012), lecture 6.5 of Neural Networks for Machine Learning.",
  adadelta: "Adadelta: Zeiler (2012), arXiv:1212.5701.",
  adam: "Adam: Kingma & Ba (2015), ICLR.",
  adamw: "AdamW: Loshchilov & Hutter (2019), ICLR.",
  nadam: "NAdam: Dozat (2016), ICLR workshop.",
  radam: "RAdam: Liu et al. (2020), ICLR.",
  adamax: "AdaMax: Kingma & Ba (2015), ICLR, section 7.1.",
  lion: "Lion: Chen et al. (2023), arXiv:2302.06675.",
  muon: "Muon: Jordan et al. (2024), kellerjordan.github.io/posts/muon; beside it AdamW.",
  momentum: "Momentum: Polyak (1964), USSR Computational Mathematics 4(5), 1–17.",
  nesterov: "Nesterov's momentum: Sutskever et al. (2013), ICML.",
  amsgrad: "AMSGrad: Reddi, Kale & Kumar (2018), ICLR.",
  "schedule-free-sgd": "Schedule-free: Defazio et al. (2024), arXiv:2405.15682.",
  "schedule-free-adamw": "Schedule-free: Defazio et al. (2024), arXiv:2405.15682.",
  "gradient-descent": "Gradient descent: Nocedal & Wright (2006), Numerical Optimization, chapter 3.",
};

/** In the order of the work: model, solver, judgment. */
export function methods({ model, training, metrics, evaluation, task, versions }: ReportInput): string[] {
  const models = MODELS.filter(([pattern]) => pattern.test(model.kind)).map(([, source]) => source);
  const solver = SOLVERS[training.solver];
  return [
    ...models.slice(0, 1),
    ...(solver === undefined ? [] : [solver]),
    ...(metrics.some(({ folds }) => folds !== undefined)
      ? [`${task === "classification" ? "Stratified c" : "C"}ross-validation: Kohavi (1995), IJCAI 14, 1137–1143.`]
      : []),
    ...(evaluation.roc === undefined
      ? []
      : ["Area under the ROC curve: Hanley & McNeil (1982), Radiology 143, 29–36."]),
    ...(metrics.some(({ interval }) => interval !== undefined)
      ? ["Its interval: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845."]
      : []),
    ...(evaluation.calibration === undefined
      ? []
      : ["Calibration: Niculescu-Mizil & Caruana (2005), ICML 22, 625–632."]),
    `Software: steepest ${versions["steepest"] ?? ""}`.trim(),
  ];
}
