// What every optimizer keeps.
import { array, type NDArray, type Scalar } from "../array/index.ts";
import { grad } from "../autodiff/index.ts";
import { compile } from "../compile/index.ts";
import type { Optimizer, OptState, ScalarOrSchedule } from "../optim/index.ts";
import { flattenTree } from "../tree/index.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";
import { loadTree, treeText } from "./tree-text.ts";

/** The same operations in the same order; a compiling backend may fuse some. */
const COMPILED = 1e-13;
/** 20 steps in f32 on parameters of size 8. */
const F32 = 1e-5;

export interface OptimizerLawOptions {
  /** Default 0.1. */
  learningRate?: number;
  /** Steps after which a quadratic of curvatures 1, 2 and 4 is below 1e-6 of its start. Default 150. */
  steps?: number;
  /** Steps of one step of the rule itself, where schedules follow those: accumulation. Default 1. */
  every?: number;
  /** Parameters move without gradients too: weight decay, averages. Default false. */
  restless?: boolean;
}

interface Model {
  w: NDArray;
  parts: [Scalar, { v: NDArray }];
}
type Free = Optimizer<unknown>;
type State = OptState<Model, unknown>;

interface Subject {
  make(learningRate?: ScalarOrSchedule): Free;
  readonly learningRate: number;
  readonly steps: number;
  readonly restless: boolean;
  readonly every: number;
}

/**
 * The laws of one optimizer, made by a function of its learning rate.
 *
 * reaches a minimum · arguments untouched · a pure function · resumes from a saved state bit for bit · step = update and
 * addition · names the leaf whose gradient does not fit · schedules are asked once per step · rateScale scales · f32 stays
 * f32, in parameters and state · eager = compiled, traced once for all steps.
 * @throws LawError (from the registered tests).
 *
 * @example
 * ```ts
 * import { sgd } from "steepest/optim";
 * import { failuresOf, optimizerLaws } from "steepest/testing";
 * const failures = failuresOf((runner) =>
 *   optimizerLaws(runner, "sgd with momentum", (learningRate) => sgd({ learningRate, momentum: 0.8 })),
 * );
 * console.log(failures.length); // 0
 * ```
 */
export function optimizerLaws<S>(
  runner: Runner,
  name: string,
  make: (learningRate: ScalarOrSchedule) => Optimizer<S>,
  options: OptimizerLawOptions = {},
): void {
  const { learningRate = 0.1, steps = 150, restless = false, every = 1 } = options;
  const subject: Subject = {
    make: (rate = learningRate) => make(rate) as Free, // slots are handed on, never looked into
    learningRate,
    steps,
    restless,
    every,
  };
  for (const [text, law] of Object.entries(laws)) runner.test(`${name}: ${text}`, () => law(subject));
}

const laws: Readonly<Record<string, (subject: Subject) => void>> = {
  "reaches a minimum"({ make, steps }) {
    const optimizer = make();
    const { params, state } = run(optimizer, model(), steps);
    const [first, last] = [loss(model()).item(), loss(optimizer.evalParams(params, state)).item()];
    if (last < 1e-6 * first) return;
    throw new LawError(`after ${steps} steps the loss is ${last}, it was ${first}; below 1e-6 of that is expected.`);
  },

  "leaves its arguments as they are"({ make }) {
    const optimizer = make();
    const { params, state } = run(optimizer, model(), 2);
    const g = grad(loss)(params);
    const before = treeText([params, state, g]);
    optimizer.update(g, state, params);
    optimizer.step(params, g, state);
    optimizer.gradParams(params, state);
    optimizer.evalParams(params, state);
    expectSame("parameters, state and gradients after a step", treeText([params, state, g]), before);
  },

  "is a function: twice the same is twice the same"({ make }) {
    const optimizer = make();
    const { params, state } = run(optimizer, model(), 2);
    const g = grad(loss)(params);
    const once = treeText(optimizer.update(g, state, params));
    expectSame("the same update again", treeText(optimizer.update(g, state, params)), once);
  },

  "resumes from a saved state bit for bit"({ make }) {
    const through = run(make(), model(), 7);
    const saved = loadTree(treeText(run(make(), model(), 3))) as typeof through;
    expectSame("3 steps, saved, and 4 more", treeText(run(make(), saved.params, 4, saved.state)), treeText(through));
  },

  "step is update and the addition, and counts"({ make }) {
    const optimizer = make();
    const params = model();
    const state = optimizer.init(params);
    const g = grad(loss)(params);
    const { updates, state: next } = optimizer.update(g, state, params);
    const [stepped, counted] = optimizer.step(params, g, state);
    expectClose("step counts", [state.step.item(), next.step.item()], [0, 1], 0);
    expectSame("the state of step against that of update", treeText(counted), treeText(next));
    const added = numbersOf(params).map((x, i) => x + numbersOf(updates)[i]!);
    expectClose("params + updates", numbersOf(stepped), added, 0);
  },

  "names the leaf whose gradient does not fit"({ make }) {
    const optimizer = make();
    const params = model();
    const g = grad(loss)(params);
    const wrong: Model = { ...g, parts: [g.parts[0], { v: array([1, 2, 3]) }] };
    const said = messageOf(() => optimizer.step(params, wrong, optimizer.init(params)));
    if (said.includes('"parts.1.v"') && said.includes("[3]") && said.includes("[1, 2]")) return;
    throw new LawError(`a gradient of shape [3] for "parts.1.v" of shape [1, 2]: ${said || "no error"}.`);
  },

  "asks a schedule for every step, from 0"({ make, learningRate, every }) {
    const asked: number[] = [];
    const schedule = (step: number): number => {
      if (!asked.includes(step)) asked.push(step);
      return learningRate;
    };
    const scheduled = run(make(schedule), model(), 5 * every).params;
    expectClose("steps asked for", asked, [0, 1, 2, 3, 4], 0);
    expectSame(
      "a constant schedule against the number",
      treeText(scheduled),
      treeText(run(make(), model(), 5 * every).params),
    );
    const late = make((step) => (step < 3 ? learningRate : learningRate / 2));
    const path = [3, 4].map((steps) => treeText(run(late, model(), steps * every).params));
    const whole = [3, 4].map((steps) => treeText(run(make(), model(), steps * every).params));
    expectSame("three steps before a schedule falls", path[0]!, whole[0]!);
    if (path[1] === whole[1]) throw new LawError("a schedule that falls at step 3 changes nothing at step 3.");
  },

  "shows the values of its schedules"({ make, learningRate }) {
    const optimizer = make((step) => learningRate / (1 + step));
    const { state } = run(optimizer, model(), 2);
    const shown = Object.values(optimizer.values(state));
    if (shown.length > 0) return; // under which name, and what a wrapper makes of the rate, is its own
    throw new LawError("values(state) is empty although the learning rate is a schedule.");
  },

  "rateScale multiplies the change of its step"({ make }) {
    const optimizer = make();
    const params = model();
    const state = optimizer.init(params);
    const g = grad(loss)(params);
    const change = (rateScale: number) => numbersOf(optimizer.update(g, state, params, { rateScale }).updates);
    expectClose(
      "half of the change",
      change(0.5),
      change(1).map((v) => v / 2),
      0,
    );
  },

  "zero gradients change nothing"({ make, restless }) {
    if (restless) return;
    const optimizer = make();
    let params = model();
    let state = optimizer.init(params);
    const zero: Model = grad((p: Model) => loss(p).mul(0))(params);
    for (let i = 0; i < 10; i++) [params, state] = optimizer.step(params, zero, state);
    expectSame("parameters after 10 steps with gradients of 0", treeText(params), treeText(model()));
  },

  "empty leaves are fine"({ make }) {
    const optimizer = make();
    const params = { w: array([]) as NDArray };
    const [next] = optimizer.step(params, params, optimizer.init(params));
    expectClose("size", [next.w.size], [0], 0);
  },

  "keeps f32, in parameters and in state"({ make }) {
    const { params, state } = run(make(), model("f32"), 3);
    const text = treeText([params, state.slots]);
    if (text.includes('"f64"')) throw new LawError(`parameters in f32 gave ${text}.`);
  },

  "f32 agrees with f64"({ make }) {
    const [narrow, wide] = [run(make(), model("f32"), 20), run(make(), model(), 20)];
    expectClose("parameters", numbersOf(narrow.params), numbersOf(wide.params), 8 * F32);
  },

  "eager is compiled, and one trace serves all steps"({ make, learningRate }) {
    const optimizer = make((step) => learningRate / (1 + step / 10));
    const eager = run(optimizer, model(), 5);
    // the state of any optimizer is a tree of arrays; its type is not known here
    const advance = (params: Model, state: Model) =>
      optimizer.step(params, grad(loss)(optimizer.gradParams(params, state as never)), state as never);
    const step = compile(advance);
    let [params, state] = [model(), optimizer.init(model())];
    for (let i = 0; i < 5; i++) [params, state] = step(params, state as never) as [Model, State];
    expectClose("parameters, compiled", numbersOf(params), numbersOf(eager.params), COMPILED);
    expectClose("state, compiled", numbersOf(state), numbersOf(eager.state), COMPILED);
    expectClose("traces", [step.stats.signatures], [1], 0);
  },
};

function model(dtype: "f64" | "f32" = "f64"): Model {
  const float = (x: number | number[] | number[][]) => array(x, { dtype }) as NDArray;
  return { w: float([8, 3]), parts: [float(2) as Scalar, { v: float([[1, -1]]) }] };
}

/** ½w₁² + 2w₂² + b² + ‖v‖² */
function loss({ w, parts: [b, { v }] }: Model): Scalar {
  return w.square().mul([0.5, 2]).sum().add(b.square()).add(v.square().sum());
}

/** `steps` steps from a point, with gradients where the optimizer wants them. */
function run(
  optimizer: Free,
  params: Model,
  steps: number,
  state: State = optimizer.init(params),
): { params: Model; state: State } {
  let [p, s] = [params, state];
  for (let i = 0; i < steps; i++) [p, s] = optimizer.step(p, grad(loss)(optimizer.gradParams(p, s)), s);
  return { params: p, state: s };
}

function numbersOf(tree: unknown): number[] {
  return flattenTree(tree).flatMap(({ value }) => (value as NDArray).toArray());
}

function expectSame(what: string, actual: string, expected: string): void {
  if (actual !== expected) throw new LawError(`${what}: ${actual}, expected ${expected}.`);
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}
