// Every optimizer that is exported keeps the laws, with its defaults and with the options below; and mistakes that the laws
// must find.
import { describe, expect, it } from "vitest";
import type { NDArray } from "../index.ts";
import { failuresOf, namesOf, type OptimizerLawOptions, optimizerLaws } from "../testing/index.ts";
import type { Optimizer, ScalarOrSchedule } from "./index.ts";
import * as exported from "./index.ts";
import {
  accumulate,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  adaptiveClip,
  addDecayedWeights,
  averaged,
  chain,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  freeze,
  lion,
  lookahead,
  muon,
  nadam,
  partition,
  perLeaf,
  presets,
  radam,
  rmsprop,
  scheduleFree,
  sgd,
  skipNonFinite,
  withRoles,
} from "./index.ts";
import { valueAt } from "./schedules/schedule.ts";

type Free = Optimizer<unknown>;
type Make = (learningRate: ScalarOrSchedule) => Free;

/** Exports that make no optimizer, or only part of one. */
const OTHERS: readonly string[] = [
  ...[
    "initFrom",
    "perLeaf",
    "acrossLeaves",
    "stateBytes",
    "settingsOf",
    "presets",
    "byRole",
    "scheduleFrom",
    "plateau",
  ],
  ...["constant", "linear", "stepDecay", "piecewise", "exponential", "polynomial", "cosine", "cosineRestarts"],
  ...["inverseSqrt", "warmup", "warmupStableDecay", "oneCycle", "oneCycleMomentum", "cyclic", "joined"],
];

interface Row extends OptimizerLawOptions {
  /** The export that it is about, first word; what is special about it behind a comma. */
  readonly name: string;
  readonly make: Make;
}

/** Rates that fall, for methods whose steps do not shrink by themselves. */
const falling = (rate: ScalarOrSchedule, steps: number) => (t: number) => valueAt(rate, t) * Math.max(0, 1 - t / steps);

/** One row per optimizer: a new one is held to every law by adding its own. */
const rows: readonly Row[] = [
  { name: "sgd", make: (learningRate) => sgd({ learningRate }), learningRate: 0.2, steps: 60 },
  {
    name: "sgd, a schedule",
    make: (rate) => sgd({ learningRate: (t) => valueAt(rate, t) / (1 + t / 50) }),
    learningRate: 0.3,
    steps: 100,
  },
  { name: "sgd, momentum", make: (learningRate) => sgd({ learningRate, momentum: 0.8 }) },
  {
    name: "sgd, averaging",
    make: (learningRate) => sgd({ learningRate, momentum: 0.8, form: "average" }),
    learningRate: 0.5,
  },
  { name: "sgd, Nesterov", make: (learningRate) => sgd({ learningRate, momentum: 0.8, nesterov: true }) },
  { name: "sgd, look-ahead", make: (learningRate) => sgd({ learningRate, momentum: 0.8, nesterov: "look-ahead" }) },
  { name: "adagrad", make: (learningRate) => adagrad({ learningRate }), learningRate: 2 },
  {
    name: "adagrad, inside",
    make: (learningRate) => adagrad({ learningRate, ...presets.tfjs.adagrad }),
    learningRate: 2,
  },
  { name: "rmsprop", make: (rate) => rmsprop({ learningRate: falling(rate, 300) }), learningRate: 0.2, steps: 300 },
  {
    name: "rmsprop, centered with momentum",
    make: (rate) => rmsprop({ learningRate: falling(rate, 400), centered: true, momentum: 0.5, decay: 0.9 }),
    learningRate: 0.02,
    steps: 400,
  },
  {
    name: "adadelta",
    make: (rate) => adadelta({ learningRate: falling(rate, 400), eps: 1e-3 }),
    learningRate: 1,
    steps: 400,
  },
  { name: "adam", make: (learningRate) => adam({ learningRate }), learningRate: 0.3, steps: 400 },
  {
    name: "adam, AMSGrad",
    make: (learningRate) => adam({ learningRate, amsgrad: true, beta1: 0.5, beta2: 0.9 }),
    learningRate: 0.5,
    steps: 300,
  },
  {
    name: "adam, Nesterov with corrected AMSGrad",
    make: (learningRate) => adam({ learningRate, nesterov: true, amsgrad: "corrected", beta2: 0.9 }),
    learningRate: 0.5,
    steps: 300,
  },
  {
    name: "adam, ε as in Keras",
    make: (learningRate) => adam({ learningRate, ...presets.keras.adam, epsRoot: 1e-12 }),
    learningRate: 0.3,
    steps: 400,
  },
  {
    name: "adam, a schedule of β₁",
    make: (learningRate) => adam({ learningRate, beta1: (t) => 0.9 - 0.3 / (1 + t) }),
    learningRate: 0.3,
    steps: 400,
  },
  { name: "adamw", make: (learningRate) => adamw({ learningRate }), learningRate: 0.3, steps: 400, restless: true },
  {
    name: "adamw, without first moment",
    make: (rate) => adamw({ learningRate: falling(rate, 200), beta1: 0, beta2: 0.9, decayBy: "independent" }),
    learningRate: 0.3,
    steps: 200,
    restless: true,
  },
  { name: "nadam", make: (learningRate) => nadam({ learningRate }), learningRate: 0.3, steps: 400 },
  { name: "radam", make: (learningRate) => radam({ learningRate }), learningRate: 0.3, steps: 400 },
  { name: "adamax", make: (learningRate) => adamax({ learningRate }), learningRate: 0.5, steps: 400 },
  {
    name: "lion",
    make: (rate) => lion({ learningRate: falling(rate, 300), beta1: 0.5, beta2: 0.5 }),
    learningRate: 0.06,
    steps: 300,
  },
  {
    name: "lion, tanh and decay",
    make: (learningRate) => lion({ learningRate, mode: "tanh", weightDecay: 0.1, beta2: 0.9 }),
    learningRate: 0.3,
    steps: 300,
    restless: true,
  },
  {
    name: "muon",
    make: (rate) =>
      partition((_, leaf) => (leaf.ndim === 2 ? "muon" : "sgd"), {
        muon: muon({ learningRate: falling(rate, 150) }),
        sgd: sgd({ learningRate: rate }),
      }),
    learningRate: 0.2,
  },
  {
    name: "scheduleFree",
    make: (learningRate) => scheduleFree(sgd({ learningRate })),
    learningRate: 0.3,
    steps: 1000,
    restless: true,
  },
  {
    name: "scheduleFree, adamw",
    make: (learningRate) => scheduleFree(adamw({ learningRate, beta1: 0, weightDecay: 0 })),
    learningRate: 0.2,
    steps: 1500,
    restless: true,
  },
  {
    name: "chain",
    make: (learningRate) => chain(clipByGlobalNorm(5), sgd({ learningRate, momentum: 0.8 })),
  },
  { name: "clipByGlobalNorm", make: (learningRate) => chain(clipByGlobalNorm(3), sgd({ learningRate })) },
  { name: "clipByNorm", make: (learningRate) => chain(clipByNorm(3), sgd({ learningRate })) },
  { name: "clipByValue", make: (learningRate) => chain(clipByValue(3), sgd({ learningRate })) },
  {
    name: "adaptiveClip",
    make: (learningRate) => chain(adaptiveClip(0.9, { eps: 0.1 }), sgd({ learningRate, momentum: 0.8 })),
  },
  {
    name: "addDecayedWeights",
    make: (learningRate) => chain(addDecayedWeights(0.1), sgd({ learningRate, momentum: 0.8 })),
    restless: true,
  },
  { name: "accumulate", make: (rate) => accumulate(2, sgd({ learningRate: rate })), learningRate: 0.2, every: 2 },
  { name: "averaged", make: (rate) => averaged(sgd({ learningRate: rate }), { decay: 0.5 }), learningRate: 0.2 },
  { name: "lookahead", make: (learningRate) => lookahead(adam({ learningRate })), learningRate: 0.4, steps: 600 },
  { name: "skipNonFinite", make: (learningRate) => skipNonFinite(adam({ learningRate, beta2: 0.9 })), steps: 600 },
  { name: "partition", make: (learningRate) => partition((path) => (path === "w" ? "a" : "b"), parts(learningRate)) },
  { name: "freeze", make: (learningRate) => freeze(sgd({ learningRate }), () => false), learningRate: 0.2, steps: 60 },
  {
    name: "withRoles",
    make: (learningRate) => withRoles(sgd({ learningRate, momentum: 0.8 }), lawRoles),
  },
];

function parts(learningRate: ScalarOrSchedule) {
  return { a: sgd({ learningRate }), b: sgd({ learningRate, momentum: 0.8 }) };
}

/** Roles of the leaves of the laws' model, and of the one with an empty leaf. */
const lawRoles = { w: "norm", parts: ["bias", { v: "matrix" }] } as never;

describe("every optimizer", () => {
  it("has a row", () => {
    const known = new Set([...OTHERS, ...rows.map(({ name }) => name.split(",")[0]!)]);
    expect(Object.keys(exported).filter((name) => !known.has(name))).toEqual([]);
  });
  for (const { name, make, ...options } of rows) optimizerLaws({ test: it }, name, make, options);
});

describe("the laws catch", () => {
  const plain = (
    change: Partial<Parameters<typeof perLeaf<{ m: NDArray }>>[0]>,
    learningRate: ScalarOrSchedule = 0.1,
  ) =>
    perLeaf<{ m: NDArray }>({
      name: "wrong",
      formula: "",
      options: { learningRate },
      init: (param) => ({ m: param.zerosLike() }),
      update: ({ grad: g, slot: { m }, at }) => {
        const next = m.mul(0.8).add(g);
        return { update: next.mul(at(learningRate)).neg(), slot: { m: next } };
      },
      ...change,
    });

  /** The methods of an optimizer, to exchange one. */
  const wrapped = (optimizer: Free): Free => ({
    name: optimizer.name,
    init: (params) => optimizer.init(params),
    update: (...args) => optimizer.update(...args),
    step: (...args) => optimizer.step(...args),
    gradParams: (...args) => optimizer.gradParams(...args),
    evalParams: (...args) => optimizer.evalParams(...args),
    values: (state) => optimizer.values(state),
    describe: () => optimizer.describe(),
  });

  const mistakes: readonly { name: string; law: string; make: Make }[] = [
    {
      name: "a buffer that is not in the state",
      law: "resumes from a saved state bit for bit",
      make: () => {
        const hidden = new Map<string, NDArray>();
        return plain({
          update: ({ grad: g, slot, path }) => {
            const m = (hidden.get(path) ?? g.zerosLike()).mul(0.8).add(g);
            hidden.set(path, m);
            return { update: m.mul(-0.1), slot };
          },
        });
      },
    },
    {
      name: "a hidden count",
      law: "is a function: twice the same is twice the same",
      make: () => {
        let count = 0;
        return plain({ update: ({ grad: g, slot }) => ({ update: g.mul(-0.1 / ++count), slot }) });
      },
    },
    {
      name: "a state in f64 for a leaf in f32",
      law: "keeps f32, in parameters and in state",
      make: () => plain({ init: (param) => ({ m: param.zerosLike().astype("f64") as NDArray }) }),
    },
    {
      name: "decay that nobody asked for",
      law: "zero gradients change nothing",
      make: () => plain({ update: ({ grad: g, param, slot }) => ({ update: g.add(param.mul(0.01)).neg(), slot }) }),
    },
    {
      name: "uphill",
      law: "reaches a minimum",
      make: () => plain({ update: ({ grad: g, slot }) => ({ update: g.mul(0.1), slot }) }),
    },
    {
      name: "a state that is changed in place",
      law: "leaves its arguments as they are",
      make: () =>
        plain({
          update({ grad: g, slot }) {
            slot.m = slot.m.mul(0.8).add(g);
            return { update: slot.m.mul(-0.1), slot };
          },
        }),
    },
    {
      name: "a scale that an empty array does not have",
      law: "empty leaves are fine",
      make: (rate) =>
        plain({
          update: ({ grad: g, slot, at }) => ({ update: g.div(g.abs().max().add(1)).mul(at(rate)).neg(), slot }),
        }),
    },
    {
      name: "a schedule that is asked once",
      law: "asks a schedule for every step, from 0",
      make: (rate) => plain({}, valueAt(rate, 0)),
    },
    {
      name: "a schedule that counts from 1",
      law: "asks a schedule for every step, from 0",
      make: (rate) => plain({}, (step) => valueAt(rate, step + 1)),
    },
    {
      name: "a schedule that is not shown",
      law: "shows the values of its schedules",
      make: (rate) => plain({ options: {} }, rate),
    },
    {
      name: "a value that is read while tracing",
      law: "eager is compiled, and one trace serves all steps",
      make: (rate) =>
        plain({
          update: ({ grad: g, slot, at }) => ({ update: g.mul(g.norm().item() > 0 ? at(rate) : 0).neg(), slot }),
        }),
    },
    {
      name: "a rate that is frozen into the program",
      law: "eager is compiled, and one trace serves all steps",
      make: (rate) => {
        let step = 0;
        return plain({ update: ({ grad: g, slot }) => ({ update: g.mul(-valueAt(rate, step++)), slot }) });
      },
    },
    {
      name: "a message that does not name the leaf",
      law: "names the leaf whose gradient does not fit",
      make: (rate) => ({
        ...wrapped(plain({}, rate)),
        step: (params, grads, state) => {
          try {
            return plain({}, rate).step(params, grads as never, state as never) as never;
          } catch {
            throw new Error("invalid gradient");
          }
        },
      }),
    },
    {
      name: "a step that forgets rateScale in update",
      law: "rateScale multiplies the change of its step",
      make: (rate) => ({
        ...wrapped(plain({}, rate)),
        update: (grads, state, params) => plain({}, rate).update(grads as never, state as never, params) as never,
      }),
    },
    {
      name: "a step that subtracts what update says to add",
      law: "step is update and the addition, and counts",
      make: (rate) => ({
        ...wrapped(plain({}, rate)),
        step: (params, grads, state) =>
          plain({}, (t) => -valueAt(rate, t)).step(params, grads as never, state as never) as never,
      }),
    },
    {
      name: "a sum in f32 that is off by a thousandth",
      law: "f32 agrees with f64",
      make: (rate) =>
        plain({
          update: ({ grad: g, slot, at }) => ({
            update: g.mul(at(rate)).mul(g.dtype === "f32" ? -1.001 : -1),
            slot,
          }),
        }),
    },
  ];

  const plainOf: Make = (rate) => plain({}, rate);
  const broken = (make: Make) =>
    failuresOf((runner) => optimizerLaws(runner, "wrong", make)).map(({ name }) => name.replace("wrong: ", ""));

  it("nothing in the rule that they vary", () => expect(broken(plainOf)).toEqual([]));

  it.each(mistakes)("$name", ({ law, make }) => expect(broken(make)).toContain(law));

  it("by every law at least one", () => {
    const found = new Set(mistakes.map(({ law }) => law));
    const all = namesOf((runner) => optimizerLaws(runner, "wrong", plainOf)).map((name) => name.replace("wrong: ", ""));
    expect([...found].sort()).toEqual([...all].sort());
  });
});
