/** Points of a curve over thresholds. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** A row is called positive when its score is at least the threshold. */
  readonly thresholds: readonly number[];
  /** Trapezoids for ROC, the step sum for precision-recall. */
  readonly area: number;
}
