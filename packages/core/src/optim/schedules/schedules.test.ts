import { describe, expect, it } from "vitest";
import { array, compile, type NDArray, OptionError } from "../../index.ts";
import golden from "../golden/schedules.json" with { type: "json" };
import * as optim from "../index.ts";
import {
  constant,
  cosine,
  cosineRestarts,
  cyclic,
  exponential,
  inverseSqrt,
  joined,
  linear,
  lion,
  oneCycle,
  oneCycleMomentum,
  type PlateauOptions,
  piecewise,
  plateau,
  polynomial,
  type Schedule,
  scheduleFrom,
  stepDecay,
  warmup,
  warmupStableDecay,
} from "../index.ts";

type Spec = Readonly<Record<string, unknown>>;
interface Case {
  readonly schedule: string;
  readonly options: Spec;
  readonly values: readonly number[];
  readonly momentum?: readonly number[];
  readonly metric?: readonly number[];
}
const cases = golden.cases as unknown as readonly Case[];

/** The words of the file in ours: `then` is called `after`, momenta are a schedule of their own. */
function specOf(schedule: string, { momentum: _momentum, then, pieces, ...options }: Spec): Spec {
  const nested = (x: unknown): unknown => {
    if (typeof x !== "object" || x === null) return x;
    const { schedule: name, ...own } = x as Spec;
    return specOf(name as string, own);
  };
  return {
    schedule,
    ...options,
    ...(then !== undefined && { after: nested(then) }),
    ...(pieces !== undefined && { pieces: (pieces as [number, unknown][]).map(([from, x]) => [from, nested(x)]) }),
  };
}

const near = (found: number, expected: number): void =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1e-3, Math.abs(expected))); // of the file

describe("schedules follow the reference", () => {
  const functions = cases.filter(({ schedule }) => schedule !== "plateau");
  it("36 cases with those of plateau", () => expect(cases.length).toBe(36));
  it.each(functions.map((c) => [`${c.schedule} ${JSON.stringify(c.options)}`, c] as const))("%s", (_name, c) => {
    const schedule = scheduleFrom(specOf(c.schedule, c.options));
    for (const [t, v] of c.values.entries()) near(schedule(t), v);
    if (c.momentum === undefined) return;
    const { peak: _peak, momentum = {}, ...shape } = c.options;
    const partner = oneCycleMomentum({ ...(shape as unknown as { steps: number }), ...(momentum as object) });
    for (const [t, v] of c.momentum.entries()) near(partner(t), v);
  });

  it.each(cases.filter(({ schedule }) => schedule === "plateau").map((c) => [JSON.stringify(c.options), c] as const))(
    "plateau %s",
    (_name, { options, metric, values }) => {
      const rates = plateau(options as PlateauOptions);
      let state = rates.init();
      metric!.forEach((m, t) => {
        state = rates.next(state, m);
        near(state.scale, values[t]!);
      });
    },
  );
});

/** One or more of each, as a function of the number of steps. */
const rows: Readonly<Record<string, (steps: number) => Schedule>> = {
  constant: () => constant(0.3),
  linear: (steps) => linear({ from: 1, to: 0.1, steps }),
  stepDecay: (steps) => stepDecay({ base: 1, factor: 0.5, every: steps }),
  piecewise: (steps) =>
    piecewise([
      [0, 1],
      [steps, 0.1],
    ]),
  exponential: (steps) => exponential({ base: 1, rate: 0.5, every: steps, end: 0.01 }),
  polynomial: (steps) => polynomial({ base: 1, end: 0.1, steps, power: 2 }),
  cosine: (steps) => cosine({ base: 1, steps, final: 0.1 }),
  cosineRestarts: (steps) => cosineRestarts({ base: 1, first: steps, growth: 1.5 }),
  inverseSqrt: (steps) => inverseSqrt({ base: 1, scale: steps }),
  warmup: (steps) => warmup(steps, cosine({ base: 1, steps })),
  warmupStableDecay: (steps) =>
    warmupStableDecay({ base: 1, steps, warmup: 0, decayFraction: 0.5, shape: "one-minus-sqrt" }),
  oneCycle: (steps) => oneCycle({ peak: 1, steps }),
  oneCycleMomentum: (steps) => oneCycleMomentum({ steps, threePhase: true }),
  cyclic: (steps) => cyclic({ low: 0.1, high: 1, halfPeriod: steps, decay: 0.9 }),
  joined: (steps) =>
    joined([
      [0, warmup(1, constant(1))],
      [steps, cosine({ base: 1, steps })],
    ]),
};
const falling = ["constant", "linear", "stepDecay", "piecewise", "exponential", "polynomial", "cosine", "inverseSqrt"];
const periodic = ["cosineRestarts"];

describe("every schedule", () => {
  it("has a row", () => {
    const made = Object.entries(optim).filter(([name]) => name in rows);
    expect(made.length).toBe(Object.keys(rows).length);
  });

  describe.each(Object.entries(rows))("%s", (name, make) => {
    it("is finite for 1, 2 and 3 steps, and long after", () => {
      for (const steps of [1, 2, 3, 7]) {
        const schedule = make(steps);
        for (let t = 0; t <= 10 * steps; t++) {
          expect(Number.isFinite(schedule(t)), `${name}, ${steps} steps, t = ${t}: ${schedule(t)}`).toBe(true);
          expect(schedule(t)).toBeGreaterThanOrEqual(0);
        }
      }
    });
    it("holds its last value at 1e10", () => {
      const schedule = make(7);
      expect(Number.isFinite(schedule(1e10))).toBe(true);
      if (periodic.includes(name) || name === "inverseSqrt") return;
      expect(schedule(1e10)).toBeCloseTo(schedule(5000), 12);
    });
    it("comes back from its data, equal at 1000 steps", () => {
      const schedule = make(37);
      const again = scheduleFrom(JSON.parse(JSON.stringify(schedule.spec)));
      for (let t = 0; t < 1000; t++) expect(again(t)).toBe(schedule(t));
    });
    it.runIf(falling.includes(name))("never rises", () => {
      const schedule = make(11);
      for (let t = 0; t < 50; t++) expect(schedule(t + 1)).toBeLessThanOrEqual(schedule(t));
    });
  });
});

describe("schedules in a compiled step", () => {
  it("are evaluated at each call, with one signature after 1000 steps", () => {
    const optimizer = lion({ learningRate: warmup(10, cosine({ base: 0.1, steps: 900 })) });
    const advance = (w: NDArray, s: { step: NDArray<"int">; slots: { mu: NDArray } }) => optimizer.step(w, w, s);
    const step = compile(advance);
    let [w, s] = [array([1, 2]) as NDArray, optimizer.init(array([1, 2]) as NDArray)];
    let [v, r] = [w, s];
    for (let t = 0; t < 1000; t++) {
      [w, s] = step(w, s);
      [v, r] = advance(v, r);
    }
    expect(w.toArray()).toEqual(v.toArray());
    expect(step.stats.signatures).toBe(1);
  });
});

describe("schedules refuse", () => {
  it.each([
    ["no steps", () => cosine({ base: 1, steps: 0 }), "cosine: steps must be at least 1, got 0."],
    ["half a step", () => linear({ from: 0, to: 1, steps: 1.5 }), "linear: steps must be an integer, got 1.5."],
    ["a rate of 0", () => exponential({ base: 1, rate: 0 }), "exponential: rate must be positive, got 0."],
    [
      "pieces that do not ascend",
      () =>
        piecewise([
          [0, 1],
          [5, 2],
          [5, 3],
        ]),
      "piecewise: piece 2 starts at 5, not after piece 1, which starts at 5.",
    ],
    ["a first piece after 0", () => joined([[1, constant(1)]]), "joined: the first piece must start at 0, got 1."],
    [
      "phases that do not fit",
      () => warmupStableDecay({ base: 1, steps: 10, warmup: 8, decayFraction: 0.5 }),
      "warmupStableDecay: warmup (8) and decay (5) take more than steps (10).",
    ],
    [
      "a peak below the valley",
      () => cyclic({ low: 1, high: 0.5, halfPeriod: 2 }),
      "cyclic: high must be at least 1, got 0.5.",
    ],
    [
      "a misspelt option",
      () => cosine({ base: 1, steps: 3, finale: 0.1 } as never),
      'cosine: unknown option "finale". Did you mean "final"?',
    ],
    [
      "an unknown name",
      () => scheduleFrom({ schedule: "cosin", base: 1, steps: 2 }),
      'scheduleFrom: there is no schedule "cosin". Did you mean "cosine" or "cosineRestarts"?',
    ],
    [
      "a function that was not saved",
      () => scheduleFrom(warmup(3, handWritten).spec!["after"] as Spec),
      'scheduleFrom: this schedule was a function of its own ("handWritten"); only its name was saved. Write the function again and pass it.',
    ],
  ])("%s", (_name, act, message) => {
    expect(act).toThrow(OptionError);
    expect(act).toThrow(message);
  });
});

function handWritten(): number {
  return 1;
}

describe("plateau", () => {
  it("takes NaN for not better, and starts at any metric", () => {
    const rates = plateau({ patience: 0 });
    expect(rates.next(rates.init(), Number.NaN).scale).toBe(0.1);
    expect(rates.next(rates.init(), 1e300).scale).toBe(1);
  });
  it("compares by |best|, also below 0", () => {
    const rates = plateau({ patience: 0, threshold: 0.1 });
    const state = rates.next(rates.init(), -1);
    expect(rates.next(state, -1.05).scale).toBe(0.1); // better by 5 % only
    expect(rates.next(state, -1.2).scale).toBe(1);
  });
  it("maximizes on request, and never goes below minScale", () => {
    const rates = plateau({ patience: 0, goal: "maximize", minScale: 0.05 });
    let state = rates.next(rates.init(), 1);
    state = rates.next(state, 2);
    expect(state.scale).toBe(1);
    for (let i = 0; i < 5; i++) state = rates.next(state, 2);
    expect(state.scale).toBe(0.05);
  });
});
