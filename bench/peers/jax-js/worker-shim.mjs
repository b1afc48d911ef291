// A browser's Worker on node:worker_threads, so that the thread pool of jax-js runs in Node.
import { resolveObjectURL } from "node:buffer";
import { Worker } from "node:worker_threads";

const prelude = `
const { parentPort } = require("node:worker_threads");
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on("message", (data) => globalThis.onmessage({ data }));
`;

/** Defines `Worker` and the number of cores that `navigator` reports. */
export function install(threads) {
  globalThis.Worker = class {
    #queue = [];
    #worker;
    onmessage;
    onerror;

    constructor(url) {
      resolveObjectURL(String(url))
        .text()
        .then((source) => {
          this.#worker = new Worker(prelude + source, { eval: true });
          this.#worker.unref();
          this.#worker.on("message", (data) => this.onmessage?.({ data }));
          this.#worker.on("error", (error) => this.onerror?.({ message: String(error) }));
          for (const message of this.#queue) this.#worker.postMessage(message);
        });
    }
    postMessage(message) {
      if (this.#worker === undefined) this.#queue.push(message);
      else this.#worker.postMessage(message);
    }
    terminate() {
      this.#worker?.terminate();
    }
  };
  Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: threads }, configurable: true });
}
