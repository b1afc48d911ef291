// The program of a thread: imports tasks by their names, runs them, keeps parties and streams.
import { parentPort } from "node:worker_threads";
import { pack, packError, type Reply, type Request, type TaskName, unpack } from "./protocol.ts";

type Run = (input: unknown) => unknown;

/** Packages whose tasks are found wherever this file lies, also in a bundle. */
const known: Readonly<Record<string, () => Promise<object>>> = {
  "steepest/solve": () => import("steepest/solve"),
  "steepest/allocate": () => import("steepest/allocate"),
};
const parties = new Map<number, Run>();
const streams = new Map<number, AsyncIterator<unknown>>();

parentPort?.on("message", async (request: Request) => {
  const { id } = request;
  let reply: Reply;
  try {
    reply = { id, kind: "done", value: pack(await handle(request)) };
  } catch (error) {
    reply = { id, kind: "failed", error: packError(error) };
  }
  try {
    parentPort?.postMessage(reply);
  } catch (error) {
    // a result that cannot be cloned, such as a function
    parentPort?.postMessage({ id, kind: "failed", error: packError(error) } satisfies Reply);
  }
});

async function handle(request: Request): Promise<unknown> {
  switch (request.kind) {
    case "run":
      return (await find(request.task))(await unpack(request.input, find));
    case "make":
      parties.set(request.party, (await (await find(request.task))(await unpack(request.item, find))) as Run);
      return undefined;
    case "ask":
      return parties.get(request.party)!(await unpack(request.message, find));
    case "forget":
      for (const party of request.parties) parties.delete(party);
      return undefined;
    case "open": {
      const values = (await find(request.task))(await unpack(request.input, find)) as AsyncIterable<unknown>;
      streams.set(request.id, values[Symbol.asyncIterator]());
      return request.id;
    }
    case "next":
      return streams.get(request.stream)!.next();
    case "close": {
      const stream = streams.get(request.stream);
      streams.delete(request.stream);
      await stream?.return?.();
      return undefined;
    }
  }
}

async function find({ module, exportName }: TaskName): Promise<Run> {
  const exports = (await (known[module] ?? (() => import(module)))()) as Readonly<Record<string, unknown>>;
  const task = exports[exportName];
  if (typeof task === "function") return task as Run;
  throw new Error(
    `"${module}" exports no function "${exportName}". Tasks are exported under the name that they are given: export const ${exportName} = task(import.meta.url, "${exportName}", …).`,
  );
}
