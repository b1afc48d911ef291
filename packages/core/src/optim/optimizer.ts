// What every optimizer is: pure functions of parameters, gradients and a state that is plain data.
import type { MapLeaves, NDArray, Params, Scalar } from "../array/index.ts";

/** Plain data: save it with the parameters. */
export interface OptState<P, S> {
  /** Steps taken so far; a scalar integer, so that it can enter a compiled step. */
  readonly step: NDArray<"int">;
  readonly slots: MapLeaves<P, S>;
}

export type StateOf<O, P> = O extends Optimizer<infer S> ? OptState<P, S> : never;

export interface StepOptions {
  /** Multiplies the change of this step, and with it the learning rate (plateau, loss of trust, a slider). Default 1. */
  rateScale?: Scalar | number;
}

/** `S` is what one leaf needs. The state of a whole tree follows from it. Arguments are never changed. */
export interface Optimizer<S = unknown> {
  readonly name: string;
  init<P extends Params<P>>(params: P): OptState<P, S>;
  /** The change to add to the parameters. @throws ShapeError naming the leaf whose gradient does not fit. */
  update<P extends Params<P>>(
    grads: NoInfer<P>,
    state: OptState<NoInfer<P>, S>,
    params: P,
    options?: StepOptions,
  ): { updates: P; state: OptState<P, S> };
  /** `update` and the addition. */
  step<P extends Params<P>>(
    params: P,
    grads: NoInfer<P>,
    state: OptState<NoInfer<P>, S>,
    options?: StepOptions,
  ): [params: P, state: OptState<P, S>];
  /** Where the gradient is wanted. The parameters themselves, except for look-ahead Nesterov. */
  gradParams<P extends Params<P>>(params: P, state: OptState<NoInfer<P>, S>): P;
  /** What to evaluate and save. The parameters themselves, except for schedule-free and averaging. */
  evalParams<P extends Params<P>>(params: P, state: OptState<NoInfer<P>, S>): P;
  /** Current values of the options that may be schedules: { learningRate: 2.5e-4, … }. */
  values(state: OptState<unknown, unknown>): Readonly<Record<string, number>>;
  /** The formula with this optimizer's numbers in it. */
  describe(): string;
}
