// Training of a network on rows: the objective, the batches, how it ended.
import { type AnyArray, fromTyped, type NDArray, type Scalar } from "../../array/index.ts";
import { compile } from "../../compile/index.ts";
import { DataError } from "../../errors/index.ts";
import {
  type ApplyOptions,
  type LinearParams,
  type Module,
  mlp,
  prepareTraining,
  type TrainPrograms,
  type TrainResult,
  trainPrepared,
} from "../../nn/index.ts";
import type { Optimizer } from "../../optim/index.ts";
import { penaltyOf, l2 as squared } from "../../penalties/index.ts";
import { fold, permutation } from "../../random/index.ts";
import type { Design } from "../design.ts";
import type { FitOptions, FitReport } from "../fitted.ts";
import { Progress } from "../progress.ts";
import type { MlpSettings } from "./options.ts";

export type Network = readonly LinearParams[];

export interface Rows {
  /** "n d" */
  readonly X: NDArray;
  /** Codes or targets, "n" or "n t". */
  readonly y: AnyArray;
  /** n·sᵢ/S: their mean is 1. */
  readonly weights: NDArray;
}

export interface Task {
  readonly owner: string;
  readonly settings: MlpSettings;
  /** Columns of scores. */
  readonly outputs: number;
  /** (1/|B|)·Σ weight·loss of scores "b outputs". */
  loss(scores: NDArray, y: AnyArray, weights: NDArray): Scalar;
}

/** The layers of a network with these options. */
export function networkOf(
  features: number,
  outputs: number,
  settings: Pick<MlpSettings, "hidden" | "activation" | "dropout">,
): Module<LinearParams[]> {
  const { hidden, activation, dropout } = settings;
  return mlp([features, ...hidden, outputs], { activation, dropout });
}

/** Rows that count, as arrays. Rows of weight 0 are left out: they must not fill batches. */
export function rowsOf(design: Design, weights: Float64Array, y: (kept: Int32Array) => AnyArray): Rows {
  const kept = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  const total = kept.reduce((sum, i) => sum + weights[i]!, 0);
  const X = new Float64Array(kept.length * design.d);
  kept.forEach((row, i) => {
    X.set(design.values.subarray(row * design.d, (row + 1) * design.d), i * design.d);
  });
  const scaled = Float64Array.from(kept, (row) => (weights[row]! * kept.length) / total);
  return {
    X: fromTyped([kept.length, design.d], X) as NDArray, // f64
    y: y(kept),
    weights: fromTyped([kept.length], scaled) as NDArray,
  };
}

export interface Trained {
  readonly params: Network;
  readonly report: FitReport;
}

/**
 * minimize  (1/n)·Σ lossᵢ + ½·l2·‖W‖²        by steps on batches
 *
 * Given:    rows whose weights have mean 1
 * Returns:  the network after the last epoch, or after the best one on the rows held out
 * Method:   `trainEpochs`; a batch of all rows keeps their order, others follow a permutation of the key of the epoch
 * Stops:    after all epochs, when the held-out loss is stale, when numbers stop being finite, by the signal
 * Traps:    the last batch of an epoch may be smaller: its mean counts as one step like the others
 */
export function trainNetwork(task: Task, all: Rows, options: FitOptions): Trained {
  const { settings, outputs } = task;
  const { optimizer, epochs, batchSize, key, earlyStopping, onEpoch } = settings;
  const { learned, held } = holdOut(task, all);
  const [n, features] = learned.X.shape as [number, number];
  const model = networkOf(features, outputs, settings);
  const { loss, metric, objective, programs } = preparedFor(task, features);

  const progress = new Progress(options);
  const objectiveOf = (params: LinearParams[]) => objective(params, learned).item();
  const start = model.init(fold(key, "start"));
  const resume = settings.resume?.({ params: start, optimizer });
  progress.record(objectiveOf(resume === undefined ? start : optimizer.evalParams(resume.params, resume.state)));
  const order = (epoch: number) => permutation(fold(fold(key, "order"), epoch), n).toArray();
  const run = trainPrepared<LinearParams[], RowBatch, unknown>(
    {
      params: start,
      optimizer,
      epochs,
      key: fold(key, "dropout"),
      loss,
      batches: (epoch) => batchesOf(learned, n, batchSize, () => order(epoch)),
      ...(resume !== undefined && { resume }),
      ...(options.signal !== undefined && { signal: options.signal }),
      ...(held !== undefined && { validation: { batches: () => [held], metric, patience: earlyStopping!.patience } }),
    },
    programs,
  );
  for (;;) {
    const next = run.next();
    if (next.done !== true) {
      const { params, state } = next.value.checkpoint;
      progress.record(objectiveOf(optimizer.evalParams(params, state)));
      onEpoch?.(next.value);
      continue;
    }
    const { params } = next.value;
    return { params, report: reportOf(next.value, optimizer.name, objectiveOf(params), progress) };
  }
}

type RowBatch = Rows & Readonly<Record<string, AnyArray>>;

/** What depends on the network and the optimizer alone: folds of one learner, and fits of equal shape, compile it once. */
interface Prepared {
  loss(params: LinearParams[], batch: RowBatch, context: ApplyOptions): Scalar;
  metric(params: LinearParams[], batch: RowBatch): Scalar;
  readonly objective: (params: LinearParams[], rows: RowBatch) => Scalar;
  readonly programs: TrainPrograms<LinearParams[], RowBatch, unknown>;
}

const known = new WeakMap<Optimizer, Map<string, Prepared>>();
/** Networks kept per optimizer. */
const KEPT = 8;

function preparedFor(task: Task, features: number): Prepared {
  const { hidden, activation, dropout, l2, optimizer } = task.settings;
  const name = JSON.stringify([task.owner, features, hidden, task.outputs, activation, dropout, l2]);
  const networks = known.get(optimizer) ?? new Map<string, Prepared>();
  known.set(optimizer, networks);
  const made = networks.get(name) ?? prepare(task, features);
  networks.delete(name);
  networks.set(name, made); // the latest is last
  const [oldest] = networks.keys();
  if (networks.size > KEPT) networks.delete(oldest!);
  return made;
}

function prepare(task: Task, features: number): Prepared {
  const { l2, optimizer } = task.settings;
  const model = networkOf(features, task.outputs, task.settings);
  const penalty = squared(l2);
  const metric = (p: LinearParams[], { X, y, weights }: RowBatch, context: ApplyOptions = {}): Scalar =>
    task.loss(model.apply(p, X, context), y, weights);
  const loss = (p: LinearParams[], rows: RowBatch, context: ApplyOptions = {}): Scalar =>
    l2 === 0 ? metric(p, rows, context) : metric(p, rows, context).add(penaltyOf(p, penalty));
  const validation = { metric: (p: LinearParams[], rows: RowBatch) => metric(p, rows), batches: () => [] };
  return {
    loss,
    metric: validation.metric,
    objective: compile((p: LinearParams[], { X, y, weights }: Rows) => loss(p, { X, y, weights })),
    programs: prepareTraining<LinearParams[], RowBatch, unknown>({ loss, optimizer, validation }),
  };
}

function reportOf(
  { status, message, checkpoint }: TrainResult<LinearParams[], unknown>,
  solver: string,
  objective: number,
  progress: Progress,
): FitReport {
  const words = {
    finished: "max-steps",
    "early-stopped": "stalled",
    nonfinite: "stalled",
    aborted: "aborted",
  } as const;
  const note =
    status === "finished"
      ? " The objective of a network has many minima and no certificate: compare its history, and score it on held-out rows."
      : "";
  return {
    status: words[status],
    message:
      message.replace(" pass the checkpoint as resume to go on", " fit again without the signal to go on") + note,
    solver,
    objective,
    gap: Number.NaN,
    history: progress.history,
    steps: checkpoint.state.step.item(),
  };
}

function* batchesOf(rows: Rows, n: number, size: number, order: () => number[]): Generator<RowBatch> {
  if (size >= n) {
    yield { ...rows };
    return;
  }
  const shuffled = order();
  for (let start = 0; start < n; start += size) yield picked(rows, shuffled.slice(start, start + size));
}

function picked({ X, y, weights }: Rows, rows: readonly number[]): RowBatch {
  return { X: X.take(rows), y: (y as NDArray).take(rows), weights: weights.take(rows) };
}

function holdOut({ owner, settings }: Task, rows: Rows): { learned: RowBatch; held: RowBatch | undefined } {
  const { earlyStopping, key } = settings;
  if (earlyStopping === undefined) return { learned: { ...rows }, held: undefined };
  const n = rows.X.shape[0]!;
  const count = Math.max(1, Math.round(earlyStopping.fraction * n));
  if (count >= n) {
    throw new DataError(
      `${owner}: of ${n} rows ${count} would be held out for earlyStopping, and none is left to learn from. Give more rows, or leave earlyStopping out.`,
      { code: "too-few-rows", received: String(n) },
    );
  }
  const order = permutation(fold(key, "held-out"), n).toArray();
  return { learned: picked(rows, order.slice(count)), held: picked(rows, order.slice(0, count)) };
}
