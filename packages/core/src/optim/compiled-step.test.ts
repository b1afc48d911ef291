import { describe, expect, it } from "vitest";
import type { NDArray } from "../array/index.ts";
import { compile } from "../compile/index.ts";
import { key, normal } from "../random/index.ts";
import { adam, muon, type Optimizer, scheduleFree, sgd } from "./index.ts";

const params = { w: normal(key(1), [80, 60]), b: normal(key(2), [60]) };
const grads = { w: normal(key(3), [80, 60]), b: normal(key(4), [60]) };
const numbers = (tree: Readonly<Record<string, NDArray>>): number[] => Object.values(tree).flatMap((x) => x.toArray());

/** Any optimizer, whatever its slots are. */
type Any = Optimizer<unknown>;

describe("a step of a large tree", () => {
  it.each<[string, Any]>([
    ["sgd", sgd({ learningRate: 0.1, momentum: 0.9 }) as unknown as Any],
    ["adam", adam({ learningRate: (t: number) => 0.1 / (1 + t) }) as unknown as Any],
    ["schedule-free", scheduleFree(adam({ learningRate: 0.1, beta1: 0 })) as unknown as Any],
    ["muon", muon({ learningRate: 0.1 }) as unknown as Any],
  ])("is one program, with the bits of the same step in a program of the user: %s", (name, optimizer) => {
    const tree = name === "muon" ? { w: params.w } : params;
    const slopes = name === "muon" ? { w: grads.w } : grads;
    const step = compile((p: typeof params, s: never, g: typeof grads) => optimizer.step(p, g, s));
    let [mine, theirs] = [tree as typeof params, tree as typeof params];
    let [myState, theirState] = [optimizer.init(mine), optimizer.init(theirs)];
    for (let t = 0; t < 3; t++) {
      [mine, myState] = optimizer.step(mine, slopes as typeof grads, myState);
      [theirs, theirState] = step(theirs, theirState as never, slopes as typeof grads);
    }
    expect(numbers(mine)).toEqual(numbers(theirs));
    expect(numbers(mine)).not.toEqual(numbers(tree));
    expect(myState.step.item()).toBe(3);
  });

  it("still names the leaf that does not fit", () => {
    const wrong = { w: normal(key(5), [60, 80]), b: grads.b };
    const optimizer = sgd({ learningRate: 0.1 });
    expect(() => optimizer.step(params, wrong, optimizer.init(params))).toThrow(/\bw\b.*\[60, 80\]/);
  });
});
