// Every run of the reference, step by step; and mistakes that only such numbers see.
import { describe, expect, it } from "vitest";
import { array, grad, type NDArray, type Scalar } from "../index.ts";
import golden from "./golden/optimizer-trajectories.json" with { type: "json" };
import {
  type AdagradOptions,
  type AdamOptions,
  type AdamWOptions,
  adagrad,
  adam,
  adamax,
  adamw,
  addDecayedWeights,
  chain,
  constant,
  type LionOptions,
  lion,
  nadam,
  type Optimizer,
  type OptState,
  perLeaf,
  type RmspropOptions,
  radam,
  rmsprop,
  type Schedule,
  type ScheduleFreeOptions,
  type ScheduleFreeSlot,
  type SgdOptions,
  scheduleFree,
  sgd,
  warmup,
} from "./index.ts";

const functions: Readonly<Record<string, (p: NDArray) => Scalar>> = {
  sumsq: (p) => p.square().sum(),
  rosenbrock: (p) => {
    const [x, y] = [p.at(0), p.at(1)];
    return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100)).sum();
  },
  beale: (p) => {
    const [x, y] = [p.at(0), p.at(1)];
    const term = (c: number, k: number) =>
      x
        .neg()
        .add(c)
        .add(x.mul(y.pow(k)))
        .square();
    return term(1.5, 1).add(term(2.25, 2)).add(term(2.625, 3)).sum();
  },
  quadratic: (p) => p.square().mul([0.5, 10]).sum(),
};

type Point = readonly number[] | Readonly<Record<"x" | "z" | "y", readonly number[]>>;
type Options = Readonly<Record<string, unknown>>;
type Free = Optimizer<unknown>;

interface Run {
  readonly function: string;
  readonly optimizer: string;
  readonly options: Options;
  readonly at: Readonly<Record<string, Point>>;
}
const runs = golden.runs as unknown as readonly Run[];
const starts = golden.functions as Readonly<Record<string, { readonly start: readonly number[] }>>;

const simple: Readonly<Record<string, (options: Options) => Free>> = {
  sgd: (o) => sgd(o as unknown as SgdOptions),
  adagrad: (o) => adagrad(o as unknown as AdagradOptions),
  rmsprop: (o) => rmsprop(o as unknown as RmspropOptions),
  adam: (o) => adam(o as unknown as AdamOptions),
  adamw: (o) => adamw(o as unknown as AdamWOptions),
  nadam: (o) => nadam(o as unknown as AdamOptions),
  radam: (o) => radam(o as unknown as AdamOptions),
  adamax: (o) => adamax(o as unknown as AdamOptions),
  lion: (o) => lion(o as unknown as LionOptions),
};

/** Rates of the file: numbers, and two schedules in words. */
function rateOf(rate: unknown): number | Schedule {
  if (typeof rate === "number") return rate;
  const { schedule, base, decay, steps, then } = rate as Readonly<Record<string, number>> & { schedule: string };
  if (schedule === "warmup") return warmup(steps!, constant(then!));
  expect(schedule).toBe("base/(1 + decay*step), step from 0");
  return (t) => base! / (1 + decay! * t);
}

interface FreeOptions extends ScheduleFreeOptions {
  readonly base: { readonly optimizer: string; readonly options: Options };
}

function make({ optimizer, options }: Pick<Run, "optimizer" | "options">): Free {
  if (optimizer === "scheduleFree") {
    const { base, ...own } = options as unknown as FreeOptions;
    return scheduleFree(make(base), own) as Free;
  }
  const { addDecayedWeights: decay, learningRate, ...own } = options;
  const made = simple[optimizer]!({ learningRate: rateOf(learningRate), ...own });
  return decay === undefined ? made : (chain(addDecayedWeights(decay as number), made) as Free);
}

interface Variation {
  /** Where gradients are taken. */
  readonly gradAt?: (optimizer: Free, y: NDArray, state: OptState<NDArray, unknown>) => NDArray;
  readonly pointOf?: (optimizer: Free, y: NDArray, state: OptState<NDArray, unknown>) => Point;
}

const stored: NonNullable<Variation["gradAt"]> = (optimizer, y, state) => optimizer.gradParams(y, state);
const xzy: NonNullable<Variation["pointOf"]> = (optimizer, y, state) => ({
  x: optimizer.evalParams(y, state).toArray(),
  z: (state.slots as unknown as ScheduleFreeSlot<unknown>).z.toArray(),
  y: y.toArray(),
});

/** The largest |difference|/max(1, |x|) of a run over the times that it lists. */
function distance(optimizer: Free, run: Run, variation: Variation = {}): number {
  const { gradAt = stored, pointOf = run.optimizer === "scheduleFree" ? xzy : (_, y) => y.toArray() } = variation;
  const slope = grad(functions[run.function]!);
  let w: NDArray = array(starts[run.function]!.start);
  let state = optimizer.init(w);
  let worst = 0;
  const last = Math.max(...Object.keys(run.at).map(Number));
  for (let t = 1; t <= last; t++) {
    [w, state] = optimizer.step(w, slope(gradAt(optimizer, w, state)), state);
    const expected = run.at[t];
    if (expected === undefined) continue;
    const [a, b] = [Object.values(pointOf(optimizer, w, state)).flat(), Object.values(expected).flat()] as number[][];
    for (const [i, v] of b!.entries()) worst = Math.max(worst, Math.abs(a![i]! - v) / Math.max(1, Math.abs(v)));
  }
  return worst;
}

const TOLERANCE = 1e-9; // of the file; times at which rounding alone changes more are left out there
/** A mistake must be seen at 100 times the tolerance. */
const SEEN = 100 * TOLERANCE;

describe("the reference is followed by", () => {
  it("132 runs", () => expect(runs.length).toBe(132));
  it.each(runs.map((run) => [`${run.optimizer} on ${run.function} ${JSON.stringify(run.options)}`, run] as const))(
    "%s",
    (_name, run) => {
      expect(Object.keys(run.at)).toContain("1");
      expect(distance(make(run), run)).toBeLessThanOrEqual(TOLERANCE);
    },
  );
});

/** Runs of one optimizer whose options pass, on a function whose gradients are not 0. */
function on(optimizer: string, test: (options: Options) => boolean = () => true, name = "quadratic"): readonly Run[] {
  return runs.filter((run) => run.optimizer === optimizer && run.function === name && test(run.options));
}
const plain = (options: Options): boolean => Object.keys(options).length === 1;
const baseOf = (options: Options): FreeOptions["base"] => (options as unknown as FreeOptions).base;
type Mistake = readonly [name: string, runs: readonly Run[], wrong: (run: Run) => Free, variation?: Variation];

/** Adam written out, with one place to be wrong. */
function wrongAdam(change: {
  readonly later?: number;
  readonly decayInGradient?: number;
}): Optimizer<{ m: NDArray; v: NDArray }> {
  const { later = 0, decayInGradient = 0 } = change;
  return perLeaf<{ m: NDArray; v: NDArray }>({
    name: "wrong",
    formula: "",
    init: (param) => ({ m: param.zerosLike(), v: param.zerosLike() }),
    update({ grad, param, slot, at }) {
      const g = grad.add(param.mul(decayInGradient));
      const m = slot.m.mul(0.9).add(g.mul(0.1));
      const v = slot.v.mul(0.999).add(g.square().mul(0.001));
      const mHat = m.mul(at((t) => 1 / (1 - 0.9 ** (t + 1 + later))));
      const vHat = v.mul(at((t) => 1 / (1 - 0.999 ** (t + 1 + later))));
      return { update: mHat.div(vHat.sqrt().add(1e-8)).mul(-0.1), slot: { m, v } };
    },
  });
}

const swapped: Variation = {
  pointOf(optimizer, y, state) {
    const { x, z } = xzy(optimizer, y, state) as Readonly<Record<"x" | "z", number[]>>;
    return { x: z, z: x, y: y.toArray() };
  },
};
const atX: Variation = { gradAt: (optimizer, y, state) => optimizer.evalParams(y, state) };

const mistakes: readonly Mistake[] = [
  ["a first step that is dampened", on("sgd", (o) => "dampening" in o), ({ options }) => dampenedFirst(options)],
  ["nesterov that is ignored", on("sgd", (o) => o["nesterov"] === true), without("nesterov")],
  ["look-ahead at the stored point", on("sgd", (o) => o["nesterov"] === "look-ahead"), without("nesterov")],
  ["averaging taken for the heavy ball", on("sgd", (o) => "form" in o), without("form")],
  ["decay of 2λw", on("sgd", (o) => "weightDecay" in o), withOption("weightDecay", 0.2)],
  [
    "momentum that is ignored",
    on("sgd", (o) => o["momentum"] === 0.9),
    without("momentum", "nesterov", "dampening", "form"),
  ],
  ["Adagrad that starts from 0", on("adagrad", (o) => "initialAccumulator" in o), without("initialAccumulator")],
  ["RMSprop without its mean", on("rmsprop", (o) => "centered" in o), without("centered")],
  ["RMSprop with another ρ", on("rmsprop", (o) => "decay" in o), without("decay")],
  ["bias correction that counts one too many", on("adam", plain), () => wrongAdam({ later: 1 })],
  ["AMSGrad that is ignored", on("adam", (o) => o["amsgrad"] === true, "rosenbrock"), without("amsgrad")],
  ["AMSGrad on the corrected moment", on("adam", (o) => o["amsgrad"] === true), withOption("amsgrad", "corrected")],
  ["a root without epsRoot", on("adam", (o) => "epsRoot" in o), without("epsRoot")],
  ["Adam's Nesterov that is ignored", on("adam", (o) => "nesterov" in o), without("nesterov")],
  ["decay that is dropped in AdamW", on("adamw"), withOption("weightDecay", 0)],
  [
    "decay inside of the gradient in AdamW",
    on("adamw", (o) => o["weightDecay"] === 1),
    () => wrongAdam({ decayInGradient: 1 }),
  ],
  [
    "NAdam without its schedule of μ",
    on("nadam"),
    ({ options }) => make({ optimizer: "adam", options: { ...options, nesterov: true } }),
  ],
  ["RAdam without rectification", on("radam"), ({ options }) => make({ optimizer: "adam", options })],
  ["Adamax with a sum", on("adamax"), ({ options }) => make({ optimizer: "adam", options })],
  [
    "Lion with exchanged β",
    on("lion"),
    ({ options }) => make({ optimizer: "lion", options: { ...options, beta1: 0.99, beta2: 0.9 } }),
  ],
  ["decay that is dropped in Lion", on("lion", (o) => "weightDecay" in o), withOption("weightDecay", 0)],
  ["x and z exchanged", on("scheduleFree"), make, swapped],
  ["gradients at x", on("scheduleFree"), make, atX],
  ["c that starts one too late", on("scheduleFree", (o) => !("averagePower" in o)), lateAverage],
  [
    "schedule-free without its decay",
    on("scheduleFree", (o) => Number(baseOf(o).options["weightDecay"]) > 0),
    ({ options }) => {
      const { base, ...own } = options as unknown as FreeOptions;
      return make({
        optimizer: "scheduleFree",
        options: { ...own, base: { ...base, options: { ...base.options, weightDecay: 0 } } },
      });
    },
  ],
];

describe("the reference catches", () => {
  it.each(mistakes.map((mistake) => [mistake[0], mistake] as const))("%s", (_name, [, rows, wrong, variation]) => {
    expect(rows.length).toBeGreaterThan(0);
    for (const run of rows)
      expect(distance(wrong(run), run, variation), JSON.stringify(run.options)).toBeGreaterThan(SEEN);
  });
});

function without(...names: readonly string[]): (run: Run) => Free {
  return ({ optimizer, options }) =>
    make({ optimizer, options: Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name))) });
}

function withOption(name: string, value: unknown): (run: Run) => Free {
  return ({ optimizer, options }) => make({ optimizer, options: { ...options, [name]: value } });
}

/** b₁ = (1 − dampening)·g instead of g */
function dampenedFirst({ learningRate, dampening }: Options): Optimizer<{ b: NDArray }> {
  return perLeaf<{ b: NDArray }>({
    name: "wrong",
    formula: "",
    init: (param) => ({ b: param.zerosLike() }),
    update({ grad: g, slot, at }) {
      const b = slot.b.mul(0.9).add(g.mul(1 - (dampening as number)));
      return { update: b.mul(at(learningRate as number)).neg(), slot: { b } };
    },
  });
}

/** Weights of t + 1 in place of t: with a power of the count. */
function lateAverage({ options }: Run): Free {
  return make({ optimizer: "scheduleFree", options: { ...options, averagePower: 1 } });
}
