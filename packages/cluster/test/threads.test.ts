// The laws of executors, on threads: the results of this thread, in order, also when threads are lost.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import type { Executor } from "steepest/executor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Tasks stay a file of their own: `import.meta.url` names it. */
type Entry = typeof import("./entry.ts") & { readonly tasks: typeof import("./tasks.ts") };

const folder = fileURLToPath(new URL("..", import.meta.url));
mkdirSync(join(folder, ".tmp"), { recursive: true });
const built = mkdtempSync(join(folder, ".tmp", "threads-"));
let entry: Entry;
let two: Executor & AsyncDisposable;

beforeAll(async () => {
  const bundle = await rolldown({
    input: {
      entry: join(folder, "test/entry.ts"),
      tasks: join(folder, "test/tasks.ts"),
      worker: join(folder, "src/worker.ts"),
    },
    platform: "node",
    resolve: { conditionNames: ["steepest:source", "node", "import", "default"] },
    external: (id) => id.startsWith("node:"),
  });
  await bundle.write({ dir: built, format: "esm", chunkFileNames: "[name]-[hash].js" });
  await bundle.close();
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(built, name)).href);
  entry = { ...(await load("entry.js")), tasks: await load("tasks.js") };
  two = entry.threads(2);
}, 60_000);
afterAll(async () => {
  await two?.[Symbol.asyncDispose]();
  rmSync(built, { recursive: true, force: true });
});

const flag = () => new SharedArrayBuffer(4);

describe("map", () => {
  it("gives results in the order of items, whichever is done first", async () => {
    const { tasks } = entry;
    expect(await two.map(tasks.square, [1, 2, 3, 4, 5])).toEqual([1, 4, 9, 16, 25]);
    expect(await two.map(tasks.later, [60, 1, 30, 2])).toEqual([60, 1, 30, 2]);
    expect(await two.map(tasks.square, [])).toEqual([]);
  });
  it("reports each result once, with how many are done", async () => {
    const seen: number[][] = [];
    await two.map(entry.tasks.square, [1, 2, 3], { onResult: (...facts) => seen.push(facts) });
    expect(seen.map(([index]) => index).sort()).toEqual([0, 1, 2]);
    expect(seen.map(([, done, total]) => [done, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });
  it("arrays travel as their bytes, with their width", async () => {
    const x = entry.array(
      [
        [0.1, 2],
        [3, 4],
      ],
      { dtype: "f32" },
    );
    const [result] = await two.map(entry.tasks.doubled, [{ x }]);
    expect([result!.x.toArray(), result!.x.dtype, result!.x.shape]).toEqual([x.mul(2).toArray(), "f32", [2, 2]]);
  });
  it("an exception of the task is not retried and keeps its name", async () => {
    const error = await two.map(entry.tasks.failing, [1, 2, 3, 4]).catch((thrown) => thrown);
    expect([error.name, error.message]).toEqual(["RangeError", "3 is too much"]);
  });
  it("an item whose thread is lost runs again elsewhere", async () => {
    expect(await two.map(entry.tasks.dying, [flag(), flag()])).toEqual(["done", "done"]);
  });
  it("an item that loses every thread is an error that says so", async () => {
    const error = await two.map(entry.tasks.alwaysDying, [7], { retries: 1 }).catch((thrown) => thrown);
    expect([error.name, error.code]).toEqual(["BackendError", "worker-lost"]);
    expect(error.message).toContain("the thread ended with code 7");
    expect(await two.map(entry.tasks.square, [6])).toEqual([36]); // the executor lives on
  });
  it("nothing begins after the signal is set", async () => {
    const signal = { aborted: false };
    const onResult = () => {
      signal.aborted = true;
    };
    await expect(two.map(entry.tasks.square, [1, 2, 3, 4, 5, 6], { signal, onResult })).rejects.toMatchObject({
      code: "aborted",
    });
  });
  it("a plain function, a name that is not exported, and data that cannot be cloned are refused with advice", async () => {
    const { tasks } = entry;
    const plain = (x: number) => x;
    await expect(two.map(plain as typeof tasks.square, [1])).rejects.toMatchObject({ code: "not-a-task" });
    const misnamed = Object.assign((x: number) => x, { module: tasks.square.module, exportName: "sqare" });
    await expect(two.map(misnamed, [1])).rejects.toThrow('exports no function "sqare"');
    await expect(two.map(tasks.square, [plain as never])).rejects.toMatchObject({ code: "not-cloneable" });
  });
});

describe("place", () => {
  it("parties keep their state on their thread", async () => {
    await using placed = await two.place(entry.tasks.counter, [10, 20, 30]);
    expect((await placed.ask([1, 2, 3])).replies).toEqual([11, 22, 33]);
    expect((await placed.ask([1, 2, 3])).replies).toEqual([12, 24, 36]);
    await expect(placed.ask([1])).rejects.toMatchObject({ code: "lengths-differ" });
  });
  it("parties of a lost thread are made again, asked again, and named", async () => {
    const shared = flag();
    await using placed = await two.place(entry.tasks.fragile, [shared, shared, shared, shared]);
    expect(await placed.ask([1, 2, 3, 4])).toEqual({ replies: [2, 3, 4, 5], lost: [] });
    // parties 1 and 3 live on the thread that ends
    expect(await placed.ask([1, 13, 3, 4])).toEqual({ replies: [2, 14, 4, 5], lost: [1, 3] });
    expect((await placed.ask([1, 13, 3, 4])).lost).toEqual([]);
  });
  it("cannot be asked after disposal", async () => {
    const placed = await two.place(entry.tasks.counter, [1]);
    await placed[Symbol.asyncDispose]();
    await expect(placed.ask([1])).rejects.toMatchObject({ code: "disposed" });
  });
});

describe("stream", () => {
  it("gives values as they come, and runs finally when it is left", async () => {
    const ended = flag();
    const seen: number[] = [];
    for await (const value of two.stream(entry.tasks.countdown, { from: 5, ended })) {
      seen.push(value);
      if (value === 3) break;
    }
    expect([seen, new Int32Array(ended)[0]]).toEqual([[5, 4, 3], 1]);
  });
});

describe("equal bits", () => {
  const cities = Array.from({ length: 40 }, (_, i) => ({
    name: `c${i}`,
    response: { form: "log", scale: 1 + ((i * 0.618) % 1) * 9, saturation: 2 + ((i * 0.414) % 1) * 20 } as const,
    lower: 1,
    upper: 60,
  }));
  it("a budget over cities on one, two and three threads is that of this thread", async () => {
    const options = { total: 800, method: "admm" } as const;
    const here = await entry.allocate(cities, options);
    for (const count of [1, 2, 3]) {
      await using executor = entry.threads(count);
      const there = await entry.allocate(cities, { ...options, executor });
      expect(there.spend.toArray()).toEqual(here.spend.toArray());
      expect(there.residuals).toEqual(here.residuals);
    }
  });
  it("consensus over shards too", async () => {
    const parts = Array.from({ length: 4 }, (_, p) => ({
      A: Array.from({ length: 6 }, (_, i) =>
        Array.from({ length: 5 }, (_, j) => Math.sin(1 + 31 * p + 7 * i + 3 * j * j)),
      ),
      b: Array.from({ length: 6 }, (_, i) => Math.cos(p + 2 * i)),
    }));
    const { l1, consensus, tasks, inProcess } = entry;
    const options = { local: tasks.localLoss, size: 5, shared: l1(0.3), atol: 1e-10 };
    const here = await consensus(parts, { ...options, executor: inProcess });
    const there = await consensus(parts, { ...options, executor: two });
    expect(there.z.toArray()).toEqual(here.z.toArray());
    expect(there.residuals).toEqual(here.residuals);
  });
});

it("a count that is none is refused", () => {
  expect(() => entry.threads(0)).toThrow("threads: count must be an integer of 1 or more, got 0.");
});
