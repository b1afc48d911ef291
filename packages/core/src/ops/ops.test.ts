import { describe, expect, it } from "vitest";
import type { NDArray } from "../array/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { failuresOf, opLaws } from "../testing/index.ts";
import { binary } from "./binary.ts";
import * as ops from "./index.ts";
import { unary } from "./unary.ts";

const runner = { test: it };
// Exports that make or describe operations; everything else must be one.
const HELPERS = [
  "batchByLoop",
  "cardOf",
  "op",
  "operand",
  "toFloat",
  "keepAxes",
  "identity",
  "defineUnary",
  "cast",
  "expandDims",
  "squeeze",
  "flatten",
];

describe("laws of operations", () => {
  for (const [name, operation] of Object.entries(ops)) {
    if (!HELPERS.includes(name)) opLaws(runner, operation, name);
  }
});

/** An operation of one array that is what its primitive says, right or wrong. */
function planted(primitive: Primitive, truth: (x: number[]) => number[], pole?: number): unknown {
  const call = (x?: NDArray): NDArray => apply(primitive, [x!], undefined) as NDArray;
  const sample = { inputs: [{ shape: [3], domain: [0.5, 3] as const }], call, truth: (x: number[] = []) => truth(x) };
  const samples = [{ ...sample, label: "[3]", singular: pole === undefined ? [] : [[pole, pole, pole]] }];
  return ops.op({ name: "planted", derivative: "both modes", samples }, call);
}

const elementwise = (value: (x: number) => number): Pick<Primitive, "name" | "infer" | "evaluate"> => ({
  name: "planted",
  infer: ([x]) => x!,
  evaluate([x], output) {
    x!.data.forEach((v, i) => {
      output.data[i] = value(v);
    });
  },
});

/** c·s that selects zeros and forgets that its derivative in c does not vanish with c. */
const selecting: Primitive = {
  name: "selecting",
  infer: ([c]) => c!,
  evaluate([c, s], output) {
    c!.data.forEach((v, i) => {
      output.data[i] = v === 0 ? 0 : v * s!.data[i]!;
    });
  },
  jvp: ({ inputs: [c, s], tangents: [dc, ds] }) =>
    ops.where(c!.equal(0), 0, (dc ?? c!.zerosLike()).mul(s!).add(c!.mul(ds ?? s!.zerosLike()))),
  transpose: ({ adjoint, inputs: [c, s] }) =>
    c === undefined ? [apply(selecting, [adjoint, s!], undefined) as NDArray, undefined] : [undefined, adjoint.mul(c)],
};

describe("the laws find planted mistakes", () => {
  const finds = (what: string, operation: unknown, law: string): void => {
    it(what, () => {
      const broken = failuresOf((r) => opLaws(r, operation)).map(({ name }) => name);
      expect(broken.join("\n")).toContain(law);
    });
  };
  const rule = { name: "planted", domain: [0.5, 3] as const };
  finds(
    "a slope that is off by a millionth",
    unary({ ...rule, value: Math.exp, slope: (_x, y) => y.mul(1.000001) }),
    "J·v equals differences",
  );
  finds(
    "a slope that cannot be differentiated again",
    unary({ ...rule, value: (x) => x * x, slope: (x) => ops.stopGradient(x).mul(2) }),
    "second derivatives equal differences",
  );
  finds(
    "a value that is off by 1e-12",
    planted({ ...elementwise((x) => x * (1 + 1e-12)), jvp: ({ tangents: [dx] }) => dx }, (x) => x),
    "value equals its plain-JS truth",
  );
  finds(
    "a shape rule that keeps a summed axis",
    planted(
      {
        name: "planted",
        infer: ([x]) => ({ ...x!, shape: x!.shape.length === 0 ? [] : [1] }),
        evaluate([x], output) {
          output.data[0] = x!.data[0]!;
        },
        jvp: ({ tangents: [dx] }) => dx!.at([0, 1]),
      },
      ([a]) => [a!, a!],
    ),
    "value equals its plain-JS truth",
  );
  finds(
    "slopes of a product swapped",
    binary({
      name: "planted",
      value: (x, y) => x * y,
      slopes: [(x) => x, (_x, y) => y],
      domains: [
        [-3, 3],
        [-3, 3],
      ],
    }),
    "J·v equals differences",
  );
  const reversed: Primitive = {
    name: "planted",
    infer: ([x]) => x!,
    evaluate([x], output) {
      output.data.set(Float64Array.from(x!.data).map((_, i, all) => all[(i + 1) % all.length]!));
    },
    jvp: ({ tangents: [dx] }) => apply(reversed, [dx!], undefined) as NDArray,
    transpose: ({ adjoint }) => [apply(reversed, [adjoint], undefined) as NDArray], // a rotation is not its own transpose
  };
  finds(
    "a transpose that rotates the wrong way",
    planted(reversed, ([a, b, c]) => [b!, c!, a!]),
    "⟨w, J·v⟩ = ⟨Jᵀ·w, v⟩",
  );
  finds(
    "zero adjoints skipped by selection",
    planted(
      {
        ...elementwise(Math.sqrt),
        jvp: ({ output, tangents: [dx] }) =>
          apply(selecting, [dx!, ops.reciprocal(output.mul(2))], undefined) as NDArray,
      },
      (x) => x.map(Math.sqrt),
    ),
    "second derivative survives a zero adjoint",
  );
  finds(
    "a pole that a zero is divided by instead of being left out",
    planted(
      { ...elementwise(Math.sqrt), jvp: ({ output, tangents: [dx] }) => dx!.div(output.mul(2)) },
      (x) => x.map(Math.sqrt),
      0,
    ),
    "where keeps value and slope out",
  );
  finds(
    "a result that falls back to f64",
    planted(
      { ...elementwise((x) => x), infer: ([x]) => ({ ...x!, dtype: "f64" }), jvp: ({ tangents: [dx] }) => dx!.mul(1) },
      (x) => x,
    ),
    "f32 stays f32",
  );
  finds(
    "a slope that is f64 whatever its input",
    unary({ ...rule, value: Math.sin, slope: (x) => x.astype("f64").cos() }),
    "f32 stays f32",
  );
  finds(
    "a second derivative that loses half of its digits in f32",
    unary({ ...rule, value: Math.exp, slope: (x) => x.add(1e4).sub(1e4).exp() }),
    "f32 stays f32",
  );
  const forgetful: Primitive = {
    name: "planted",
    infer: ([x]) => ({ ...x!, shape: x!.shape.slice(1) }),
    evaluate([x], output) {
      x!.data.forEach((v, i) => {
        const to = i % output.data.length;
        output.data[to] = output.data[to]! + v;
      });
    },
    jvp: ({ tangents: [dx] }) => dx!.sum(0),
    batch: ({ inputs }) => apply(forgetful, inputs, undefined) as NDArray, // sums the examples
  };
  finds(
    "a batching rule that forgets the axis of the examples",
    planted(forgetful, ([a, b, c]) => [a! + b! + c!]),
    "vmap is a loop",
  );
  const shifted: Primitive = {
    ...elementwise((x) => x),
    jvp: ({ tangents: [dx] }) => apply(shifted, [dx!], undefined) as NDArray,
    transpose: ({ adjoint }) => [adjoint.mul(adjoint.shape.length)], // right for vectors alone
    batch: ({ inputs }) => apply(shifted, inputs, undefined) as NDArray,
  };
  finds(
    "a rule that is wrong for stacks alone",
    planted(shifted, (x) => x),
    "vmap is a loop",
  );
  it("an export without a card", () => {
    expect(() => failuresOf((r) => opLaws(r, (x: NDArray) => x, "stray"))).toThrow("carries no card");
  });
});
