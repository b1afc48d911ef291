// The reference backend against itself; and backends with mistakes that the laws must find.
import { describe, expect, it } from "vitest";
import { type Backend, referenceBackend } from "../backend/index.ts";
import * as ops from "../ops/index.ts";
import { type Tensor, tensor } from "../program/index.ts";
import { asyncFailuresOf, backendLaws } from "./index.ts";

describe("the reference backend", () => {
  backendLaws({ test: it }, async () => referenceBackend, { draws: 1 });
});

describe("the laws find planted mistakes", () => {
  const { matmul, exp, sum, maximum, add, mul, sqrt, tanh } = ops;
  const few = { matmul, exp, sum, maximum, add, mul, sqrt, tanh };
  const broken = async (backend: Backend): Promise<string> => {
    const failures = await asyncFailuresOf((runner) => backendLaws(runner, async () => backend, { operations: few }));
    return failures.map(({ name }) => name).join("\n");
  };
  /** The reference backend with another result for one primitive. */
  const changed = (name: string, change: (result: Tensor, inputs: readonly Tensor[]) => Tensor): Backend => ({
    ...referenceBackend,
    name: "planted",
    evaluate(primitive, inputs, params, output) {
      const result = referenceBackend.evaluate(primitive, inputs, params, output);
      return primitive.name === name ? change(result, inputs) : result;
    },
  });
  const mapped = (result: Tensor, fn: (v: number, i: number) => number): Tensor => ({
    ...result,
    data: result.data.map(fn) as Tensor["data"],
  });

  it("nothing in a backend that is the reference", async () => {
    expect(await broken({ ...referenceBackend, name: "same" })).toBe("");
  });

  it("an exponential that is off by 1e-12", async () => {
    const found = await broken(changed("exp", (result) => mapped(result, (v) => v * (1 + 1e-12))));
    expect(found).toMatch(/exp: value, shape and width are those of the reference/);
  });

  it("a sum that drops its last term", async () => {
    const found = await broken(
      changed("sum", (result, [x]) => (result.data.length === 1 ? mapped(result, (v) => v - x!.data.at(-1)!) : result)),
    );
    expect(found).toMatch(/sum: value/);
  });

  it("a product of matrices that is transposed", async () => {
    const found = await broken(
      changed("matmul", (result) => {
        const [n, m] = result.shape.slice(-2);
        if (result.shape.length !== 2 || n === undefined || m === undefined) return result;
        return mapped(result, (_v, i) => result.data[(i % n) * m + Math.floor(i / n)]!);
      }),
    );
    expect(found).toMatch(/matmul: value/);
  });

  it("a maximum that swallows NaN", async () => {
    const found = await broken(changed("maximum", (result) => mapped(result, (v) => (Number.isNaN(v) ? 0 : v))));
    expect(found).toMatch(/maximum: NaN, ∞ and 0 stay where they are/);
    expect(found).not.toMatch(/maximum: value/);
  });

  it("f32 that is not rounded", async () => {
    const found = await broken(
      changed("mul", (result) =>
        result.dtype === "f32" ? { ...result, data: Float64Array.from(result.data) } : result,
      ),
    );
    expect(found).toMatch(/mul: value, shape and width/);
  });

  it("a result in the wrong shape", async () => {
    const found = await broken(changed("add", (result) => ({ ...result, shape: [result.data.length] })));
    expect(found).toMatch(/add: value, shape and width/);
  });

  it("a primitive that only the rules of derivatives use", async () => {
    const found = await broken(changed("strongMul", (result) => mapped(result, (v) => v * 1.0001)));
    expect(found).not.toMatch(/: value/);
    expect(found).toMatch(/sqrt: derivatives are those of the reference/);
  });

  it("inputs that are written", async () => {
    const found = await broken(
      changed("tanh", (result, [x]) => {
        x!.data.fill(0);
        return result;
      }),
    );
    expect(found).toMatch(/tanh: inputs are not written/);
  });

  it("results that share one buffer", async () => {
    const shared = new Float64Array(1000);
    const found = await broken(
      changed("add", (result) => {
        if (result.dtype !== "f64") return result;
        shared.set(result.data as Float64Array);
        return tensor(result.shape, shared.subarray(0, result.data.length), result.weak);
      }),
    );
    expect(found).toMatch(/add: inputs are not written, and the same call twice/);
  });

  it("a backend that cannot be made", async () => {
    const failures = await asyncFailuresOf((runner) =>
      backendLaws(runner, async () => Promise.reject(new Error("no device")), { operations: { exp } }),
    );
    expect(failures.length).toBeGreaterThan(0);
    expect((failures[0]!.error as Error).message).toBe("no device");
  });
});
