// Random programs on small integers: every result is exact in f64, so equal means equal.
import fc from "fast-check";
import { expect, it } from "vitest";
import { exactPrograms } from "../../../test/engine/random-programs.ts";
import { runKernel } from "../../backend/interpret/index.ts";
import { disagreement } from "./agreement.ts";

it("random programs give what they give node by node, bit for bit, with and without each pass", () => {
  fc.assert(
    fc.property(exactPrograms(24), ({ inputs, f }) => {
      expect(disagreement(runKernel, f as never, inputs, 0)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
