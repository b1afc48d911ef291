// Every optimizer that is exported keeps the laws, with its defaults and with the options below; and mistakes that the laws
// must find.
import { describe, expect, it } from "vitest";
import type { NDArray } from "../index.ts";
import { failuresOf, namesOf, type OptimizerLawOptions, optimizerLaws } from "../testing/index.ts";
import type { Optimizer, ScalarOrSchedule } from "./index.ts";
import * as exported from "./index.ts";
import { perLeaf, sgd } from "./index.ts";
import { valueAt } from "./schedules/schedule.ts";

type Free = Optimizer<unknown>;
type Make = (learningRate: ScalarOrSchedule) => Free;

/** Exports that are no optimizers. */
const HELPERS = ["initFrom", "perLeaf"];

interface Row extends OptimizerLawOptions {
  readonly name: string;
  readonly make: Make;
}

/** How an optimizer is run with its defaults, where the defaults of the laws do not fit. */
const defaults: Readonly<Record<string, OptimizerLawOptions>> = {
  sgd: { learningRate: 0.2, steps: 60 },
  adam: { learningRate: 0.3, steps: 400 },
};

/** Optimizers with options. */
const variants: readonly Row[] = [
  {
    name: "sgd with a schedule",
    make: (rate) => sgd({ learningRate: (t) => valueAt(rate, t) / (1 + t / 50) }),
    learningRate: 0.3,
    steps: 100,
  },
  { name: "sgd with momentum", make: (learningRate) => sgd({ learningRate, momentum: 0.8 }) },
  {
    name: "sgd, averaging",
    make: (learningRate) => sgd({ learningRate, momentum: 0.8, form: "average" }),
    learningRate: 0.5,
  },
  { name: "sgd, Nesterov", make: (learningRate) => sgd({ learningRate, momentum: 0.8, nesterov: true }) },
  { name: "sgd, look-ahead", make: (learningRate) => sgd({ learningRate, momentum: 0.8, nesterov: "look-ahead" }) },
];

const rows: readonly Row[] = [
  ...Object.entries(exported).flatMap(([name, factory]) =>
    HELPERS.includes(name)
      ? []
      : [{ name, make: (learningRate) => (factory as typeof sgd)({ learningRate }), ...defaults[name] } satisfies Row],
  ),
  ...variants,
];

describe("every optimizer", () => {
  it("is found among the exports", () => expect(rows.map(({ name }) => name)).toContain("sgd"));
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
