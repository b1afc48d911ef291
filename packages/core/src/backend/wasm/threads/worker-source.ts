// The program of a worker. Text, because a worker starts from a file or from text, and a library inside of bundles has no file.
import { CONTROL, CONTROL_WORDS, POLLS } from "./control.ts";

/**
 * Waits for calls and takes part in them. It never returns to its event loop, so modules come through the shared memory too: a list
 * of nodes [next, length, bytes…], whose exports are numbered in their order.
 */
const PROGRAM = `
const work = ({ memory, control, index }) => {
  const C = ${JSON.stringify(CONTROL)};
  const functions = [];
  let loaded = 0;
  let node = 0;
  const load = () => {
    while (loaded < Atomics.load(control, C.modules)) {
      const words = new Int32Array(memory.buffer);
      node = (node === 0 ? Atomics.load(control, C.firstModule) : Atomics.load(words, node / 4)) >>> 0;
      const bytes = new Uint8Array(memory.buffer, node + 8, words[node / 4 + 1]).slice();
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { engine: { memory } });
      functions.push(...Object.values(exports));
      loaded++;
    }
  };
  const takePart = () => {
    const run = functions[control[C.task]];
    if (run === undefined) return;
    const units = control[C.units];
    const part = control[C.part];
    const args = control[C.args];
    const scratch = control[C.scratch] + index * control[C.scratchStride];
    try {
      for (;;) {
        const from = Atomics.add(control, C.next, 1) * part;
        if (from >= units) return;
        run(args, from, Math.min(units, from + part), scratch);
      }
    } catch (error) {
      Atomics.store(control, C.next, units); // nobody begins another part
      const text = String(error).slice(0, ${CONTROL_WORDS - CONTROL.message});
      if (Atomics.compareExchange(control, C.failed, 0, text.length) !== 0) return;
      for (let i = 0; i < text.length; i++) control[C.message + i] = text.charCodeAt(i);
    }
  };
  load();
  Atomics.add(control, C.ready, 1);
  Atomics.notify(control, C.ready);
  let epoch = -1;
  for (;;) {
    let polls = 0;
    while (Atomics.load(control, C.epoch) === epoch) {
      if (++polls < ${POLLS}) continue;
      Atomics.add(control, C.sleeping, 1);
      Atomics.wait(control, C.epoch, epoch);
      Atomics.sub(control, C.sleeping, 1);
      polls = 0;
    }
    epoch = Atomics.load(control, C.epoch);
    if (Atomics.load(control, C.stop) !== 0) return;
    load();
    if (Atomics.load(control, C.gate) < 0) continue;
    if (Atomics.add(control, C.gate, 1) >= 0) takePart();
    if (Atomics.sub(control, C.gate, 1) === 1 && Atomics.load(control, C.callerSleeps) !== 0) Atomics.notify(control, C.gate);
  }
};
`;

export const NODE_PROGRAM: string = `${PROGRAM}work(process.getBuiltinModule("node:worker_threads").workerData);`;
export const PAGE_PROGRAM: string = `${PROGRAM}onmessage = ({ data }) => { work(data); close(); };`;
