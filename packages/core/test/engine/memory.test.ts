// What the engine promises about memory: nothing is allocated by steps that repeat, everything dropped comes back, plans are tight.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { array, BackendError, compile, type NDArray } from "../../src/index.ts";
import { difference, on, plain, variant } from "./backends.ts";
import { gpt, mlp, numbers, training } from "./workloads.ts";

/** Training steps of the long runs. */
const STEPS = Number(process.env["STEEPEST_SOAK_STEPS"] ?? 10_000);

describe("a step whose arguments are donated", () => {
  const held = ({ engine }: ReturnType<typeof variant>) => [engine.memory.heap.bytesInUse, engine.memory.bytes];

  it("allocates nothing from its second call on", () => {
    const backend = variant({});
    on(backend, () => {
      const step = compile((w: NDArray, m: NDArray, g: NDArray) => [w.sub(m.mul(0.9).add(g)), m.mul(0.9).add(g)], {
        donate: [0, 1],
      });
      const g = numbers([5000], 3);
      let [w, m] = [numbers([5000], 1), numbers([5000], 2)];
      const seen: unknown[] = [];
      for (let i = 0; i < 20; i++) {
        [w, m] = step(w, m, g) as [NDArray, NDArray];
        const { allocations, copiedBytes } = step.stats;
        if (i > 0) seen.push([allocations, copiedBytes, ...held(backend)].join());
      }
      expect(new Set(seen.slice(1)).size).toBe(1);
      expect(seen[0]).toMatch(/^0,0,/);
    });
  });

  it("of a network copies out its loss alone", () => {
    // Inputs of more than 1 KiB are remembered; smaller ones are copied at every call.
    for (const task of [mlp(30, 20, 10, 300), gpt({ s: 32, rows: 16 })]) {
      const backend = variant({});
      on(backend, () => {
        const { step, compiled } = training(task);
        const seen: unknown[] = [];
        for (let i = 0; i < 10; i++) {
          step();
          const { allocations, copiedBytes } = compiled.stats;
          if (i > 0) seen.push([allocations, copiedBytes, ...held(backend)].join());
        }
        expect(seen[0]).toMatch(/^1,4,/); // one f32
        expect(new Set(seen.slice(1)).size).toBe(1);
      });
    }
  });

  it("without donation allocates its results, and copies no input twice", () => {
    const backend = variant({});
    on(backend, () => {
      const step = compile((w: NDArray, g: NDArray) => [w.sub(g), w.add(g)]);
      const [w, g] = [numbers([5000], 1), numbers([5000], 2)];
      for (let i = 0; i < 3; i++) step(w, g);
      expect(step.stats).toMatchObject({ allocations: 2, copiedBytes: 2 * 4 * 5000 });
    });
  });
});

describe("plans", () => {
  it("of the transformer step need at most 1.2 times what lives at once, and far less than without reuse", () => {
    const backend = variant({});
    const { step, compiled } = training(gpt({ d: 128, s: 64, rows: 16, blocks: 2, heads: 4, words: 65 }));
    on(backend, step);
    expect(compiled.stats.signatures).toBe(1);
    const { arenaBytes, lowerBoundBytes, bytesWithoutReuse } = backend.last!.deref()!.stats;
    expect(lowerBoundBytes).toBeGreaterThan(2 ** 20);
    expect(arenaBytes).toBeGreaterThanOrEqual(lowerBoundBytes);
    expect(arenaBytes / lowerBoundBytes).toBeLessThan(1.2);
    expect(bytesWithoutReuse / arenaBytes).toBeGreaterThan(1.5);
  });
});

describe("out of memory", () => {
  const failure = (body: () => unknown): BackendError => {
    try {
      body();
    } catch (error) {
      if (error instanceof BackendError) return error;
      throw error;
    }
    return expect.unreachable("nothing was thrown");
  };

  it("is a typed error that names the largest arrays, and leaves the engine usable", () => {
    const backend = variant({});
    on(backend, () => {
      const outer = compile((x: NDArray) => x.expandDims(1).mul(x).exp().matmul(x));
      const small = numbers([100], 1, 1, "f64");
      const expected = outer(small);
      const before = backend.engine.memory.heap.bytesInUse;
      const x = numbers([30_000], 1, 1, "f64");
      for (let i = 0; i < 3; i++) {
        const error = failure(() => outer(x));
        expect(error.code).toBe("out-of-memory");
        expect(error.message).toContain("f64 of 900000000 (6866.5 MiB)");
      }
      expect(difference([outer(small)], [expected])).toBeUndefined();
      // What is left: the numbers that were uploaded, and the words of the program that could not run.
      expect(backend.engine.memory.heap.bytesInUse - before).toBeLessThan(x.size * 8 + 4096);
      expect(backend.engine.memory.bytes).toBeLessThan(2 ** 24);
    });
  });

  it("keeps donated arguments, and gives back the places of results that were not made", () => {
    const backend = variant({});
    on(backend, () => {
      const step = compile((w: NDArray, n: NDArray) => [w.mul(2), n.expandDims(1).mul(n).exp().matmul(n).sum()], {
        donate: [0],
      });
      const huge = numbers([30_000], 1, 1, "f64");
      const w = numbers([50_000], 2);
      const before = w.toArray();
      failure(() => step(w, huge));
      const bytes = backend.engine.memory.heap.bytesInUse;
      for (let i = 0; i < 5; i++) expect(failure(() => step(w, huge)).code).toBe("out-of-memory");
      expect(backend.engine.memory.heap.bytesInUse).toBe(bytes);
      expect(w.toArray()).toEqual(before);
    });
  });

  it("of single operations is typed, too", () => {
    const x = numbers([30_000, 1], 1, 1, "f64");
    const error = failure(() => on(plain, () => x.matmul(x.T)));
    expect(error.code).toBe("out-of-memory");
    expect(on(plain, () => array([3, 4]).norm().item())).toBe(5);
  });
});

interface Line {
  readonly step: number;
  readonly wasmBytes: number;
  readonly heapBytes: number;
  readonly jsBytes: number;
  readonly rss: number;
}

describe("long runs", () => {
  const temporary = fileURLToPath(new URL("../../.tmp", import.meta.url));
  let folder: string;

  beforeAll(async () => {
    mkdirSync(temporary, { recursive: true });
    folder = mkdtempSync(join(temporary, "soak-"));
    const build = await rolldown({ input: fileURLToPath(new URL("soak.ts", import.meta.url)), platform: "node" });
    await build.write({ file: join(folder, "soak.mjs"), format: "esm" });
    await build.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (scenario: string, count: number, leak = ""): Promise<Line[]> => {
    const args = ["--expose-gc", join(folder, "soak.mjs"), scenario, String(count), leak];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 });
    return stdout
      .trim()
      .split("\n")
      .map((line): Line => JSON.parse(line));
  };

  /** What grows although it should not, over the last three fifths of a run. */
  const growing = (lines: readonly Line[]): string[] => {
    const late = lines.slice(Math.ceil(0.4 * lines.length));
    const half = Math.floor(late.length / 2);
    const mean = (part: readonly Line[], key: keyof Line): number =>
      part.reduce((sum, line) => sum + line[key], 0) / part.length;
    const growth = (key: keyof Line): number => mean(late.slice(half), key) - mean(late.slice(0, half), key);
    const found: string[] = [];
    if (growth("wasmBytes") > 0) found.push("wasm");
    if (growth("heapBytes") > 2048) found.push("heap");
    if (growth("jsBytes") > 1e6) found.push("js");
    if (growth("rss") > 16e6) found.push("rss");
    return found;
  };
  const SLOW = 20_000 + STEPS * 5;

  it(
    `${STEPS} training steps: constant from the second one on`,
    async () => {
      const lines = await run("donated", STEPS);
      expect(lines).toHaveLength(11);
      expect(new Set(lines.map(({ wasmBytes, heapBytes }) => `${wasmBytes} ${heapBytes}`)).size).toBe(1);
      expect(growing(lines)).toEqual([]);
    },
    SLOW,
  );

  it.each(["copied", "batches", "eager"])(
    "%s: nothing grows",
    async (scenario) => {
      const lines = await run(scenario, STEPS);
      expect(lines.length).toBeGreaterThanOrEqual(10);
      expect(growing(lines)).toEqual([]);
    },
    SLOW,
  );

  it.each(["programs", "results", "shapes"])(
    "3000 %s that are used and dropped leave nothing",
    async (scenario) => {
      expect(growing(await run(scenario, 3000))).toEqual([]);
    },
    SLOW,
  );

  it(
    "finds what is kept at each step: numbers, places in the engine, results, programs",
    async () => {
      expect(growing(await run("donated", 10_000, "js"))).toContain("js");
      expect(growing(await run("donated", 10_000, "wasm"))).toEqual(expect.arrayContaining(["wasm", "heap"]));
      expect(growing(await run("copied", 10_000, "array"))).toContain("js");
      expect(growing(await run("programs", 3000, "program"))).toEqual(expect.arrayContaining(["wasm", "heap"]));
    },
    SLOW,
  );
});
