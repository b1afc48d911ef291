// Presets, and what the other reference lacks, against the libraries that they are named after.
import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../index.ts";
import golden from "./golden/origins.json" with { type: "json" };
import {
  accumulate,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  adaptiveClip,
  averaged,
  chain,
  clipByGlobalNorm,
  clipByValue,
  lion,
  lookahead,
  muon,
  nadam,
  type Optimizer,
  type PresetOptions,
  presets,
  radam,
  rmsprop,
  sgd,
} from "./index.ts";

type Numbers = readonly number[];
interface Run {
  readonly origin: string;
  readonly optimizer: string;
  readonly options: Readonly<Record<string, unknown>> & { readonly learningRate: number; readonly preset?: string };
  readonly at: Readonly<Record<string, Numbers>>;
}
const runs = golden.runs as unknown as readonly Run[];
type Make = (options: { learningRate: number }) => Optimizer<never>;

const rules = { sgd, adagrad, rmsprop, adadelta, adam, adamw, nadam, radam, adamax, lion } as unknown as Readonly<
  Record<string, Make>
>;
const composed: Readonly<
  Record<
    string,
    (o: { learningRate: number; limit: number; every: number; rate: number; decay: number }) => Optimizer<never>
  >
> = {
  averaged: ({ learningRate, decay }) => averaged(adam({ learningRate }), { decay }) as Optimizer<never>,
  lookahead: ({ learningRate, every, rate }) => lookahead(sgd({ learningRate }), { every, rate }) as Optimizer<never>,
  clipByGlobalNorm: ({ learningRate, limit }) =>
    chain(clipByGlobalNorm(limit), sgd({ learningRate })) as Optimizer<never>,
  clipByValue: ({ learningRate, limit }) => chain(clipByValue(limit), sgd({ learningRate })) as Optimizer<never>,
  adaptiveClip: ({ learningRate, limit }) => chain(adaptiveClip(limit), sgd({ learningRate })) as Optimizer<never>,
  accumulate: ({ learningRate, every }) => accumulate(every, adam({ learningRate })) as Optimizer<never>,
};

function make({ optimizer, options }: Run, change: object = {}): Optimizer<never> {
  const { preset, ...own } = options;
  const given = preset === undefined ? {} : presetOf(preset, optimizer);
  return (rules[optimizer] ?? (composed[optimizer] as never as Make))({ ...given, ...own, ...change });
}

function presetOf(library: string, optimizer: string): object {
  const options = (presets as unknown as Readonly<Record<string, PresetOptions>>)[library]?.[
    optimizer as keyof PresetOptions
  ];
  expect(options, `${library} has no ${optimizer}`).toBeDefined();
  return options!;
}

/** The largest |difference|/max(1, |w|) over the times of a run. */
function distance(optimizer: Optimizer<never>, { at }: Run): number {
  const [curvature, target] = [array(golden.curvature), array(golden.target)];
  let w: NDArray = array(golden.start);
  let state = optimizer.init(w);
  let worst = 0;
  for (let t = 1; t <= 300; t++) {
    [w, state] = optimizer.step(w, w.sub(target).mul(curvature), state);
    const found = optimizer.evalParams(w, state).toArray();
    for (const [i, v] of (at[t] ?? []).entries())
      worst = Math.max(worst, Math.abs(found[i]! - v) / Math.max(1, Math.abs(v)));
  }
  return worst;
}

/** f64, the same formula in another order; TensorFlow.js runs in f32, and PyTorch keeps the product of NAdam's μ in f32. */
const toleranceOf = ({ origin, optimizer }: Run): number =>
  origin.startsWith("tfjs") ? 2e-5 : optimizer === "nadam" ? 1e-8 : 1e-9;
const nameOf = ({ origin, optimizer, options }: Run): string => `${origin}: ${optimizer} ${JSON.stringify(options)}`;

describe("equal to its origin is", () => {
  it.each(runs.map((run) => [nameOf(run), run] as const))("%s", (_name, run) => {
    expect(Object.keys(run.at).length).toBeGreaterThan(4);
    expect(distance(make(run), run)).toBeLessThanOrEqual(toleranceOf(run));
  });

  it("every preset of a library", () => {
    const matrices = golden.muon.map(({ options: { preset } }) => `${preset}.muon`);
    const vectors = runs.map(({ optimizer, options: { preset } }) => `${preset}.${optimizer}`);
    const tested = new Set([...vectors, ...matrices]);
    const all = Object.entries(presets).flatMap(([library, options]) =>
      library === "paper" ? [] : Object.keys(options).map((name) => `${library}.${name}`),
    );
    // options of sgd are everywhere the same: its runs name no preset
    expect(all.filter((name) => !tested.has(name) && !name.endsWith(".sgd"))).toEqual([]);
  });
});

describe("the origins catch", () => {
  const on = (origin: string, optimizer: string, test: (o: Run["options"]) => boolean = () => true) =>
    runs.filter((run) => run.origin.startsWith(origin) && run.optimizer === optimizer && test(run.options));
  it.each([
    ["ε inside for outside in RMSprop", on("torch", "rmsprop", (o) => o["eps"] === 1e-3), { epsMode: "inside" }],
    ["ε outside for inside in RMSprop", on("optax", "rmsprop", (o) => o["eps"] === 1e-3), { epsMode: "outside" }],
    ["ε before correction in Adam", on("torch", "adam", (o) => o["eps"] === 1e-3), { epsMode: "hat" }],
    ["ε of PyTorch in Keras' Adam", on("keras", "adam"), { epsMode: "outside" }],
    ["another G₀ in Adagrad", on("optax", "adagrad"), { initialAccumulator: 0 }],
    ["another λ in AdamW", on("optax", "adamw"), { weightDecay: 0.01 }],
    ["another ρ in Adadelta", on("optax", "adadelta"), { decay: 0.95 }],
    ["another period of lookahead", on("optax", "lookahead"), { every: 5 }],
    ["another count of accumulation", on("optax", "accumulate"), { every: 4 }],
    ["another limit", on("optax", "clipByGlobalNorm"), { limit: 3 }],
  ] as const)("%s", (_name, rows, change) => {
    expect(rows.length).toBeGreaterThan(0);
    for (const run of rows) expect(distance(make(run, change), run)).toBeGreaterThan(100 * toleranceOf(run));
  });
});

describe("presets.paper", () => {
  /** Formulas of the papers for one number with the gradients 1, −2, 3, …; written as they stand there. */
  const gradients = [1, -2, 3, 0.5, -0.25, 0, 4, 1e-3];
  const rate = 0.1;
  const papers: Readonly<Record<keyof PresetOptions, () => number>> = {
    sgd: () => gradients.reduce((w, g) => w - rate * g, 1),
    adagrad: () => {
      let [w, sum] = [1, 0];
      for (const g of gradients) [w, sum] = [w - (rate * g) / Math.sqrt(sum + g * g), sum + g * g];
      return w;
    },
    rmsprop: () => {
      let [w, meanSquare] = [1, 0];
      for (const g of gradients) {
        meanSquare = 0.9 * meanSquare + 0.1 * g * g;
        w -= (rate * g) / Math.sqrt(meanSquare);
      }
      return w;
    },
    adam: () => adamByPaper(0, () => 1),
    // Algorithm 2: θ ← θ − η_t(α·m̂/(√v̂ + ε) + λθ), η_t the multiplier of the schedule, here 1/(1 + t)
    adamw: () => adamByPaper(0.01, (t) => 1 / (1 + t)),
    lion: () => {
      let [w, m] = [1, 0];
      for (const g of gradients) {
        w -= rate * Math.sign(0.9 * m + (1 - 0.9) * g);
        m = 0.99 * m + (1 - 0.99) * g;
      }
      return w;
    },
  };
  function adamByPaper(lambda: number, multiplier: (t: number) => number): number {
    let [w, m, v] = [1, 0, 0];
    gradients.forEach((g, t) => {
      m = 0.9 * m + (1 - 0.9) * g;
      v = 0.999 * v + (1 - 0.999) * g * g;
      const [mHat, vHat] = [m / (1 - 0.9 ** (t + 1)), v / (1 - 0.999 ** (t + 1))];
      w -= multiplier(t) * ((rate * mHat) / (Math.sqrt(vHat) + 1e-8) + lambda * w);
    });
    return w;
  }

  it.each(Object.keys(papers) as (keyof PresetOptions)[])("%s is the formula of its paper", (name) => {
    const learningRate = name === "adamw" ? (t: number) => rate / (1 + t) : rate;
    const optimizer = (rules[name] as unknown as (o: object) => Optimizer<never>)({
      learningRate,
      ...presets.paper[name],
    });
    let w: NDArray = array(1);
    let state = optimizer.init(w);
    for (const g of gradients) [w, state] = optimizer.step(w, array(g), state);
    expect(w.item()).toBeCloseTo(papers[name](), 7); // papers without ε against ε of 1e-10 and 1e-8
  });

  it("tells the decay of the paper from that of PyTorch", () => {
    const end = (preset: "torch" | "paper") => {
      const optimizer = adamw({ learningRate: 0.1, ...presets[preset].adamw, weightDecay: 0.01 });
      const w: NDArray = array(1);
      return optimizer.step(w, array(1), optimizer.init(w))[0].item();
    };
    expect(end("torch") - end("paper")).toBeCloseTo(0.009, 12); // λ − ηλ
  });
});

describe("Muon of other libraries", () => {
  it.each(golden.muon)("$origin", ({ origin, options: { preset, ...options }, start, gradients, after }) => {
    const optimizer = muon({ ...options, ...(preset === "optax" ? presets.optax.muon : presets.torch.muon) });
    let W: NDArray = array(start);
    let state = optimizer.init(W);
    gradients.forEach((g, t) => {
      [W, state] = optimizer.step(W, array(g), state);
      // PyTorch iterates in bfloat16, with 8 bits: 2⁻⁸ times a step of 0.02, a few times. Optax adds 1e-8 to the norm
      const tolerance = origin.includes("bfloat16") ? 1e-3 : 1e-9;
      expect(W.sub(array(after[t]!)).abs().max().item()).toBeLessThan(tolerance);
    });
  });
});

it("adaptiveClip limits each output of a matrix as Optax does", () => {
  const { ratio, weights, gradient, clipped } = golden.adaptiveClip;
  const optimizer = adaptiveClip(ratio);
  const w: NDArray = array(weights);
  const { updates } = optimizer.update(array(gradient), optimizer.init(w), w);
  expect(updates.sub(array(clipped)).abs().max().item()).toBeLessThan(1e-14);
  expect(updates.sub(array(gradient)).abs().max().item()).toBeGreaterThan(1); // it does limit
});
