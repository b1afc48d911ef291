// Donated arguments are overwritten in place, and nobody can tell: the bits are those of calls that copy.
import { describe, expect, it } from "vitest";
import {
  type AnyArray,
  array,
  type Backend,
  BackendError,
  compile,
  type NDArray,
  ShapeError,
} from "../../src/index.ts";
import { defineUnary } from "../../src/ops/index.ts";
import type { Schedule } from "../../src/program/kernels/schedule.ts";
import { difference, on, plain, variant } from "./backends.ts";
import { gpt, mlp, numbers, training } from "./workloads.ts";

type Arrays = readonly NDArray[];
type Step = (...args: NDArray[]) => NDArray[];

/** What a step gives after some calls on its own results, and on copies of them. */
function after(calls: number, step: Step, inputs: Arrays, donate: readonly number[], backend: Backend): AnyArray[] {
  return on(backend, () => {
    const compiled = compile(step, { donate });
    let args = inputs.map(copyOf);
    for (let i = 0; i < calls; i++) args = compiled(...args);
    return args;
  });
}

function copyOf(x: NDArray): NDArray {
  return array(Float64Array.from(x.toArray()), { dtype: x.dtype as "f64" }).reshape(...x.shape) as NDArray;
}

const steps: Record<string, { step: Step; donate: number[] }> = {
  momentum: {
    step: (w, m, g) => [w!.sub(m!.mul(0.9).add(g!).mul(0.1)), m!.mul(0.9).add(g!), g!.mul(0.99)],
    donate: [0, 1, 2],
  },
  "arguments that change places": { step: (w, m, g) => [m!, w!, g!.add(1)], donate: [0, 1, 2] },
  "arguments that change places with arithmetic": {
    step: (w, m, g) => [m!.add(1), w!.mul(2), g!.sub(w!)],
    donate: [0, 1, 2],
  },
  "results that are arguments": { step: (w, m, g) => [w!, m!.add(w!), g!], donate: [0, 1, 2] },
  "one result twice": { step: (w, m, g) => [w!.add(m!), w!.add(m!), g!], donate: [0, 1] },
  "readers after the writer": {
    step: (w, m, g) => [w!.mul(2), m!.add(w!.sum()), g!.add(w!.mul(2).max())],
    donate: [0, 1, 2],
  },
  "a shifted read": { step: (w, m, g) => [w!.at([1, 7]).reshape(6).sum().add(w!), m!.add(g!), g!], donate: [0, 1] },
  "a reversed read": {
    step: (w, m, g) => [w!.take(array([7, 6, 5, 4, 3, 2, 1, 0], { dtype: "i32" })).add(w!), m!.mul(g!), g!],
    donate: [0, 1],
  },
  "only some donated": { step: (w, m, g) => [w!.sub(g!), m!.add(w!), g!.mul(0.5)], donate: [1] },
};

const vectors = (): Arrays => [numbers([8], 1), numbers([8], 2), numbers([8], 3)];

describe("donated = not donated, bit for bit", () => {
  for (const [name, { step, donate }] of Object.entries(steps)) {
    it(name, () => {
      for (const calls of [1, 2, 3, 4, 7]) {
        const expected = after(calls, step, vectors(), [], plain);
        expect(difference(after(calls, step, vectors(), donate, plain), expected), `${calls} calls`).toBeUndefined();
      }
    });
  }

  it("training steps of networks", () => {
    for (const task of [mlp(), gpt()]) {
      const run = (options: { donate?: number[] }) =>
        on(plain, () => {
          const { step, params } = training(task, options);
          const losses = Array.from({ length: 6 }, step);
          return { losses, params: Object.values(params()) };
        });
      const [donated, copied] = [run({ donate: [0, 1] }), run({})];
      expect(donated.losses).toEqual(copied.losses);
      expect(copied.losses[5]).toBeLessThan(copied.losses[0]! * 0.95);
      expect(difference(donated.params, copied.params)).toBeUndefined();
    }
  });

  it("finds a result that is written over an argument too early", () => {
    const { step, donate } = steps["readers after the writer"]!;
    // A plan that lets the result take the place of the first argument while others still read it.
    const change = (s: Schedule): Schedule => {
      const [result, from] = [s.outputs[0]!, s.inputs[0]!];
      if (!("buffer" in result)) return s;
      const moved = (b: number): number => (b === result.buffer ? from : b);
      return {
        ...s,
        steps: s.steps.map((x) =>
          x.kind === "loop" ? { ...x, accesses: x.accesses.map((a) => ({ ...a, buffer: moved(a.buffer) })) } : x,
        ),
        outputs: s.outputs.map((x) => ("buffer" in x ? { ...x, buffer: moved(x.buffer) } : x)),
      };
    };
    const expected = after(2, step, vectors(), [], plain);
    expect(difference(after(2, step, vectors(), donate, variant({})), expected)).toBeUndefined();
    expect(difference(after(2, step, vectors(), donate, variant({ change })), expected)).toMatch(/result/);
  });
});

describe("donated arguments", () => {
  const codeOf = (body: () => unknown): string => {
    try {
      body();
    } catch (error) {
      if (error instanceof BackendError || error instanceof ShapeError) return error.code;
      throw error;
    }
    return "nothing was thrown";
  };

  it("may be the same array twice", () => {
    const step: Step = (w, m) => [w!.add(m!), m!.mul(3)];
    const run = (donate: number[]) =>
      on(plain, () => {
        const compiled = compile(step, { donate });
        const first = compiled(...vectors().slice(0, 2));
        const x = first[0]!; // lives in the engine where it was donated
        return compiled(x, x);
      });
    expect(difference(run([0, 1]), run([]))).toBeUndefined();
    expect(difference(run([0]), run([]))).toBeUndefined();
  });

  it("are stale after the first call already, and say so", () => {
    on(plain, () => {
      const compiled = compile((w: NDArray, g: NDArray) => w.sub(g), { donate: [0] });
      const [w, g] = vectors();
      const kept = compiled(w!, g!);
      expect(codeOf(() => w!.toArray())).toBe("stale");
      expect(codeOf(() => compiled(w!, g!))).toBe("stale");
      expect(g!.toArray().length).toBe(8);
      const next = compiled(kept, g!);
      expect(codeOf(() => kept.toArray())).toBe("stale");
      expect(next.toArray()).toEqual(vectors()[0]!.sub(g!).sub(g!).toArray());
    });
  });

  it("stay usable when the call fails: an index out of range", () => {
    on(plain, () => {
      const compiled = compile((w: NDArray, m: NDArray, ids: NDArray<"int">) => [w.add(m.take(ids).sum()), m.mul(2)], {
        donate: [0, 1],
      });
      const good = array([0, 7, 3], { dtype: "i32" });
      const bad = array([0, 8, 3], { dtype: "i32" });
      const [w, m] = vectors();
      const before = [w!.toArray(), m!.toArray()];
      expect(codeOf(() => compiled(w!, m!, bad))).toBe("index-outside"); // at the first call
      expect([w!.toArray(), m!.toArray()]).toEqual(before);
      const [w1, m1] = compiled(w!, m!, good);
      const [copy1, copy2] = [w1!.mul(1), m1!.mul(1)];
      const unread = [w1!, m1!] as const; // not copied out before
      expect(codeOf(() => compiled(...unread, bad))).toBe("index-outside");
      expect(difference(unread, [copy1, copy2])).toBeUndefined();
      const expected = compile((a: NDArray, b: NDArray) => [a.add(b.take(good).sum()), b.mul(2)])(copy1, copy2);
      expect(difference(compiled(...unread, good), expected)).toBeUndefined();
    });
  });

  it("that a step reads after an index was out of range, too", () => {
    on(plain, () => {
      // The gather is the last thing that happens: everything that could be overwritten comes before it.
      const compiled = compile(
        (w: NDArray, ids: NDArray<"int">) => {
          const next = w.mul(2).add(1);
          return [next, next.exp().sum().add(next.take(ids).sum())];
        },
        { donate: [0] },
      );
      const [w] = compiled(vectors()[0]!, array([1], { dtype: "i32" }));
      const expected = w!.mul(1);
      expect(codeOf(() => compiled(w!, array([9], { dtype: "i32" })))).toBe("index-outside");
      expect(difference([w!], [expected])).toBeUndefined();
    });
  });

  it("stay as they were when an operation of the user throws half way", () => {
    let broken = false;
    const fragile = defineUnary({
      name: "fragile",
      value: (x) => {
        if (broken) throw new RangeError("not today");
        return x;
      },
      slope: (x) => x.onesLike(),
      domain: [-1, 1],
    });
    for (const last of [true, false]) {
      on(plain, () => {
        const step = compile(
          (w: NDArray, g: NDArray) => {
            const next = w.sub(g);
            return last ? [next, fragile(next.mul(2))] : [w.sub(fragile(g)), g.mul(2)];
          },
          { donate: [0] },
        );
        const [start, g] = vectors();
        const [w] = step(start!, g!);
        const expected = w!.mul(1);
        broken = true;
        expect(() => step(w!, g!)).toThrow("not today");
        broken = false;
        expect(difference([w!], [expected])).toBeUndefined();
        expect(difference([step(w!, g!)[0]!], [expected.sub(g!)])).toBeUndefined();
      });
    }
  });
});
