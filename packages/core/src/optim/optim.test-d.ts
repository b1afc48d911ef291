// What the compiler must accept and reject; checked by the type check, never run.
import { compile, type NDArray, type Scalar } from "../index.ts";
import {
  adamw,
  byRole,
  chain,
  clipByGlobalNorm,
  cosine,
  muon,
  type OptState,
  partition,
  presets,
  type Route,
  rmsprop,
  type StateOf,
  scheduleFree,
  sgd,
  warmup,
} from "./index.ts";

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

// Composition: the type of the state is inferred down to the leaf.
interface Weights {
  embed: NDArray;
  hidden: NDArray;
  bias: NDArray;
}
declare const weights: Weights;
const clipped = chain(clipByGlobalNorm(1), adamw({ learningRate: warmup(10, cosine({ base: 3e-4, steps: 100 })) }));
export const moment: NDArray = clipped.init(weights).slots.hidden[1].mu;
export const mixed = partition((path, leaf) => (leaf.ndim === 2 && path !== "embed" ? "muon" : "adamw"), {
  muon: muon({ learningRate: 0.02 }),
  adamw: adamw({ learningRate: 1e-3 }),
});
export const mixedNext: [Weights, StateOf<typeof mixed, Weights>] = mixed.step(weights, weights, mixed.init(weights));
const free = scheduleFree(sgd({ learningRate: 1 }));
export const evaluated: Weights = free.evalParams(weights, free.init(weights));
export const z: NDArray = free.init(weights).slots.hidden.z;
rmsprop({ learningRate: 1e-2, ...presets.tfjs.rmsprop });
export const route: Route<"muon" | "adamw"> = byRole<Weights, "muon" | "adamw">(
  { embed: "embedding", hidden: "matrix", bias: "bias" },
  (role) => (role === "matrix" ? "muon" : "adamw"),
);
// a compiled step of a mixed optimizer keeps its types
export const compiledStep: [Weights, StateOf<typeof clipped, Weights>] = compile(
  (p: Weights, s: StateOf<typeof clipped, Weights>) => clipped.step(p, p, s),
  { donate: [0, 1] },
)(weights, clipped.init(weights));

// @ts-expect-error: a route to a part that does not exist.
partition(() => "adam", { adamw: adamw({ learningRate: 1e-3 }) });
// @ts-expect-error: TensorFlow.js has no Lion.
presets.tfjs.lion;
// @ts-expect-error: roles of another model.
byRole<Weights, "a">({ embed: "embedding", hidden: "matrix" }, () => "a");
// @ts-expect-error: no such role of an axis.
muon({ learningRate: 1, axes: () => ["rows", "columns"] });
