// This thread as an executor: order, state, signals, streams, what is refused.
import { describe, expect, it } from "vitest";
import { inProcess, task } from "./index.ts";

const square = task("module.ts", "square", (x: number) => x ** 2);

describe("inProcess", () => {
  it("a task is called like the function that it names", () => {
    expect([square(3), square.module, square.exportName]).toEqual([9, "module.ts", "square"]);
  });
  it("runs items one after the other, in their order, and waits for promises", async () => {
    const order: string[] = [];
    const run = async (name: string) => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      return name.toUpperCase();
    };
    expect(await inProcess.map(run, ["a", "b"])).toEqual(["A", "B"]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    expect(await inProcess.map(square, [])).toEqual([]);
  });
  it("reports results as they come", async () => {
    const seen: number[][] = [];
    await inProcess.map(square, [5, 6], { onResult: (...facts) => seen.push(facts) });
    expect(seen).toEqual([
      [0, 1, 2],
      [1, 2, 2],
    ]);
  });
  it("begins nothing after the signal is set", async () => {
    const signal = { aborted: false };
    const ran: number[] = [];
    const run = (x: number) => {
      ran.push(x);
      signal.aborted = x === 2;
    };
    await expect(inProcess.map(run, [1, 2, 3], { signal })).rejects.toMatchObject({ code: "aborted" });
    expect(ran).toEqual([1, 2]);
  });
  it("an exception of a task is that of the call", async () => {
    const fail = () => {
      throw new RangeError("no");
    };
    await expect(inProcess.map(fail, [1])).rejects.toThrow(RangeError);
  });
  it("parties keep state, want one message each, and are gone after disposal", async () => {
    let kept: Awaited<ReturnType<typeof place>>;
    const place = () =>
      inProcess.place(
        (start: number) => {
          let sum = start;
          return (by: number) => {
            sum += by;
            return sum;
          };
        },
        [10, 20],
      );
    {
      await using placed = await place();
      kept = placed;
      expect(await placed.ask([1, 2])).toEqual({ replies: [11, 22], lost: [] });
      expect((await placed.ask([1, 2])).replies).toEqual([12, 24]);
      await expect(placed.ask([1])).rejects.toThrowErrorMatchingInlineSnapshot(
        `[ShapeError: in-process: 1 messages for 2 parties; each needs one.]`,
      );
    }
    await expect(kept.ask([1, 2])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BackendError: in-process: these parties were disposed of and cannot be asked. Place them again.]`,
    );
  });
  it("a stream pauses, and runs finally when it is left", async () => {
    const log: string[] = [];
    const count = async function* (to: number) {
      try {
        for (let i = 1; i <= to; i++) {
          log.push(`makes ${i}`);
          yield i;
        }
      } finally {
        log.push("finally");
      }
    };
    for await (const value of inProcess.stream(count, 9)) if (value === 2) break;
    expect(log).toEqual(["makes 1", "makes 2", "finally"]);
  });
  it("a task without a module or a name is refused", () => {
    expect(() => task("", "x", square)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: task: module must be a text that is not empty, as in task(import.meta.url, "name", (input) => …).]`,
    );
  });
});
