// The other end of child.mjs and child.py: one request at a time, JSON lines to stdin, replies from descriptor 3.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { commandOf, install } from "./engines.mjs";

export class EngineProcess {
  #child;
  #waiting;
  #noise = "";

  constructor(child) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        this.#noise = (this.#noise + text).slice(-4000);
      });
    }
    createInterface({ input: child.stdio[3] }).on("line", (line) => {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve(JSON.parse(line));
    });
    child.on("close", (code, signal) => {
      this.#waiting?.resolve({
        error: `the process ended (${signal ?? code}): ${this.#noise.trim().split("\n").slice(-12).join("\n")}`,
      });
      this.#child = undefined;
    });
    child.stdin.on("error", () => {}); // the process ended: `close` tells
  }

  /** Starts an engine and asks what it can do. @returns the process with its answer, or the reason why there is none. */
  static async start(engine) {
    if (engine.folder !== undefined) install(engine.folder);
    const { missing, command, args, env } = commandOf(engine);
    if (missing !== undefined) return { missing };
    const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe", "pipe"] });
    const running = new EngineProcess(child);
    const opened = await running.ask("open");
    if (opened.error !== undefined) {
      running.stop();
      return { missing: lastLine(opened.error) };
    }
    return { running, ...opened };
  }

  get alive() {
    return this.#child !== undefined;
  }

  /** @returns the reply, which holds `error` if the engine threw or its process ended. */
  ask(name, request = {}) {
    if (this.#child === undefined) return Promise.resolve({ error: "the process has ended" });
    return new Promise((resolve) => {
      this.#waiting = { resolve };
      this.#child.stdin.write(`${JSON.stringify({ do: name, ...request })}\n`);
    });
  }

  stop() {
    this.#child?.stdin.end();
    const child = this.#child;
    setTimeout(() => child?.kill("SIGKILL"), 2000).unref();
  }
}

/** What an exception says, without its stack: Python ends with it, Node begins with it. */
export function lastLine(error) {
  const lines = error.trim().split("\n");
  if (lines.some((line) => line.includes("Traceback"))) return lines.at(-1);
  const end = lines.findIndex((line) => /^\s+at /.test(line));
  return lines
    .slice(0, end === -1 ? 3 : Math.max(1, end))
    .join(" ")
    .slice(0, 400);
}
