// The gallery: figures with data of their own, always the same. The command line writes them, the tests compare them.
import type { Figure, FigureOptions } from "../figure.ts";
import { admmResidualsFigure, allocationFigure, consensusFigure } from "./admm.ts";
import { attentionFigure, causalAttentionFigure } from "./attention.ts";
import { backpropFigure } from "./backprop.ts";
import { biasVarianceFigure } from "./bias-variance.ts";
import {
  calibrationFigure,
  confusionMatrixFigure,
  curvedBoundaryFigure,
  learningCurveFigure,
  linearBoundaryFigure,
  precisionRecallFigure,
  rocFigure,
} from "./classification.ts";
import { gradientFieldFigure } from "./gradient-field.ts";
import { lagrangeFigure } from "./lagrange.ts";
import { learningRatesFigure } from "./learning-rates.ts";
import { linearFitFigure } from "./linear-fit.ts";
import { muonFigure } from "./muon.ts";
import { optimizerLossesFigure } from "./optimizer-losses.ts";
import { optimizerMemoryFigure } from "./optimizer-memory.ts";
import { coefficientsFigure, correlationsFigure, ridgePathFigure } from "./ridge.ts";
import { schedulesFigure } from "./schedules.ts";
import { sigmoidFigure } from "./sigmoid.ts";
import { bealeFigure, rosenbrockFigure } from "./surfaces.ts";
import { trajectoriesFigure } from "./trajectories.ts";

export interface GalleryEntry {
  /** Part of file names: "gradient-field". */
  readonly name: string;
  /** What one sees, in a line. */
  readonly shows: string;
  readonly draw: (options?: FigureOptions) => Figure;
}

/**
 * All figures of the gallery, from derivatives to evaluation. Their captions say where they differ from the tutorials that they
 * come from.
 *
 * @example
 * ```ts
 * import { gallery } from "@steepest/plot/gallery";
 * const { draw } = gallery.find(({ name }) => name === "gradient-field")!;
 * draw().description.includes("at (1, 2) the value is 7 and the gradient (4, 5)"); // true
 * ```
 */
export const gallery: readonly GalleryEntry[] = [
  { name: "gradient-field", shows: "contours and gradients of x² + xy + y²", draw: gradientFieldFigure },
  { name: "backprop", shows: "the graph of a small network with values and adjoints", draw: backpropFigure },
  { name: "learning-rates", shows: "a loss of one number with three learning rates", draw: learningRatesFigure },
  { name: "trajectories", shows: "gradient descent, momentum and Adam in a narrow valley", draw: trajectoriesFigure },
  { name: "rosenbrock", shows: "three optimizers in Rosenbrock's curved valley", draw: rosenbrockFigure },
  { name: "beale", shows: "three optimizers on Beale's function", draw: bealeFigure },
  { name: "optimizer-losses", shows: "the loss of a small network with five optimizers", draw: optimizerLossesFigure },
  { name: "schedules", shows: "six learning-rate schedules over a hundred steps", draw: schedulesFigure },
  { name: "optimizer-memory", shows: "what optimizers keep per parameter", draw: optimizerMemoryFigure },
  { name: "muon", shows: "singular values under Newton–Schulz steps", draw: muonFigure },
  { name: "lagrange", shows: "the lowest point of a bowl on a line", draw: lagrangeFigure },
  { name: "admm-residuals", shows: "both residuals of a lasso by ADMM", draw: admmResidualsFigure },
  { name: "consensus", shows: "three parties that come to agree on one number", draw: consensusFigure },
  { name: "allocation", shows: "a budget over five cities with its shadow price", draw: allocationFigure },
  { name: "linear-fit", shows: "a line with its residuals, and two descents to it", draw: linearFitFigure },
  { name: "correlations", shows: "correlations of six features as a heat map", draw: correlationsFigure },
  { name: "coefficients", shows: "least squares and ridge against the truth", draw: coefficientsFigure },
  { name: "ridge-path", shows: "coefficients by the strength of a ridge penalty", draw: ridgePathFigure },
  { name: "bias-variance", shows: "bias, variance and noise by the degree of a polynomial", draw: biasVarianceFigure },
  { name: "sigmoid", shows: "the sigmoid with its threshold", draw: sigmoidFigure },
  { name: "decision-boundary", shows: "a straight boundary between two moons", draw: linearBoundaryFigure },
  { name: "decision-boundary-curved", shows: "a curved boundary between two moons", draw: curvedBoundaryFigure },
  { name: "confusion-matrix", shows: "right and wrong classes on fresh points", draw: confusionMatrixFigure },
  { name: "roc", shows: "ROC curves of both boundaries", draw: rocFigure },
  { name: "precision-recall", shows: "precision and recall of both boundaries", draw: precisionRecallFigure },
  { name: "calibration", shows: "said against seen probabilities", draw: calibrationFigure },
  { name: "learning-curve", shows: "accuracy by the number of training rows", draw: learningCurveFigure },
  { name: "attention", shows: "attention weights of three words", draw: attentionFigure },
  { name: "attention-causal", shows: "the same words with a causal mask", draw: causalAttentionFigure },
];
