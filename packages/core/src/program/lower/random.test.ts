import fc from "fast-check";
import { expect, it } from "vitest";
import { disagreement } from "./agreement.ts";
import { randomProgram } from "./random-programs.ts";

it("random programs give what they give node by node, bit for bit, with and without each pass", () => {
  fc.assert(
    fc.property(randomProgram(24), ({ inputs, f }) => {
      expect(disagreement(f as never, inputs, 0)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
