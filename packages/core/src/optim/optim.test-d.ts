// What the compiler must accept and reject; checked by the type check, never run.
import type { NDArray, Scalar } from "../index.ts";
import { type OptState, type StateOf, sgd } from "./index.ts";

interface Model {
  w: NDArray;
  b: Scalar;
}
declare const params: Model;
const optimizer = sgd({ learningRate: (t) => 1 / (1 + t) });
const state: StateOf<typeof optimizer, Model> = optimizer.init(params);
export const next: [Model, OptState<Model, { velocity: NDArray | undefined }>] = optimizer.step(params, params, state);
export const velocity: NDArray | undefined = state.slots.w.velocity;
export const rate: number | undefined = optimizer.values(state)["learningRate"];

// @ts-expect-error: no silent default for the learning rate.
sgd({});
// @ts-expect-error: misspelt option.
sgd({ learningRate: 1e-3, decay: 0.9 });
// @ts-expect-error: gradients of another model.
optimizer.step({ w: {} as NDArray }, { v: {} as NDArray }, {} as never);
