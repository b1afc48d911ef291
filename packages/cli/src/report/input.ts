// What a report is made of: plain data, no clock, no file access. `train` fills it; `renderReport` turns it into one HTML file.
import type { ColumnProfile } from "steepest/data";
import type { CalibrationPoint, ConfusionMatrix, Curve, ThresholdCosts } from "steepest/metrics";
import type { CurvePoint } from "steepest/select";

/** One metric over folds, on the held-out rows and on the training rows; absent where it was not measured. */
export interface ReportMetric {
  readonly name: string;
  readonly label: string;
  /** Larger is better for scores, smaller for errors and losses. */
  readonly better: "larger" | "smaller";
  readonly folds?: { readonly mean: number; readonly std: number; readonly perFold: readonly number[] };
  readonly holdout?: number;
  /** Of the value on held-out rows: where new rows of the same kind put it, at this confidence level. */
  readonly interval?: { readonly low: number; readonly high: number; readonly level: number };
  readonly training?: number;
}

/** What a threshold makes of the rows that are judged. */
export interface ThresholdRow {
  readonly threshold: number;
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** Rows that repeat others, counted from 1 as in the file. */
export interface ReportDuplicates {
  readonly count: number;
  readonly first: readonly { readonly row: number; readonly of: number }[];
  /** How many held-out rows occur among the training rows, and how many are held out. */
  readonly heldOut?: { readonly count: number; readonly rows: number };
}

export interface ReportInput {
  readonly title: string;
  /** The folder of the run. */
  readonly run?: string;
  /** ISO date, an input so that equal runs give equal bytes. */
  readonly date: string;
  readonly command: string;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly status: { readonly word: string; readonly message: string };
  readonly task: "classification" | "regression";
  readonly data: {
    readonly file: string;
    readonly sha256: string;
    readonly rows: number;
    readonly target: string;
    readonly columns: readonly ColumnProfile[];
    /** Classes of the target with their counts; empty for regression. */
    readonly balance: readonly { readonly label: string; readonly count: number }[];
    /** Column pairs with a large |r|, strongest first. */
    readonly correlations: readonly { readonly a: string; readonly b: string; readonly r: number }[];
    readonly warnings: readonly string[];
    readonly duplicates?: ReportDuplicates;
    /** Of all columns, where `columns` holds the first ones of many. */
    readonly totals?: {
      readonly number: number;
      readonly category: number;
      readonly date: number;
      readonly missing: number;
    };
  };
  /** What a comparison with other runs looks at: options, sizes, seeds, by name. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly pipeline: readonly {
    readonly step: string;
    readonly options: Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly metrics: readonly ReportMetric[];
  /** Held-out rows where there are some, else out-of-fold predictions, else training rows; `rowsUsed` says which. */
  readonly evaluation: {
    readonly rowsUsed: "holdout" | "out-of-fold" | "training";
    readonly rows: number;
    readonly positive?: string;
    readonly confusion?: ConfusionMatrix<string>;
    /** One curve per label: one for two classes, one against the rest for several. */
    readonly roc?: Readonly<Record<string, Curve>>;
    /** As `roc`. */
    readonly precisionRecall?: Readonly<Record<string, Curve>>;
    /** Two classes: said against seen, of the positive one. */
    readonly calibration?: readonly CalibrationPoint[];
    /** Two classes: what thresholds make of the rows, the best ones by name, and what mistakes cost where that was said. */
    readonly thresholds?: {
      readonly rows: readonly ThresholdRow[];
      readonly best: readonly (ThresholdRow & { readonly by: string })[];
      readonly costs?: ThresholdCosts;
    };
    /** Two classes, not too many rows: for paired comparisons. `positive` is 1 or 0. */
    readonly scores?: { readonly positive: readonly number[]; readonly logOdds: readonly number[] };
    /** Regression: actual against predicted; evenly spaced ones of many rows. */
    readonly points?: { readonly actual: readonly number[]; readonly predicted: readonly number[] };
  };
  /** What was tried on the way, by cross-validation. */
  readonly selection?: {
    readonly learningCurve?: { readonly label: string; readonly points: readonly CurvePoint[] };
    /** Strengths of the penalty that were tried, with the error over folds and the coefficients on all training rows. */
    readonly strengths?: {
      readonly chosen: number;
      /** What a strength counts: "l1", "l2", or "l1 + l2". */
      readonly penalty: string;
      readonly tried: readonly {
        readonly strength: number;
        readonly error: number;
        readonly coef: readonly number[];
      }[];
    };
  };
  readonly training: {
    readonly solver: string;
    readonly status: string;
    readonly message: string;
    readonly steps: number;
    readonly objective: number;
    readonly history: readonly number[];
    readonly gradientNorms?: readonly number[];
    /** What `history` counts. Default "step". */
    readonly unit?: "step" | "epoch";
  };
  readonly model: {
    readonly kind: string;
    readonly features: readonly string[];
    /** One list per class (or one list): coefficients in the order of `features`. */
    readonly coefficients: Readonly<Record<string, readonly number[]>>;
    readonly intercepts: Readonly<Record<string, number>>;
    /** Of a network: numbers into and out of each layer, in order. */
    readonly layers?: readonly (readonly [number, number])[];
  };
}
