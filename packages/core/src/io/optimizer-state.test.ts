import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { array, grad, type NDArray, type Scalar, zeros } from "../index.ts";
import {
  adam,
  chain,
  clipByGlobalNorm,
  cosine,
  lion,
  type Optimizer,
  scheduleFree,
  scheduleFrom,
  sgd,
  skipNonFinite,
  warmup,
} from "../optim/index.ts";
import { loadState, readTensors, saveState } from "./index.ts";

interface Model {
  W: NDArray;
  b: Scalar;
}
const start = (): Model => ({
  W: array(
    [
      [1, -2],
      [3, 0.1],
    ],
    { dtype: "f32" },
  ) as NDArray,
  b: array(0.5) as NDArray as Scalar,
});
const loss = ({ W, b }: Model): Scalar => W.square().sum().add(b.sub(W.sum()).square()).sum();

function run<S>(optimizer: Optimizer<S>, steps: number, from = { params: start(), state: optimizer.init(start()) }) {
  let { params, state } = from;
  for (let t = 0; t < steps; t++) [params, state] = optimizer.step(params, grad(loss)(params), state);
  return { params, state };
}

describe("saveState and loadState", () => {
  const optimizers: readonly (readonly [string, Optimizer<never>])[] = [
    ["adam", adam({ learningRate: warmup(3, cosine({ base: 0.1, steps: 20 })), amsgrad: true })],
    ["sgd without a buffer", sgd({ learningRate: 0.01 })],
    ["a chain", chain(clipByGlobalNorm(1), lion({ learningRate: 0.01 }))],
    ["schedule-free, skipping", skipNonFinite(scheduleFree(sgd({ learningRate: 0.01, momentum: 0.5 })))],
  ] as unknown as readonly (readonly [string, Optimizer<never>])[];

  it.each(optimizers)("go on with the same bits: %s", (_name, optimizer) => {
    const whole = run(optimizer, 12);
    const part = run(optimizer, 5);
    const back = loadState(saveState(optimizer, part.params, part.state), { optimizer, params: start() });
    const rest = run(optimizer, 7, back);
    expect(saveState(optimizer, rest.params, rest.state)).toEqual(saveState(optimizer, whole.params, whole.state));
  });

  it("keep the optimizer as plain data, schedules included", () => {
    const rate = warmup(3, cosine({ base: 0.1, steps: 20 }));
    const optimizer = adam({
      learningRate: rate,
      beta1: function slowly() {
        return 0.9;
      },
    });
    const { params, state } = run(optimizer, 1);
    const back = loadState(saveState(optimizer, params, state, { metadata: { task: "toy" } }), { optimizer, params });
    expect(back.metadata).toEqual({ task: "toy" });
    expect(scheduleFrom(back.settings.options["learningRate"] as never)(7)).toBe(rate(7));
    expect(back.settings.options["beta1"]).toEqual({ schedule: "function", name: "slowly" });
    expect(back.settings.options["beta2"]).toBe(0.999);
  });

  it("name leaves by their paths", () => {
    const { params, state } = run(adam({ learningRate: 0.1 }), 1);
    const { tensors } = readTensors(saveState(adam({ learningRate: 0.1 }), params, state));
    expect([...tensors.keys()]).toContain("state.slots.W.mu");
    expect([...tensors.keys()]).toContain("params.b");
  });

  it("say what does not fit", () => {
    const optimizer = adam({ learningRate: 0.1 });
    const { params, state } = run(optimizer, 1);
    const bytes = saveState(optimizer, params, state);
    expect(() => loadState(bytes, { optimizer: lion({ learningRate: 1 }), params })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadState: the file holds the array "state.slots.W.nu", which this model and optimizer do not have. It was saved by adam and is read for lion.]`,
    );
    expect(() =>
      loadState(bytes, { optimizer: adam({ learningRate: 1, amsgrad: true }), params }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadState: there is no array "state.slots.W.nuMax" in the file. It was saved by adam and is read for adam.]`,
    );
    expect(() => loadState(bytes, { optimizer, params: { ...params, W: zeros([3]) } })).toThrow("params.W");
  });
});

describe("a loop that is killed", () => {
  const folder = mkdtempSync(join(tmpdir(), "steepest-state-"));
  const program = join(folder, "loop.mjs");
  const file = join(folder, "state.safetensors");
  const steps = 100_000; // far more than it will get to

  beforeAll(async () => {
    const core = JSON.stringify(join(dirname(fileURLToPath(import.meta.url)), ".."));
    const entry = join(folder, "loop.ts");
    const from = (path: string) => JSON.stringify(join(JSON.parse(core) as string, path));
    writeFileSync(
      entry,
      `import { renameSync, writeFileSync } from "node:fs";
import { array, grad } from ${from("index.ts")};
import { adam, cosine } from ${from("optim/index.ts")};
import { saveState } from ${from("io/index.ts")};
const optimizer = adam({ learningRate: cosine({ base: 0.1, steps: ${steps} }) });
const slope = grad((w) => w.square().mul([0.5, 10]).sum());
let w = array([8, 3]);
let state = optimizer.init(w);
for (let t = 0; t < ${steps}; t++) {
  [w, state] = optimizer.step(w, slope(w), state);
  if (t % 5 !== 0) continue;
  writeFileSync(${JSON.stringify(file)} + ".new", saveState(optimizer, w, state));
  renameSync(${JSON.stringify(file)} + ".new", ${JSON.stringify(file)});
  if (t === 200) console.log("on its way");
}
`,
    );
    const bundle = await rolldown({ input: entry, platform: "node", logLevel: "silent" });
    await bundle.write({ file: program, format: "esm" });
    await bundle.close();
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("goes on from its file with the bits of a run that was not", async () => {
    const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((ready) => child.stdout.once("data", ready));
    const ended = new Promise<string | null>((done) => child.once("exit", (_code, signal) => done(signal)));
    child.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");

    const optimizer = adam({ learningRate: cosine({ base: 0.1, steps }) });
    const slope = grad((w: NDArray) => w.square().mul([0.5, 10]).sum());
    const origin: NDArray = array([8, 3]);
    let { params, state } = loadState(readFileSync(file), { optimizer, params: origin });
    const reached = state.step.item();
    expect(reached).toBeGreaterThan(200);
    for (let t = 0; t < 50; t++) [params, state] = optimizer.step(params, slope(params), state);

    let [w, s] = [origin, optimizer.init(origin)];
    for (let t = 0; t < reached + 50; t++) [w, s] = optimizer.step(w, slope(w), s);
    expect(saveState(optimizer, params, state)).toEqual(saveState(optimizer, w, s));
  }, 60_000);
});
