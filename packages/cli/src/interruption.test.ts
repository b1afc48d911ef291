import { afterEach, describe, expect, it, vi } from "vitest";
import { watchForInterruption } from "./interruption.ts";

afterEach(() => vi.restoreAllMocks());

describe("Ctrl-C", () => {
  it("the first one is a request that other threads see, the second one ends the process with 130", () => {
    const exit = vi.spyOn(process, "exit").mockImplementation((() => {}) as never);
    const said: string[] = [];
    const heard = vi.fn();
    const interruption = watchForInterruption({ say: (text) => said.push(text), onRequest: heard });
    expect([interruption.requested, interruption.flag[0]]).toEqual([false, 0]);
    process.emit("SIGINT");
    expect([interruption.requested, interruption.flag[0]]).toEqual([true, 1]);
    expect(interruption.flag.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(said).toEqual(["stopping after the running step; Ctrl-C again stops at once"]);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(exit).not.toHaveBeenCalled();
    process.emit("SIGINT");
    expect(exit).toHaveBeenCalledWith(130);
    interruption.dispose();
    expect(process.listeners("SIGINT")).toEqual([]);
  });
});
