// Two classifiers of two moons: where they say which class, and how good they are on points that they have not seen.
import { accuracy, calibrationCurve, confusion, precisionRecallCurve, rocCurve } from "steepest/metrics";
import { key } from "steepest/random";
import { learningCurve, stratifiedKFold } from "steepest/select";
import type { Figure, FigureOptions } from "../figure.ts";
import { calibration } from "../figures/calibration.ts";
import { confusionMatrix } from "../figures/confusion-matrix.ts";
import { learningCurves } from "../figures/learning-curves.ts";
import { precisionRecall } from "../figures/precision-recall.ts";
import { regions } from "../figures/regions.ts";
import { roc } from "../figures/roc.ts";
import { cubicModel, freshMoons, linearModel, type Moons, trainingMoons } from "./moons.ts";
import { withNote } from "./with-note.ts";

const axes = { xLabel: "x₁", yLabel: "x₂" };

export function linearBoundaryFigure(options: FigureOptions = {}): Figure {
  const train = trainingMoons();
  const title = "A straight decision boundary";
  const figure = regions(linearModel(train), train.X, train.y, { title, ...axes, ...options });
  return withNote(
    figure,
    "The loss is softplus(z) − y·z, from the scores: the tutorial's −log(p + 1e-8) stops growing at 18.4.",
  );
}

export function curvedBoundaryFigure(options: FigureOptions = {}): Figure {
  const train = trainingMoons();
  const title = "A curved decision boundary";
  return regions(cubicModel(train), train.X, train.y, { title, ...axes, ...options });
}

export function confusionMatrixFigure(options: FigureOptions = {}): Figure {
  const fresh = freshMoons();
  return confusionMatrix(confusion(fresh.y, linearModel(trainingMoons()).predict(fresh.X)), {
    title: "Confusion matrix on fresh points",
    ...options,
  });
}

export function rocFigure(options: FigureOptions = {}): Figure {
  const { y, scores } = scoresOfBoth();
  const curve = (name: "linear" | "cubic") => rocCurve(y, scores[name], { positive: 1 });
  const figure = roc({ linear: curve("linear"), cubic: curve("cubic") }, options);
  return withNote(
    figure,
    "Thresholds fall from +∞ through the scores, so that the curve starts at (0, 0); the tutorial's “from 0 to 1” does not.",
  );
}

export function precisionRecallFigure(options: FigureOptions = {}): Figure {
  const { y, scores } = scoresOfBoth();
  const curve = (name: "linear" | "cubic") => precisionRecallCurve(y, scores[name], { positive: 1 });
  return precisionRecall({ linear: curve("linear"), cubic: curve("cubic") }, options);
}

export function calibrationFigure(options: FigureOptions = {}): Figure {
  const fresh = freshMoons();
  const probabilities = linearModel(trainingMoons()).predictProba(fresh.X).at(":", 1);
  const points = calibrationCurve(fresh.y, probabilities, { positive: 1, bins: 8 });
  return calibration(points, { title: "Calibration of the straight boundary", ...options });
}

export function learningCurveFigure(options: FigureOptions = {}): Figure {
  const { X, y } = trainingMoons();
  const points = learningCurve(X, y, {
    sizes: [20, 40, 80, 120, 180, 240],
    folds: stratifiedKFold({ folds: 5, key: key(1) }), // the moons are in order: folds must be shuffled
    fit: (rows, labels: readonly number[]) => cubicModel({ X: rows, y: labels }),
    score: ({ actual, predicted }) => accuracy(actual, predicted),
  });
  return learningCurves(points, { title: "Learning curve of the curved boundary", yLabel: "accuracy", ...options });
}

function scoresOfBoth() {
  const train = trainingMoons();
  const fresh: Moons = freshMoons();
  return {
    y: fresh.y,
    scores: {
      linear: linearModel(train).decisionFunction(fresh.X),
      cubic: cubicModel(train).decisionFunction(fresh.X),
    },
  };
}
