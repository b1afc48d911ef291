import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Backend } from "../backend/index.ts";
import { currentBackend } from "../backend/index.ts";
import { array, type NDArray, referenceBackend, type Scalar, scalar, useBackend, where } from "../index.ts";
import { printProgram, promote, runProgram, traceProgram } from "./index.ts";

const f = (x: NDArray): NDArray => where(x.greater(0), x.exp().mul(2), x.square()).sum(0);
const trace = (x: NDArray, eager = false) => traceProgram(([v]) => [f(v as NDArray)], [x], { eager });

describe("traced programs", () => {
  it("read as text", () => {
    expect(printProgram(trace(array([1, -2])))).toMatchInlineSnapshot(`
      "h0: f64[2] = input
      h1: bool[2] = h0 > constant[2]
      h2: f64[2] = exp(h0)
      h3: f64[2] = h2·constant[2]
      h4: f64[2] = h0²
      h5: f64[2] = h1 ? h3 : h4
      h6: f64[] = sum(h5, axes 0)
      return h6"
    `);
  });

  it("are equal when the function is traced twice", () => {
    expect(printProgram(trace(array([1, -2])))).toBe(printProgram(trace(array([3, 4]))));
  });

  it("give on other inputs what the function gives", () => {
    const program = trace(array([1, -2]));
    fc.assert(
      fc.property(
        fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })),
        (x) => {
          expect(runProgram(program, [array(x)])[0]!.toArray()).toEqual(f(array(x)).toArray());
        },
      ),
    );
  });

  it("know shapes and no values unless they are eager", () => {
    let seen = "";
    const read = (x: NDArray): NDArray => {
      seen = String(x.mul(2));
      return x;
    };
    traceProgram(([x]) => [read(x as NDArray)], [array([1, 2])], { eager: false });
    expect(seen).toBe("traced f64[2]");
    traceProgram(([x]) => [read(x as NDArray)], [array([1, 2])], { eager: true });
    expect(seen).toBe("[2, 4]");
    expect(() => traceProgram(([x]) => [scalar((x as Scalar).item())], [scalar(1)], { eager: false })).toThrow(
      "item(): this array has no value yet, only a shape []",
    );
  });

  it("refuse arrays of a trace that has ended", () => {
    let kept: NDArray | undefined;
    traceProgram(
      ([x]) => {
        kept = x as NDArray;
        return [];
      },
      [array([1])],
      { eager: false },
    );
    expect(() => kept!.add(1)).toThrow("Return the array from that function instead of storing it");
  });

  it("close their trace when the function throws", () => {
    let kept: NDArray | undefined;
    expect(() =>
      traceProgram(
        ([x]) => {
          kept = x as NDArray;
          throw new Error("stop");
        },
        [array([1])],
        { eager: false },
      ),
    ).toThrow("stop");
    expect(() => kept!.add(1)).toThrow("has returned");
  });
});

it("a backend sees primitives and tensors, and can be exchanged", () => {
  const seen: string[] = [];
  const spy: Backend = {
    ...referenceBackend,
    name: "spy",
    evaluate(primitive, inputs, params, output) {
      seen.push(primitive.name);
      return referenceBackend.evaluate(primitive, inputs, params, output);
    },
  };
  useBackend(spy);
  try {
    expect(array([1, 2]).mul(3).sum().item()).toBe(9);
    expect(currentBackend().name).toBe("spy");
  } finally {
    useBackend(referenceBackend);
  }
  expect(seen).toEqual(["mul", "sum"]);
});

it("widths: the wider wins, weak operands follow", () => {
  const strong = (dtype: "f32" | "f64" | "i32" | "bool") => ({ dtype, weak: false });
  const weak = (dtype: "f32" | "f64" | "i32" | "bool") => ({ dtype, weak: true });
  expect(promote(strong("f32"), strong("f64"))).toBe("f64");
  expect(promote(strong("f32"), weak("f64"))).toBe("f32");
  expect(promote(weak("f64"), strong("f32"))).toBe("f32");
  expect(promote(strong("i32"), weak("f64"))).toBe("f64");
  expect(promote(strong("i32"), strong("f32"))).toBe("f32");
  expect(promote(strong("bool"), strong("i32"))).toBe("i32");
  expect(promote(weak("f64"), weak("f64"))).toBe("f64");
});
