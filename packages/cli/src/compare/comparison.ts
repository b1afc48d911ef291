// What a comparison of optimizers finds: plain data, the same for surfaces and tables.
import type { OptimizerName } from "../optimizer/choice.ts";

export interface ComparedRun {
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  /** Rates that were tried; the one with the least last value was taken. */
  readonly tried: readonly { readonly learningRate: number; readonly last: number | null }[];
  /** At the start and after each step, or epoch; cut where numbers stop being finite. */
  readonly values: readonly number[];
  readonly last: number;
  readonly least: number;
  /** Until 1 % of the start's distance to the lowest value of all runs is left; nothing if that was never reached. */
  readonly reached: number | null;
  /** Beside each parameter, in f64. */
  readonly bytesPerParameter: number;
  /** On rows that were held out, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Points of a path on a surface. */
  readonly path?: readonly (readonly [number, number])[];
}

export interface Comparison {
  readonly format: "steepest-comparison";
  readonly version: 1;
  readonly problem:
    | {
        readonly kind: "surface";
        readonly name: string;
        readonly formula: string;
        readonly start: readonly number[];
        readonly minimum: readonly number[];
      }
    | {
        readonly kind: "table";
        readonly file: string;
        readonly target: string;
        readonly rows: number;
        readonly network: object;
      };
  /** What `values` count. */
  readonly unit: "step" | "epoch";
  /** Best first. */
  readonly runs: readonly ComparedRun[];
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
}

export type Found = Omit<ComparedRun, "reached" | "last" | "least" | "tried">;

/** The run with the least last value of those with different rates. */
export function bestOf(runs: readonly Found[]): Omit<ComparedRun, "reached"> {
  const lastOf = ({ values }: Found): number => values.at(-1) ?? Number.NaN;
  const complete = Math.max(...runs.map(({ values }) => values.length));
  const score = (run: Found): number => (run.values.length < complete ? Infinity : lastOf(run)); // cut ones come last
  const best = runs.reduce((least, run) => (score(run) < score(least) ? run : least));
  return {
    ...best,
    tried: runs.map((run) => ({
      learningRate: run.learningRate,
      last: run.values.length < complete ? null : lastOf(run),
    })),
    last: lastOf(best),
    least: Math.min(...best.values),
  };
}

const NEAR = 0.01;

/** In the order of their last values, with the step at which each was near the best of all. */
export function ranked(runs: readonly Omit<ComparedRun, "reached">[]): ComparedRun[] {
  const lowest = Math.min(...runs.map(({ least }) => least));
  return runs
    .map((run) => {
      const limit = lowest + NEAR * (run.values[0]! - lowest);
      const at = run.values.findIndex((value) => value <= limit);
      return { ...run, reached: at < 0 ? null : at };
    })
    .sort((a, b) => a.last - b.last);
}
