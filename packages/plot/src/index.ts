export type { Figure, FigureOptions, SvgOptions, TableRow } from "./figure.ts";
export { type AllocationBarsOptions, allocationBars } from "./figures/allocation-bars.ts";
export { type AttentionOptions, attention } from "./figures/attention.ts";
export { backprop } from "./figures/backprop.ts";
export { type BarsOptions, bars } from "./figures/bars.ts";
export {
  type BiasVarianceCurveOptions,
  type BiasVariancePoint,
  biasVarianceCurve,
} from "./figures/bias-variance-curve.ts";
export { calibration } from "./figures/calibration.ts";
export { type CoefficientsOptions, coefficients } from "./figures/coefficients.ts";
export { type ConfusionMatrixOptions, confusionMatrix } from "./figures/confusion-matrix.ts";
export { type CorrelationsOptions, correlations } from "./figures/correlations.ts";
export { type CurvesOptions, curves } from "./figures/curves.ts";
export { type DescentLandscapeOptions, descentLandscape } from "./figures/descent-landscape.ts";
export { type FoldScoresOptions, foldScores } from "./figures/fold-scores.ts";
export { type GradientFieldOptions, gradientField } from "./figures/gradient-field.ts";
export { type HeatmapOptions, heatmap } from "./figures/heatmap.ts";
export { type HistogramOptions, histogram } from "./figures/histogram.ts";
export { type LearningCurvesOptions, learningCurves } from "./figures/learning-curves.ts";
export { type MemoryRow, optimizerMemory } from "./figures/optimizer-memory.ts";
export { type PanelsOptions, panels } from "./figures/panels.ts";
export { type PlotAxisOptions, type PlotOptions, plot } from "./figures/plot.ts";
export { precisionRecall } from "./figures/precision-recall.ts";
export { predictedActual } from "./figures/predicted-actual.ts";
export { type PlaneClassifier, type RegionsOptions, regions } from "./figures/regions.ts";
export { type RegressionLineOptions, regressionLine } from "./figures/regression-line.ts";
export {
  type CoefficientPath,
  type RegularizationPathOptions,
  regularizationPath,
} from "./figures/regularization-path.ts";
export { residuals } from "./figures/residuals.ts";
export { roc } from "./figures/roc.ts";
export { schedules } from "./figures/schedules.ts";
export { singularValues } from "./figures/singular-values.ts";
export { type TrajectoriesOptions, trajectories } from "./figures/trajectories.ts";
export type { Json, JsonObject } from "./json.ts";
export { bar } from "./marks/bar.ts";
export type { Drawing, Mark, Plane } from "./marks/mark.ts";
export { band, line, path, point, scatter } from "./marks/shapes.ts";
export { type ContourOptions, contour, implicit, type QuiverOptions, quiver } from "./marks/surfaces.ts";
export type { MountedFigure, MountOptions } from "./render/mount.ts";
export type { PageElement } from "./render/page-element.ts";
export type { PngOptions } from "./render/png.ts";
export type { AxisOptions } from "./shared/axes.ts";
export type { SurfaceFunction } from "./shared/surface.ts";
export { figureColors, type ThemeName } from "./shared/theme.ts";
