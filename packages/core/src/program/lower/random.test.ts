import fc from "fast-check";
import { expect, it } from "vitest";
import { contentOf, printProgram, runProgram, traceProgram } from "../index.ts";
import type { Tensor } from "../tensor.ts";
import { lower, printSchedule } from "./index.ts";
import { randomProgram } from "./random-programs.ts";
import { runSchedule } from "./run-schedule.ts";

const WAYS = [{ simplify: false, fuse: false }, { fuse: false }, { simplify: false }, {}];

it("gives what the program gives, bit for bit, with and without simplification and fusion", () => {
  fc.assert(
    fc.property(randomProgram(24), ({ inputs, f }) => {
      const program = traceProgram((xs) => f(...xs), inputs, { eager: false });
      const truth = runProgram(program, inputs).map((x) => contentOf(x) as Tensor);
      for (const options of WAYS) {
        const schedule = lower(program, options);
        const got = runSchedule(
          schedule,
          inputs.map((x) => contentOf(x) as Tensor),
        );
        for (const [i, { shape, dtype, data }] of truth.entries()) {
          expect({ shape: got[i]!.shape, dtype: got[i]!.dtype }).toEqual({ shape, dtype });
          const wrong = data.findIndex((v, k) => v !== got[i]!.data[k]);
          if (wrong !== -1)
            throw new Error(
              `${JSON.stringify(options)}: output ${i} at ${wrong} is ${got[i]!.data[wrong]}, not ${data[wrong]}\n${printProgram(program)}\n${printSchedule(schedule)}`,
            );
        }
      }
    }),
    { numRuns: 300 },
  );
}, 300000);
