// Every operation on the WebAssembly backend: against the reference, and eager against compiled.
import { describe, expect, it } from "vitest";
import { type AnyArray, array, type Backend, compile, type NDArray, referenceBackend, vjp } from "../../src/index.ts";
import * as operations from "../../src/ops/index.ts";
import { cardOf, type OpSample } from "../../src/ops/index.ts";
import { asyncFailuresOf, backendLaws } from "../../src/testing/index.ts";
import { Draw } from "../../src/testing/op-draw.ts";
import { difference, on, plain } from "./backends.ts";

/** A backend that is off by 1e-3 in the last of several numbers. */
const forgetful: Backend = {
  ...plain,
  name: "planted",
  evaluate(primitive, inputs, params, output) {
    const result = plain.evaluate(primitive, inputs, params, output);
    const last = result.data.length - 1;
    const data = result.data.map((v, i) => (i === last && i > 0 ? v + 1e-3 : v)) as typeof result.data;
    return { ...result, data };
  },
};

describe("the laws of backends", () => {
  backendLaws({ test: it }, async () => plain, { draws: 2 });

  it("find a backend that is off in the last element", async () => {
    const { exp, matmul, tanh } = operations;
    const failures = await asyncFailuresOf((runner) =>
      backendLaws(runner, async () => forgetful, { operations: { exp, matmul, tanh } }),
    );
    const names = failures.map(({ name }) => name.split(", ")[0]);
    expect(names).toEqual(expect.arrayContaining(["exp: value", "matmul: value", "tanh: value"]));
  });
});

/** What differs between the call on arrays and the compiled call, with its adjoint. */
function eagerAgainstCompiled(
  backend: Backend,
  sample: OpSample,
  seed: string,
  derivative: boolean,
): string | undefined {
  for (const dtype of ["f64", "f32"] as const) {
    const draw = new Draw(sample, seed);
    const compare = (f: (...xs: never[]) => AnyArray, inputs: readonly NDArray[]): string | undefined => {
      const call = f as unknown as (...xs: NDArray[]) => NDArray;
      const compiled = on(plain, () => compile(call)(...inputs));
      return difference([on(backend, () => call(...inputs))], [compiled]);
    };
    const adjoint = (x: NDArray): NDArray => {
      const { value, pullback } = vjp(draw.f, x);
      return pullback(value);
    };
    const found =
      compare(sample.call as never, draw.inputs(dtype)) ??
      (derivative ? compare(adjoint as never, [draw.vector(dtype)]) : undefined);
    if (found !== undefined) return `${dtype}: ${found}`;
  }
  return undefined;
}

describe("eager = compiled, bit for bit", () => {
  const cards = Object.values(operations).flatMap((operation) => cardOf(operation) ?? []);
  for (const { name, samples, derivative } of cards) {
    it(`${name} and its adjoint`, () => {
      for (const sample of samples) {
        for (let i = 0; i < 3; i++) {
          const seed = `${name} ${sample.label} eager ${i}`;
          expect(eagerAgainstCompiled(plain, sample, seed, derivative !== "none"), seed).toBeUndefined();
        }
      }
    });
  }

  it("is broken by the functions of the JavaScript engine, which round elsewhere", () => {
    const { tanh, sinh, erf, softmax } = operations;
    for (const operation of [tanh, sinh, erf, softmax]) {
      const [sample] = cardOf(operation)!.samples;
      const found = Array.from({ length: 20 }, (_, i) => eagerAgainstCompiled(referenceBackend, sample!, `${i}`, true));
      expect(
        found.filter((text) => text !== undefined),
        cardOf(operation)!.name,
      ).not.toEqual([]);
    }
  });
});

describe("what rounds and converts", () => {
  const xs = [-0.3, 0.3, -0, -0.5, 0.5, 1.5, -1.5, 2.5, -2.5, 2 ** 52 + 1, -(2 ** 31) - 1, 2 ** 31, 3e9, -3e9, 1e300];
  const odd = [...xs, Number.NaN, Infinity, -Infinity];
  const bits = (backend: Backend, f: (x: NDArray) => AnyArray, dtype: "f64" | "f32") => {
    const x = array(odd, { dtype }) as NDArray;
    return on(backend, () => [f(x), (compile(f as (x: NDArray) => NDArray) as (x: NDArray) => AnyArray)(x)]);
  };
  for (const dtype of ["f64", "f32"] as const) {
    it(`goes the same way on both backends, in ${dtype}`, () => {
      const cases: ((x: NDArray) => AnyArray)[] = [
        (x) => operations.round(x),
        (x) => x.astype("i32"),
        (x) => x.astype("bool"),
      ];
      for (const f of cases) {
        expect(difference(bits(plain, f, dtype), bits(referenceBackend, f, dtype))).toBeUndefined();
      }
    });
  }

  it("rounds as IEEE 754 has it, and ends integers at their range", () => {
    expect(on(plain, () => operations.round(array([-0.3, -0.5, 2.5, -1.5])).toArray())).toEqual([-0, -0, 2, -2]);
    const ends = array([3e9, -3e9, Number.NaN, Infinity, -7.9]).astype("i32").toArray();
    expect(ends).toEqual([2 ** 31 - 1, -(2 ** 31), 0, 2 ** 31 - 1, -7]);
  });
});
