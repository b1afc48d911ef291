// Random patterns against the definition; what is refused is in structure.test.ts.
import fc from "fast-check";
import { expect, it } from "vitest";
import { array, type NDArray, type Scalar } from "../array/index.ts";
import { grad } from "../autodiff/index.ts";
import { byDefinition } from "./einsum-definition.ts";
import { einsum } from "./index.ts";

const EXTENTS: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, d: 2 };
const names = fc.shuffledSubarray(Object.keys(EXTENTS));

/** One to three operands, a result made of some of their names, and small whole numbers: sums of products are exact. */
const cases = fc.tuple(fc.array(names, { minLength: 1, maxLength: 3 }), names).chain(([terms, wanted]) => {
  const output = wanted.filter((name) => terms.some((term) => term.includes(name)));
  const shapes = terms.map((term) => term.map((name) => EXTENTS[name]!));
  const numbers = shapes.map((shape) => {
    const size = shape.reduce((x, y) => x * y, 1);
    return fc.array(fc.integer({ min: -4, max: 4 }), { minLength: size, maxLength: size });
  });
  const pattern = `${terms.map((term) => term.join(" ")).join(", ")} -> ${output.join(" ")}`;
  return fc.record({ pattern: fc.constant(pattern), shapes: fc.constant(shapes), values: fc.tuple(...numbers) });
});

it("equals its definition for every pattern", () => {
  fc.assert(
    fc.property(cases, ({ pattern, shapes, values }) => {
      const xs = values.map((list, i) => array(Float64Array.from(list)).reshape(...shapes[i]!));
      const result = einsum(pattern, ...xs);
      expect(result.toArray().map((v) => v + 0)).toEqual(byDefinition(pattern, shapes, values));
      expect(result.shape).toEqual(
        pattern
          .split("->")[1]!
          .split(" ")
          .flatMap((name) => EXTENTS[name] ?? []),
      );
      // Linear in each operand: ⟨∇ᵢ, xᵢ⟩ is the sum of the result.
      const total = (x: NDArray): Scalar => einsum(pattern, x, ...xs.slice(1)).sum();
      expect(grad(total)(xs[0]!).dot(xs[0]!).item()).toBeCloseTo(total(xs[0]!).item(), 9);
    }),
    { numRuns: 300 },
  );
});
