import { describe, expect, it } from "vitest";
import { flatAny } from "../../array/index.ts";
import { runKernel } from "../../backend/interpret/index.ts";
import { type AnyArray, array, grad, type NDArray, type Scalar, valueAndGrad } from "../../index.ts";
import { crossEntropy } from "../../losses/index.ts";
import { layerNorm, mlp, rmsNorm } from "../../nn/index.ts";
import { adam } from "../../optim/index.ts";
import { key, normal } from "../../random/index.ts";
import { contentOf, runProgram } from "../index.ts";
import type { LoopKernel } from "../kernels/kernel.ts";
import type { Schedule, Step } from "../kernels/schedule.ts";
import type { Tensor } from "../tensor.ts";
import { countSteps, disagreement, firstDifference, programOf, type Traceable } from "./agreement.ts";
import { costOf, lower, printSchedule, scheduleToDot, structureOf } from "./index.ts";
import { runSchedule } from "./run-schedule.ts";

const draw = (seed: number, ...shape: number[]): NDArray => normal(key(seed), shape);
const labels = (count: number, classes: number) =>
  array(
    Array.from({ length: count }, (_, i) => (7 * i) % classes),
    { dtype: "i32" },
  );

/** Steps by kind; the results are compared on the way, to a few ulp of each function. */
function stepsOf(f: Traceable, ...inputs: AnyArray[]): ReturnType<typeof countSteps> {
  expect(disagreement(runKernel, f, inputs, 1e-12)).toBeUndefined();
  return countSteps(lower(programOf(f, inputs)));
}

describe("a schedule", () => {
  const f = (x: NDArray): NDArray => x.sub(x.mean(1, { keepDims: true })).square();
  const schedule = lower(programOf(f, [array([[1, 2, 5]])]));

  it("reads as text, with bytes and operations", () => {
    const two = array([
      [1, 2, 5],
      [3, 4, 8],
    ]);
    expect(printSchedule(lower(programOf(f, [two])))).toMatchInlineSnapshot(`
      "inputs b0
      0: b1 = rows [2 | 3] in 2 passes(b0) · 48 B read, 48 B written, 20 flop
      return b1"
    `);
    expect(printSchedule(lower(programOf(f, [two]), { fuse: false }))).toMatchInlineSnapshot(`
      "inputs b0
      0: b1 = rows [2 | 3](b0) · 48 B read, 16 B written, 6 flop
      1: b2 = map [ | 2](b1) · 16 B read, 16 B written, 2 flop
      2: b3 = map [2 | 3](b0, b2) · 64 B read, 48 B written, 6 flop
      3: b4 = map [ | 6](b3) · 48 B read, 48 B written, 6 flop
      return b4"
    `);
  });

  it("is drawn with its inputs and buffers", () => {
    expect(scheduleToDot(schedule)).toContain("i0 -> s0");
  });

  it("is the same when the program is lowered twice", () => {
    const program = programOf(f, [draw(0, 4, 8)]);
    expect(printSchedule(lower(program))).toBe(printSchedule(lower(program)));
  });
});

describe("one kernel each:", () => {
  const x = draw(1, 24, 40);
  const table: [string, Traceable, AnyArray[]][] = [
    ["softmax", (x: NDArray) => x.softmax(), [x]],
    ["log-softmax", (x: NDArray) => x.logSoftmax(), [x]],
    ["log-sum-exp", (x: NDArray) => x.logSumExp(-1), [x]],
    [
      "the gradient of softmax",
      (x: NDArray, y: NDArray) => grad((v: NDArray) => v.softmax().mul(y).sum() as Scalar)(x),
      [x, draw(2, 24, 40)],
    ],
    [
      "the gradient of log-softmax",
      (x: NDArray, y: NDArray) => grad((v: NDArray) => v.logSoftmax().mul(y).sum() as Scalar)(x),
      [x, draw(2, 24, 40)],
    ],
    [
      "layer norm",
      (x: NDArray, scale: NDArray, offset: NDArray) => layerNorm(40).apply({ scale, offset }, x),
      [x, draw(3, 40), draw(4, 40)],
    ],
    ["RMS norm", (x: NDArray, scale: NDArray) => rmsNorm(40).apply({ scale }, x), [x, draw(3, 40)]],
    [
      "the gradient of layer norm in its input",
      (x: NDArray, scale: NDArray, y: NDArray) =>
        grad((v: NDArray) => layerNorm(40).apply({ scale, offset: scale }, v).mul(y).sum() as Scalar)(x),
      [x, draw(3, 40), draw(5, 24, 40)],
    ],
    [
      "the gradient of cross-entropy",
      (x: NDArray, y: NDArray<"int">) => grad((v: NDArray) => crossEntropy(v, y) as Scalar)(x),
      [x, labels(24, 40)],
    ],
    ["a bias gradient with its descent", (g: NDArray, b: NDArray) => b.sub(g.tanh().sum(0).mul(0.1)), [x, draw(6, 40)]],
    [
      "a chain with several results",
      (x: NDArray) => {
        const e = x.exp();
        return [e.mul(2), e.sin().add(x), e.greater(1)] as never;
      },
      [x],
    ],
  ];
  it.each(table)("%s", (_, f, inputs) => {
    const counts = stepsOf(f, ...inputs);
    expect((counts.loop ?? 0) + (counts.columns ?? 0)).toBe(1);
    expect(Object.keys(counts)).toHaveLength(1);
  });

  it("Adam on each leaf", () => {
    const params = { w: draw(1, 30, 20), b: draw(2, 20) };
    const optimizer = adam({ learningRate: 1e-3 });
    const state = flatAny(optimizer.init(params));
    const f = (w: NDArray, b: NDArray, gw: NDArray, gb: NDArray, ...slots: NDArray[]): AnyArray[] =>
      flatAny(optimizer.update({ w: gw, b: gb } as never, state.rebuild(slots) as never, { w, b } as never))
        .arrays as never;
    const inputs = [params.w, params.b, draw(3, 30, 20), draw(4, 20), ...state.arrays];
    const { steps } = lower(programOf(f as never, inputs));
    const sizes = steps.flatMap((step) =>
      step.kind === "loop" ? [step.outer.reduce((a, b) => a * b, step.inner)] : [],
    );
    expect(sizes.filter((size) => size === 600)).toHaveLength(1);
    expect(sizes.filter((size) => size === 20)).toHaveLength(1);
  });
});

describe("a training step of a network", () => {
  const model = mlp([12, 16, 10, 5]);
  const params = flatAny(model.init(key(0)));
  const step = (x: NDArray, y: NDArray<"int">, ...leaves: NDArray[]): AnyArray[] => {
    const loss = (p: object): Scalar => crossEntropy(model.apply(p as never, x), y) as Scalar;
    const { value, grad: g } = valueAndGrad(loss as never)(params.rebuild(leaves) as never) as never;
    return [value, ...flatAny(g).arrays.map((d, i) => leaves[i]!.sub((d as NDArray).mul(0.1)))];
  };
  const inputs = [draw(1, 32, 12), labels(32, 5), ...params.arrays];

  it("takes eight products and few kernels between them", () => {
    expect(stepsOf(step as never, ...inputs)).toMatchInlineSnapshot(`
      {
        "columns": 3,
        "loop": 11,
        "matmul": 8,
      }
    `);
  });

  it("shares code among layers of different width", () => {
    const { steps } = lower(programOf(step as never, inputs));
    const structures = steps.flatMap((s) => (s.kind === "loop" || s.kind === "columns" ? [structureOf(s)] : []));
    expect(new Set(structures).size).toBeLessThan(structures.length);
    const layer = (width: number) =>
      lower(programOf((x: NDArray, b: NDArray) => x.add(b).relu(), [draw(1, 8, width), draw(2, width)])).steps[0]!;
    expect(structureOf(layer(16) as LoopKernel)).toBe(structureOf(layer(24) as LoopKernel));
    expect(structureOf(layer(16) as LoopKernel)).not.toBe(
      structureOf(lower(programOf((x: NDArray) => x.relu(), [draw(1, 8, 16)])).steps[0] as LoopKernel),
    );
  });
});

describe("what costs nothing", () => {
  const x = draw(1, 6, 10);
  it("transposes, slices and reshapes of operands of products", () => {
    const f = (x: NDArray, y: NDArray): NDArray => x.T.matmul(y.at(":", [2, 8]).reshape(6, 6)).reshape(-1);
    expect(stepsOf(f, x, draw(2, 6, 10))).toEqual({ matmul: 1 });
    // The columns of a slice under another shape are no matrix: here a copy is needed.
    expect(stepsOf((x: NDArray, y: NDArray) => x.matmul(y.at(":", [0, 5]).reshape(10, 3)), x, x)).toEqual({
      loop: 1,
      matmul: 1,
    });
  });
  it("products with 1, halves, negations of negations, and what is not used", () => {
    const f = (x: NDArray): NDArray => {
      x.exp().sum();
      return x.mul(1).div(1).neg().neg().sub(0).reshape(60);
    };
    const schedule = lower(programOf(f, [x]));
    expect(schedule.steps).toEqual([]);
    expect(schedule.outputs).toEqual([{ buffer: 0, shape: [60], dtype: "f64" }]);
  });
  it("numbers that meet arrays: no constant is kept", () => {
    expect(lower(programOf((x: NDArray) => x.mul(2).add(1).exp(), [x])).constants).toEqual([]);
  });
  it("sums of slices' gradients, which become one array", () => {
    const f = (x: NDArray): NDArray =>
      grad(
        (v: NDArray) =>
          v
            .at(":", [0, 4])
            .square()
            .sum()
            .add(v.at(":", [4, 10]).exp().sum()) as Scalar,
      )(x);
    expect(stepsOf(f, x)).toEqual({ loop: 2 });
  });
});

describe("planted mistakes in a schedule", () => {
  const inputs = [draw(1, 24, 30), draw(2, 40, 30)];
  const wide = (x: NDArray, y: NDArray): NDArray => x.matmul(y.T).softmax().matmul(y).add(y.sum(0)).mul(x);
  const program = programOf(wide, inputs);
  const truth = runProgram(program, inputs).map((x) => contentOf(x) as Tensor);
  const tensors = inputs.map((x) => contentOf(x) as Tensor);
  const schedule = lower(program);
  const run = (steps: readonly Step[]): string | undefined =>
    firstDifference(runSchedule({ ...schedule, steps } as Schedule, tensors, runKernel), truth, 1e-12);
  const change = <K extends Step["kind"]>(kind: K, edit: (step: Extract<Step, { kind: K }>) => object): Step[] =>
    schedule.steps.map((step) => (step.kind === kind ? ({ ...step, ...edit(step as never) } as Step) : step));

  it.each<[string, () => Step[]]>([
    ["a step is left out", () => schedule.steps.slice(0, -1)],
    ["steps run before what they read is written", () => [...schedule.steps].reverse()],
    [
      "a product has its sides' strides swapped",
      () => change("matmul", ({ b }) => ({ b: { ...b, rowStride: b.columnStride, columnStride: b.rowStride } })),
    ],
    ["a product ends one short of k", () => change("matmul", ({ k }) => ({ k: k - 1 }))],
    ["rows are one element shorter", () => change("loop", ({ inner }) => ({ inner: inner - 1 }))],
    [
      "a largest entry is a smallest one",
      () =>
        change("loop", ({ stages }) => ({
          stages: stages.map((stage) => ({
            ...stage,
            reductions: stage.reductions.map((r) => (r.combine === "sum" ? { ...r, combine: "product" } : r)),
          })),
        })),
    ],
    [
      "columns start one element late",
      () =>
        change("columns", ({ accesses }) => ({
          accesses: accesses.map((a, i) => (i === 0 ? { ...a, offset: a.offset + 1 } : a)),
        })),
    ],
    [
      "a broadcast is none",
      () =>
        change("loop", ({ accesses }) => ({
          accesses: accesses.map((a) => ({ ...a, strides: a.strides.map((s) => (s === 0 ? 1 : s)) })),
        })),
    ],
  ])("%s", (_, planted) => {
    expect(run(schedule.steps)).toBeUndefined();
    expect(run(planted())).toBeDefined();
  });
});

it("counts bytes and operations of a step", () => {
  const schedule = lower(programOf((x: NDArray, y: NDArray) => x.matmul(y), [draw(1, 4, 6), draw(2, 6, 3)]));
  expect(costOf(schedule, schedule.steps[0]!)).toEqual({ bytesRead: 8 * (24 + 18), bytesWritten: 8 * 12, flops: 144 });
});
