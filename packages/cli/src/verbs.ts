// All verbs. A verb is here when it works: help, hints and documentation know no others.
import type { Verb } from "./verb.ts";

const FORMAT_OPTION = {
  flags: "--format <name>",
  text: "csv, parquet, arrow or numpy (default: by the name of the file)",
} as const;

const DATA_OPTIONS = [
  FORMAT_OPTION,
  {
    flags: "--types <list>",
    text: "types of columns that are guessed wrong: zip=category,age=number",
    repeatable: true,
  },
  { flags: "--missing <list>", text: "cells that mean missing, besides empty ones: NA,?", repeatable: true },
  { flags: "--decimal <sign>", text: "the sign before decimals: . (default) or , as in 1033,86" },
  {
    flags: "--on-bad-row <what>",
    text: "stop (default) at a row that cannot be read, or skip it and keep it in rejects.csv",
  },
] as const;

const GATE_OPTIONS = [
  { flags: "--min <list>", text: "gates: exit code 4 when a metric is below: auc=0.9,recall=0.8", repeatable: true },
  { flags: "--max <list>", text: "gates: exit code 4 when a metric is above: rmse=60", repeatable: true },
] as const;

const ENGINE_OPTIONS = [
  {
    flags: "--threads <n>",
    text: "threads for large arrays (default: those of the machine, at most 8); results are equal",
  },
  { flags: "--reproducible", text: "the same bits on every machine, at some cost in time" },
] as const;

const OPTIMIZER_OPTIONS = [
  {
    flags: "--optimizer <name>",
    text: "adam (default), sgd, momentum, adamw, lion, muon, schedule-free-adamw …; docs/optimizers has a page on each",
  },
  { flags: "--learning-rate <η>", text: "default: one that suits the optimizer" },
  { flags: "--momentum <μ>", text: "of momentum, nesterov, rmsprop and muon" },
  { flags: "--weight-decay <λ>", text: "of sgd, momentum, adamw, lion, muon and schedule-free ones" },
  { flags: "--preset <library>", text: "the options of torch, optax, keras, tfjs or the paper" },
] as const;

const NETWORK_OPTIONS = [
  { flags: "--hidden <sizes>", text: "sizes of the hidden layers: 64,32, or none (default 64)" },
  { flags: "--activation <name>", text: "relu (default), tanh, gelu, silu, sigmoid …" },
  { flags: "--dropout <share>", text: "share of hidden values left out while training (default 0)" },
  { flags: "--epochs <n>", text: "passes over the rows (default 100)" },
  { flags: "--batch-size <n>", text: "rows per step (default 32)" },
  {
    flags: "--patience <epochs>",
    text: "hold out a tenth of the rows, and stop after so many epochs without a better loss",
  },
] as const;

export const VERBS: readonly Verb[] = [
  {
    name: "train",
    arguments: "<data>",
    summary: "Fit a model to a table, judge it on rows that it has not seen, and keep both in a folder",
    groups: [
      {
        title: "Data:",
        options: [
          { flags: "--target <column>", text: "the column to predict (required)" },
          { flags: "--features <list>", text: "columns to learn from (default: all but the target)", repeatable: true },
          { flags: "--drop <list>", text: "columns to leave out", repeatable: true },
          {
            flags: "--max-categories <n>",
            text: "the most frequent categories of a column that keep a column each (default 20)",
          },
          { flags: "--drop-rare <n>", text: "leave out rows of classes with fewer than n rows" },
          { flags: "--positive <label>", text: "the class that precision, recall and ROC speak of (two classes)" },
          ...DATA_OPTIONS,
        ],
      },
      {
        title: "Model:",
        options: [
          {
            flags: "--model <name>",
            text: "linear, ridge, lasso, elastic-net, poisson, svr; logistic, svc; mlp, a network (default: by the target)",
          },
          {
            flags: "--l1 <strength>",
            text: "penalty l1·‖w‖₁, which makes coefficients 0 (default 0; lasso, elastic-net: chosen)",
          },
          {
            flags: "--l2 <strength>",
            text: "penalty ½·l2·‖w‖² on coefficients (default 0; ridge: chosen by cross-validation)",
          },
          { flags: "--standardize", text: "scale numeric columns to mean 0 and deviation 1, from training rows only" },
          { flags: "--class-weight <weights>", text: "balanced, or weights by class: yes=2,no=1", repeatable: true },
          { flags: "--kernel <name>", text: "of svc and svr: rbf (default), linear or polynomial" },
          { flags: "--C <price>", text: "of svc and svr: price of violations (default 1)" },
          { flags: "--solver <name>", text: "how to find the optimum (default auto)" },
          { flags: "--max-steps <n>", text: "limit for iterative solvers" },
        ],
      },
      {
        title: "Networks (--model mlp; columns are standardized):",
        options: [
          ...NETWORK_OPTIONS,
          ...OPTIMIZER_OPTIONS,
          {
            flags: "--schedule <name>",
            text: "the rate over time: constant (default), linear, cosine, one-cycle, step …",
          },
          {
            flags: "--warmup <share>",
            text: "share of the steps in which the rate rises, before the schedule (default 0)",
          },
          { flags: "--resume", text: "go on where a training of this folder was stopped" },
        ],
      },
      {
        title: "Evaluation:",
        options: [
          {
            flags: "--cv <folds>",
            text: "cross-validate with so many folds; 0 for none (default 5, 0 with --holdout)",
          },
          { flags: "--holdout <share>", text: "keep a share of the rows, such as 0.2, for a last test" },
          {
            flags: "--costs <list>",
            text: "what mistakes cost, for the thresholds in the report (two classes): fp=1,fn=5",
            repeatable: true,
          },
          {
            flags: "--learning-curve",
            text: "fit on parts of the rows too, to see whether more rows help (five times the fits)",
          },
          ...GATE_OPTIONS,
          { flags: "--seed <n>", text: "seed of everything random: folds, hold-out rows, solvers (default 0)" },
        ],
      },
      {
        title: "Run:",
        options: [
          { flags: "--out <folder>", text: "where the run goes (default: runs/ and the name of the data file)" },
          { flags: "--force", text: "overwrite a run that is there" },
          { flags: "--dry-run", text: "read and check everything, show the plan, fit nothing" },
          { flags: "--events", text: "progress as JSON lines on standard error" },
          ...ENGINE_OPTIONS,
        ],
      },
    ],
    examples: [
      "steepest train data/breast-cancer.csv --target diagnosis --l2 0.0017574692 --standardize --cv 5 --out runs/bc",
      "steepest train data/diabetes.csv --target progression --holdout 0.25 --max rmse=60",
      "steepest train data/breast-cancer.csv --target diagnosis --drop mean_area --l2 0.1 --standardize --out runs/bc-strong --json --quiet",
      "steepest train data/iris.csv --target species --model mlp --hidden 32,16 --optimizer adamw --schedule cosine --cv 0 --out runs/iris",
    ],
    load: async () => (await import("./commands/train.ts")).train,
  },
  {
    name: "compare-optimizers",
    arguments: "<problem>",
    summary: "Let optimizers descend side by side: on a surface (quadratic, rosenbrock, beale) or on a table",
    groups: [
      {
        title: "Optimizers:",
        options: [
          {
            flags: "--optimizers <list>",
            text: "by name (default sgd,momentum,rmsprop,adam,lion,schedule-free-sgd)",
            repeatable: true,
          },
          {
            flags: "--rates <list>",
            text: "learning rates to try, the best is shown (surfaces: 1, 2, 5 times powers of ten from 1e-4 to 1)",
            repeatable: true,
          },
          ...OPTIMIZER_OPTIONS.filter(({ flags }) => !flags.startsWith("--optimizer ")),
          {
            flags: "--schedule <name>",
            text: "the rate over time: constant (default), linear, cosine, one-cycle, step …",
          },
          { flags: "--warmup <share>", text: "share of the steps in which the rate rises (default 0)" },
        ],
      },
      { title: "Surfaces:", options: [{ flags: "--steps <n>", text: "steps from the start (default 200)" }] },
      {
        title: "Tables (a network is trained; columns are standardized):",
        options: [
          { flags: "--target <column>", text: "the column to predict" },
          { flags: "--features <list>", text: "columns to learn from (default: all but the target)", repeatable: true },
          { flags: "--drop <list>", text: "columns to leave out", repeatable: true },
          ...NETWORK_OPTIONS,
          { flags: "--l2 <strength>", text: "penalty ½·l2·‖W‖² on weights (default 0)" },
          { flags: "--holdout <share>", text: "share of the rows that judge (default 0.2)" },
          { flags: "--seed <n>", text: "seed of everything random (default 0)" },
          ...DATA_OPTIONS,
        ],
      },
      {
        title: "Files:",
        options: [
          { flags: "--out <folder>", text: "figures, all values as CSV, and comparison.json (default: no files)" },
          { flags: "--force", text: "overwrite files that are there" },
          { flags: "--events", text: "progress as JSON lines on standard error" },
          ...ENGINE_OPTIONS,
        ],
      },
    ],
    examples: [
      "steepest compare-optimizers quadratic --learning-rate 0.05 --steps 80",
      "steepest compare-optimizers rosenbrock --optimizers momentum,adam,lion --out comparisons/rosenbrock",
      "steepest compare-optimizers data/iris.csv --target species --optimizers sgd,adam,muon --hidden 16 --epochs 20 --json",
    ],
    load: async () => (await import("./commands/compare-optimizers.ts")).compareOptimizers,
  },
  {
    name: "evaluate",
    arguments: "<run> <data>",
    summary: "Measure a saved model on a table that has the target",
    groups: [
      {
        title: "Evaluation:",
        options: [
          ...GATE_OPTIONS,
          {
            flags: "--threshold <p>",
            text: "probability from which a row counts as positive (two classes; default 0.5)",
          },
          { flags: "--by <column>", text: "the metrics of each value of a column, too" },
          ...DATA_OPTIONS,
        ],
      },
    ],
    examples: [
      "steepest evaluate runs/bc data/breast-cancer.csv",
      "steepest evaluate runs/bc data/breast-cancer.csv --min auc=0.95 --threshold 0.3",
      "steepest evaluate runs/diabetes data/diabetes.csv --max rmse=60 --json",
    ],
    load: async () => (await import("./commands/evaluate.ts")).evaluate,
  },
  {
    name: "predict",
    arguments: "<run> <data>",
    summary: "Score a table, or standard input (-), row by row, any length",
    groups: [
      {
        title: "Scores:",
        options: [
          { flags: "--proba", text: "the probability of each class beside the prediction" },
          {
            flags: "--threshold <p>",
            text: "probability from which a row counts as positive (two classes; default 0.5)",
          },
          { flags: "--columns <list>", text: "columns of the input to carry over, in front", repeatable: true },
          {
            flags: "--out <file>",
            text: "where the scores go: .csv, .parquet or .arrow (default: standard output, as CSV)",
          },
          FORMAT_OPTION,
          { flags: "--missing <list>", text: "cells that mean missing, besides empty ones: NA,?", repeatable: true },
          { flags: "--decimal <sign>", text: "the sign before decimals: . or , (default: as in training)" },
          { flags: "--rejects <file>", text: "where rows go that cannot be scored (default rejects.csv)" },
          { flags: "--on-bad-row <what>", text: "skip: such rows are no failure (default: exit code 2 at the end)" },
          { flags: "--force", text: "overwrite these files" },
        ],
      },
    ],
    examples: [
      "steepest predict runs/bc data/breast-cancer.csv > scored.csv",
      "cat data/breast-cancer.csv | steepest predict runs/bc - --proba --threshold 0.3 | head -3",
      "steepest predict runs/diabetes data/diabetes.csv --columns progression,bmi",
    ],
    load: async () => (await import("./commands/predict.ts")).predict,
  },
  {
    name: "report",
    arguments: "<run...>",
    summary: "Write the report of a run again, or compare several runs in one page",
    groups: [
      {
        title: "Report:",
        options: [
          {
            flags: "--out <file>",
            text: "where the page goes (default: report.html in the folder of the run; comparison.html for several runs)",
          },
          { flags: "--force", text: "overwrite that file" },
        ],
      },
    ],
    examples: [
      "steepest report runs/bc",
      "steepest report runs/bc --out bc.html",
      "steepest report runs/bc runs/bc-strong --out comparison.html",
    ],
    load: async () => (await import("./commands/report.ts")).report,
  },
  {
    name: "solve",
    arguments: "<problem>",
    summary: "Split a budget over cities so that returns are largest, with the price of one more unit",
    groups: [
      {
        title: "Solver:",
        options: [
          {
            flags: "--method <name>",
            text: "bisection (exact), admm, or auto (default: bisection where returns are concave)",
          },
          { flags: "--rho <number>", text: "first penalty of admm (default: from the curvature of the returns)" },
          { flags: "--tol <number>", text: "tolerance of admm, absolute and relative (default 1e-10)" },
        ],
      },
      {
        title: "Files:",
        options: [
          {
            flags: "--out <folder>",
            text: "where table, figure and report go (default: runs/ and the name of the file)",
          },
          { flags: "--force", text: "overwrite a solution that is there" },
        ],
      },
    ],
    examples: [
      "steepest solve data/cities.json",
      "steepest solve data/cities.json --method admm --out runs/cities-admm",
      "steepest solve data/cities.json --json --quiet --force",
    ],
    load: async () => (await import("./commands/solve.ts")).solve,
  },
  {
    name: "explain",
    arguments: "<expression>",
    summary: "Show the forward and the backward pass of an expression, step by step",
    groups: [
      {
        title: "Values:",
        options: [
          { flags: "--at <list>", text: "a number for every name: x=2,w=3", repeatable: true },
          { flags: "--dot", text: "the graph in Graphviz' language" },
        ],
      },
    ],
    examples: [
      "steepest explain 'h = w*x; a = relu(h); ŷ = v*a; L = (ŷ-y)^2' --at x=2,w=3,v=0.5,y=4",
      "steepest explain '(v*relu(w*x)-y)^2' --at x=2,w=3,v=0.5,y=4 --json",
      "steepest explain 'log(1 + exp(-y*s))' --at y=1,s=0.3 --dot",
    ],
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  {
    name: "figures",
    arguments: "",
    summary: "Draw the gallery, or some of it, as SVG, PNG and Vega JSON",
    groups: [
      {
        title: "Figures:",
        options: [
          { flags: "--all", text: "every figure of the gallery" },
          { flags: "--only <list>", text: "some figures, by name: roc,gradient-field", repeatable: true },
          { flags: "--list", text: "the names, with what each shows" },
        ],
      },
      {
        title: "Files:",
        options: [
          { flags: "--out <folder>", text: "where they go (default figures)" },
          {
            flags: "--formats <list>",
            text: "svg, png and vg.json (default: all; png where @resvg/resvg-js and a font are there)",
            repeatable: true,
          },
          { flags: "--theme <name>", text: "safe (default: color-blind safe on white), print or dark" },
          { flags: "--force", text: "overwrite files that are there" },
          { flags: "--events", text: "progress as JSON lines on standard error" },
        ],
      },
    ],
    examples: [
      "steepest figures --list",
      "steepest figures --only gradient-field,attention --out pictures --formats svg",
      "steepest figures --all --out figures",
    ],
    load: async () => (await import("./commands/figures.ts")).figures,
  },
  {
    name: "doctor",
    arguments: "",
    summary: "Show what the engine found here: SIMD, FMA, threads, native library, and a few known results",
    groups: [],
    examples: ["steepest doctor", "steepest doctor --json", "STEEPEST_THREADS=1 STEEPEST_NATIVE=0 steepest doctor"],
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
];
