// Training: epochs of compiled steps, judged on held-out batches, resumed bit for bit.
import { type AnyArray, fromTyped, type NDArray, type Params, type Scalar } from "../array/index.ts";
import { valueAndGrad } from "../autodiff/index.ts";
import { type CompileOptions, compile } from "../compile/index.ts";
import { OptionChecker } from "../errors/index.ts";
import type { Optimizer, OptState } from "../optim/index.ts";
import { readTensor, type TypedArray } from "../program/index.ts";
import { fold, type Key } from "../random/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";
import type { ApplyOptions } from "./module.ts";
import { messageOf, type TrainStatus } from "./train-status.ts";

/** Arrays with the examples along axis 0. */
export type Batch = Readonly<Record<string, AnyArray>>;

export interface Validation<P, B> {
  /** Held-out examples, the same at every call. */
  batches: () => Iterable<B>;
  /** Mean over the examples of a batch. Compiled; called with `evalParams` of the optimizer. */
  metric: (params: P, batch: B) => Scalar;
  /** Epochs without improvement after which training ends. Default: no end before `epochs`. */
  patience?: number;
  /** Default "minimize". */
  goal?: "minimize" | "maximize";
}

export interface TrainOptions<P, B, S> {
  params: P;
  /** Mean loss of a batch. Compiled together with the optimizer; layers that draw take `context`. */
  loss: (params: P, batch: B, context: ApplyOptions) => Scalar;
  optimizer: Optimizer<S>;
  /** Batches of one epoch, the same for the same number: shuffle by `fold(key, epoch)`. Epochs count from 0. */
  batches: (epoch: number) => Iterable<B>;
  /** In all, those before `resume` included. */
  epochs: number;
  /** For layers that draw: step t has `fold(key, t)`. */
  key: Key;
  validation?: Validation<P, B>;
  /** Goes on where it was made; `params` then only gives the structure, and the key is that of the checkpoint. */
  resume?: Checkpoint<P, S>;
  onStep?: (report: StepReport) => void;
  onEpoch?: (report: EpochReport) => void;
  /** An AbortSignal; asked before every step. */
  signal?: { readonly aborted: boolean };
  /** Seconds since any moment, for `seconds` in reports: `() => performance.now() / 1000`. Default: none, no clock is read. */
  clock?: () => number;
}

export interface StepReport {
  /** Epochs that are complete. */
  readonly epoch: number;
  /** Steps taken, this one included. */
  readonly step: number;
  /** Of the batch, before the step. */
  readonly loss: number;
}

export interface EpochReport {
  /** Epochs that are complete: 1 after the first. */
  readonly epoch: number;
  /** Steps taken in all. */
  readonly steps: number;
  /** Mean over the examples of the epoch, each seen by the parameters of its step. */
  readonly loss: number;
  /** Mean over the held-out examples; undefined without validation. */
  readonly metric: number | undefined;
  /** Scheduled options of the optimizer: { learningRate: … }. */
  readonly values: Readonly<Record<string, number>>;
  /** Since training began; undefined without a clock. */
  readonly seconds: number | undefined;
}

/** Everything that the next step depends on, as plain data: going on from it gives the same bits. */
export interface Checkpoint<P, S> {
  readonly params: P;
  readonly state: OptState<P, S>;
  readonly key: Key;
  /** Epochs that are complete. */
  readonly epoch: number;
  /** Batches of the next epoch that are done, their examples, and the sum of their losses. All 0 between epochs. */
  readonly batch: number;
  readonly examples: number;
  readonly lossSum: number;
  readonly best: Best<P> | undefined;
}

/** The epoch with the best metric. */
export interface Best<P> {
  readonly params: P;
  readonly metric: number;
  readonly epoch: number;
}

export interface TrainResult<P, S> {
  readonly status: TrainStatus;
  /** What the status means here, and what to change. */
  readonly message: string;
  /** `evalParams` of the best epoch where there is a validation metric, of the last one otherwise. */
  readonly params: P;
  /** Where training stands; after "nonfinite" the last epoch whose numbers were finite. */
  readonly checkpoint: Checkpoint<P, S>;
  /** The epochs of this call. */
  readonly history: readonly EpochReport[];
}

/**
 * Trains parameters by gradient steps on batches.
 *
 *     for each batch:  g = ∇loss(gradParams),  (params, state) ← optimizer.step(params, g, state)
 *
 * The step is one compiled program whose parameters and state are consumed in place; yours are copied first. Batches of all
 * rows are full-batch descent, of one row stochastic descent: `batches` of `steepest/data` makes all three.
 * A loss or parameters that are not finite end it with "nonfinite"; a batch that `skipNonFinite` has passed over does not.
 * @throws OptionError for options out of range.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { batches } from "steepest/data";
 * import { mse } from "steepest/losses";
 * import { adam } from "steepest/optim";
 * const x = array([[0], [1], [2], [3]]);
 * const data = { x, y: x.mul(3).add(2) };
 * const model = linear(1, 1);
 * const { status, params } = train({
 *   params: model.init(key(0)),
 *   loss: (p: LinearParams, { x, y }: { x: NDArray; y: NDArray }) => mse(model.apply(p, x), y),
 *   optimizer: adam({ learningRate: 0.1 }),
 *   batches: (epoch) => batches(data, { size: 2, key: fold(key(1), epoch) }),
 *   epochs: 300,
 *   key: key(2),
 * });
 * console.log(status, Math.abs(params.weight.item() - 3) < 0.05); // finished true
 * ```
 */
export function train<P extends Params<P>, B extends Batch, S>(options: TrainOptions<P, B, S>): TrainResult<P, S> {
  const run = trainEpochs(options);
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
  }
}

/**
 * `train`, one epoch per `next()`: a page stays alive between epochs, and each epoch hands out its checkpoint.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { sgd } from "steepest/optim";
 * const descent = trainEpochs({
 *   params: array([4]) as NDArray,
 *   loss: (w: NDArray, { x }: { x: NDArray }) => w.sub(x).square().mean(),
 *   optimizer: sgd({ learningRate: 0.25 }),
 *   batches: () => [{ x: array([2]) }],
 *   epochs: 3,
 *   key: key(0),
 * });
 * for (const { epoch, loss, checkpoint } of descent) console.log(epoch, loss, checkpoint.params.item());
 * // 1 4 3
 * // 2 1 2.5
 * // 3 0.25 2.25
 * ```
 */
export function* trainEpochs<P extends Params<P>, B extends Batch, S>(
  options: TrainOptions<P, B, S>,
): Generator<EpochReport & { readonly checkpoint: Checkpoint<P, S> }, TrainResult<P, S>> {
  checkTrain(options);
  return yield* trainPrepared(options, prepareTraining(options));
}

/** The loop of `trainEpochs` with programs that are there already. */
export function* trainPrepared<P extends Params<P>, B extends Batch, S>(
  options: TrainOptions<P, B, S>,
  { step, metric }: TrainPrograms<P, B, S>,
): Generator<EpochReport & { readonly checkpoint: Checkpoint<P, S> }, TrainResult<P, S>> {
  const { optimizer, batches, epochs, validation, signal, clock } = options;
  const began = clock?.();
  const history: EpochReport[] = [];
  let at: Checkpoint<P, S> = options.resume ?? startOf(options);
  const ended = (status: TrainStatus, note = ""): TrainResult<P, S> => ({
    status,
    message: messageOf(status, at.epoch, at.best, note),
    params: at.best?.params ?? optimizer.evalParams(at.params, at.state),
    checkpoint: at,
    history,
  });

  while (at.epoch < epochs) {
    if (isStale(at, validation?.patience)) return ended("early-stopped");
    // the step consumes what it is given: checkpoints, and the caller's arrays, keep theirs
    let [params, state] = [owned(at.params), owned(at.state)];
    let { examples, lossSum } = at;
    let batch = 0;
    for (const data of batches(at.epoch)) {
      if (batch++ < at.batch) continue;
      if (signal?.aborted === true) {
        at = { ...at, params, state, batch: batch - 1, examples, lossSum };
        return ended("aborted");
      }
      const out = step(params, state, at.key, data);
      ({ params, state } = out);
      const loss = out.loss.item();
      const taken = state.step.item();
      options.onStep?.({ epoch: at.epoch, step: taken, loss });
      if (!Number.isFinite(loss)) {
        if (!allFinite(params)) return ended("nonfinite", `the loss became ${loss} at step ${taken}`);
        continue; // the optimizer has passed over it
      }
      lossSum += loss * rowsOf(data);
      examples += rowsOf(data);
    }
    if (!allFinite(params)) return ended("nonfinite", `parameters stopped being finite in epoch ${at.epoch + 1}`);
    const epoch = at.epoch + 1;
    const answer = optimizer.evalParams(params, state);
    const score = validation === undefined ? undefined : meanOver(validation.batches(), (data) => metric(answer, data));
    const best = betterOf(at.best, score, answer, epoch, validation?.goal);
    at = { params, state, key: at.key, epoch, batch: 0, examples: 0, lossSum: 0, best };
    const report: EpochReport = {
      epoch,
      steps: state.step.item(),
      loss: lossSum / examples,
      metric: score,
      values: optimizer.values(state),
      seconds: clock === undefined ? undefined : clock() - began!,
    };
    history.push(report);
    options.onEpoch?.(report);
    yield { ...report, checkpoint: at };
  }
  return ended(isStale(at, validation?.patience) ? "early-stopped" : "finished");
}

/** The compiled functions of a training. */
export interface TrainPrograms<P, B, S> {
  step(params: P, state: OptState<P, S>, key: Key, batch: B): { params: P; state: OptState<P, S>; loss: Scalar };
  metric(params: P, batch: B): Scalar;
}

/** The compiled functions of a training, for runs whose loss closes over nothing that changes. */
export function prepareTraining<P extends Params<P>, B extends Batch, S>(
  options: Pick<TrainOptions<P, B, S>, "loss" | "optimizer" | "validation">,
): TrainPrograms<P, B, S> {
  const { loss, optimizer, validation } = options;
  const step: TrainPrograms<P, B, S>["step"] = (params, state, key, batch) => {
    const context = { training: true, key: fold(key, state.step) };
    const slope = valueAndGrad((p: P) => loss(p, batch, context)) as (p: P) => { value: Scalar; grad: P };
    const { value, grad } = slope(optimizer.gradParams(params, state));
    const [next, nextState] = optimizer.step(params, grad, state);
    return { params: next, state: nextState, loss: value };
  };
  const metric: TrainPrograms<P, B, S>["metric"] = (params, batch) => validation!.metric(params, batch);
  return { step: compileTrees(step, { donate: [0, 1] }), metric: compileTrees(metric) };
}

/** P, B and S are trees of arrays, which the type of `compile` cannot see in their names. */
const compileTrees = compile as unknown as <F>(f: F, options?: CompileOptions) => F;

function startOf<P extends Params<P>, B, S>({ params, optimizer, key }: TrainOptions<P, B, S>): Checkpoint<P, S> {
  const state = optimizer.init(params);
  return { params, state, key, epoch: 0, batch: 0, examples: 0, lossSum: 0, best: undefined };
}

/** The same numbers in arrays of their own. */
function owned<T>(tree: T): T {
  return mapTree(tree, (leaf) => {
    const { shape, data } = readTensor(leaf as AnyArray)!; // between steps every array has its values
    return fromTyped(shape, data.slice() as TypedArray);
  }) as T; // the same structure
}

function allFinite(tree: unknown): boolean {
  return flattenTree(tree).every(({ value }) => Number.isFinite((value as NDArray).sum().item()));
}

/** Examples in a batch: the length of the first array that has rows. */
function rowsOf(batch: Batch): number {
  return Object.values(batch).find((array) => array.ndim > 0)?.shape[0] ?? 1;
}

/** Mean of the means of batches, each by the number of its examples. */
function meanOver<B extends Batch>(batches: Iterable<B>, metric: (batch: B) => Scalar): number {
  let sum = 0;
  let examples = 0;
  for (const batch of batches) {
    sum += metric(batch).item() * rowsOf(batch);
    examples += rowsOf(batch);
  }
  return sum / examples;
}

function betterOf<P>(
  best: Best<P> | undefined,
  metric: number | undefined,
  params: P,
  epoch: number,
  goal: "minimize" | "maximize" = "minimize",
): Best<P> | undefined {
  if (metric === undefined || Number.isNaN(metric)) return best;
  const better = best === undefined || (goal === "minimize" ? metric < best.metric : metric > best.metric);
  return better ? { params, metric, epoch } : best;
}

function isStale<P>({ epoch, best }: { epoch: number; best: Best<P> | undefined }, patience = Infinity): boolean {
  return epoch - (best?.epoch ?? 0) >= patience;
}

const OPTIONS = [
  "params",
  "loss",
  "optimizer",
  "batches",
  "epochs",
  "key",
  "validation",
  "resume",
  "onStep",
  "onEpoch",
  "signal",
  "clock",
] satisfies (keyof TrainOptions<unknown, never, unknown>)[];

function checkTrain<P, B, S>(options: TrainOptions<P, B, S>): void {
  const checker = new OptionChecker("train", options, OPTIONS).integer("epochs", 0);
  for (const name of ["params", "loss", "optimizer", "batches", "epochs", "key"]) checker.required(name);
  checker.done();
  if (options.validation === undefined) return;
  new OptionChecker("train: validation", options.validation, ["batches", "metric", "patience", "goal"])
    .required("batches")
    .required("metric")
    .integer("patience", 1)
    .oneOf("goal", ["minimize", "maximize"])
    .done();
}
