import { describe, expect, it } from "vitest";
import { Handoff } from "./handoff.ts";

describe("a handoff", () => {
  it("gives every value once, in order, and waits for whoever takes them", async () => {
    const handoff = new Handoff<number>();
    const taken: number[] = [];
    const taking = (async () => {
      for await (const value of handoff) {
        taken.push(value);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    for (let i = 0; i < 5; i++) {
      await handoff.put(i);
      expect(taken).toHaveLength(i + 1); // not before it was taken
    }
    handoff.close();
    await taking;
    expect(taken).toEqual([0, 1, 2, 3, 4]);
  });

  it("may be closed before anybody asks", async () => {
    const handoff = new Handoff<number>();
    handoff.close();
    const taken: number[] = [];
    for await (const value of handoff) taken.push(value);
    expect(taken).toEqual([]);
  });
});
