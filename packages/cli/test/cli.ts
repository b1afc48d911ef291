// Runs the real command line as a child process, in a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { bundle } from "./bundle.ts";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const dataFolder = fileURLToPath(new URL("../../../data", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  /** The test writes to the child itself. */
  readonly keepInputOpen?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Cli {
  /** An empty folder in which commands run; `data` in it are the shipped tables. */
  readonly folder: string;
  path(name: string): string;
  /** Writes a file and returns its name. */
  file(name: string, content: string | Uint8Array): string;
  read(name: string): string;
  run(words: readonly string[], options?: RunOptions): Promise<Finished>;
  /** A line for `sh`, with `steepest` on the path. */
  shell(line: string, options?: RunOptions): Promise<Finished>;
  start(words: readonly string[], options?: RunOptions): ChildProcess;
}

/** For the top of a test file: bundles once, and gives every file of tests its own folder. */
export function useCli(): Cli {
  const work = mkdtempSync(join(tmpdir(), "steepest-cli-"));
  mkdirSync(join(packageFolder, ".tmp"), { recursive: true });
  const built = mkdtempSync(join(packageFolder, ".tmp", "cli-"));
  const bin = join(built, "steepest");
  symlinkSync(dataFolder, join(work, "data"));
  beforeAll(async () => {
    const entry = await bundle(built);
    const committed = readFileSync(join(packageFolder, "bin/steepest.js"), "utf8");
    writeFileSync(bin, committed.replace("../dist/main.js", entry), { mode: 0o755 }); // no extension: the package says it is a module
  }, 120_000);
  afterAll(() => {
    rmSync(work, { recursive: true, force: true });
    rmSync(built, { recursive: true, force: true });
  });
  const start = (words: readonly string[], options: RunOptions = {}): ChildProcess =>
    spawn(process.execPath, [bin, ...words], { cwd: work, env: environment(built, options) });
  return {
    folder: work,
    path: (name) => join(work, name),
    file: (name, content) => {
      mkdirSync(dirname(join(work, name)), { recursive: true });
      writeFileSync(join(work, name), content);
      return name;
    },
    read: (name) => readFileSync(join(work, name), "utf8"),
    run: (words, options) => finish(start(words, options), options),
    shell: (line, options = {}) =>
      finish(spawn("sh", ["-c", line], { cwd: work, env: environment(built, options) }), options),
    start,
  };
}

/** Waits for the end, and collects what was written. */
export function finish(child: ChildProcess, { input, keepInputOpen = false }: RunOptions = {}): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin?.on("error", () => {}); // the child may not want its input
  if (!keepInputOpen) child.stdin?.end(input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

function environment(built: string, { env = {} }: RunOptions): NodeJS.ProcessEnv {
  const { PATH = "" } = process.env;
  return { PATH: `${built}:${dirname(process.execPath)}:${PATH}`, SOURCE_DATE_EPOCH: "1700000000", ...env };
}
