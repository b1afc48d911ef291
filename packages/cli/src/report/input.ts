// What a report is made of: plain data, no clock, no file access. `train` fills it; `renderReport` turns it into one HTML file.
import type { ColumnProfile } from "steepest/data";
import type { ConfusionMatrix, Curve } from "steepest/metrics";

/** One metric over folds, on the held-out rows and on the training rows; absent where it was not measured. */
export interface ReportMetric {
  readonly name: string;
  readonly label: string;
  /** Larger is better for scores, smaller for errors and losses. */
  readonly better: "larger" | "smaller";
  readonly folds?: { readonly mean: number; readonly std: number; readonly perFold: readonly number[] };
  readonly holdout?: number;
  readonly training?: number;
}

export interface ReportInput {
  readonly title: string;
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
  };
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
    /** Regression: actual against predicted. */
    readonly points?: { readonly actual: readonly number[]; readonly predicted: readonly number[] };
  };
  readonly training: {
    readonly solver: string;
    readonly status: string;
    readonly message: string;
    readonly steps: number;
    readonly objective: number;
    readonly history: readonly number[];
    readonly gradientNorms?: readonly number[];
  };
  readonly model: {
    readonly kind: string;
    readonly features: readonly string[];
    /** One list per class (or one list): coefficients in the order of `features`. */
    readonly coefficients: Readonly<Record<string, readonly number[]>>;
    readonly intercepts: Readonly<Record<string, number>>;
  };
}
