// The folder of a run: claimed before the work begins, filled at its end, never half.
import { mkdir, readdir, readFile, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RequestError } from "../failure.ts";
import { createPendingFile, type PendingFile } from "./atomic-write.ts";
import { lockFolder } from "./folder-lock.ts";

/** In the order in which they appear; `metrics.json` last: where it is, the run is complete. */
export const RUN_FILES = [
  "model.json",
  "weights.safetensors",
  "events.jsonl",
  "report.json",
  "report.html",
  "metrics.json",
] as const;
export type RunFile = (typeof RUN_FILES)[number];

export interface RunFolder {
  readonly path: string;
  /** Whether a complete run stands there, to be overwritten by force. */
  readonly holdsRun: boolean;
  /** Replaces all files of the run: those not given are removed. */
  write(files: Partial<Record<RunFile, string | Uint8Array>>): Promise<readonly RunFile[]>;
  /** Takes the folder away again if it was made for nothing, and lets others write there. */
  abandon(): Promise<void>;
  /** Lets others write there. */
  release(): Promise<void>;
}

/**
 * Makes the folder, keeps other trainings out, and proves that it can be written, so that a long training does not end at a
 * closed door.
 * @throws RequestError "run-busy" when another training writes there, "run-exists" when the folder holds a complete run and
 * `force` is off.
 */
export async function claimRunFolder(path: string, force: boolean): Promise<RunFolder> {
  const made = await makeFolder(path);
  const lock = await lockFolder(path);
  try {
    const occupied = await holdsRun(path);
    if (occupied && !force) throw runExists(path);
    await (await createPendingFile(join(path, "metrics.json"))).discard();
    return {
      path,
      holdsRun: occupied,
      write: (files) => replaceFiles(path, files),
      release: lock.release,
      abandon: async () => {
        await lock.release();
        if (made) await rmdir(path).catch(() => {}); // stays when something else was put there
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function runExists(path: string): RequestError {
  return new RequestError([
    {
      class: "OptionError",
      code: "run-exists",
      message: `the folder "${path}" holds a run already`,
      where: { file: path },
      fix: ["--force  overwrites it", "--out other/folder  writes somewhere else"],
    },
  ]);
}

/** Makes a folder and those above it; says whether it is new. (`recursive` of Node 20 never ends below /proc.) */
export async function makeFolder(path: string): Promise<boolean> {
  const make = (): Promise<boolean> => mkdir(path).then(() => true);
  try {
    return await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return false;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
  }
  await makeFolder(dirname(path));
  return make();
}

/** Interrupted runs hold nothing that anybody would miss. */
async function holdsRun(path: string): Promise<boolean> {
  const present = await readdir(path);
  if (!RUN_FILES.some((name) => present.includes(name))) return false;
  try {
    const metrics = JSON.parse(await readFile(join(path, "metrics.json"), "utf8")) as { status?: { word?: string } };
    return metrics.status?.word !== "interrupted";
  } catch {
    return true;
  }
}

async function replaceFiles(
  path: string,
  files: Partial<Record<RunFile, string | Uint8Array>>,
): Promise<readonly RunFile[]> {
  const pending: PendingFile[] = [];
  const names = RUN_FILES.filter((name) => files[name] !== undefined);
  try {
    for (const name of names) {
      const file = await createPendingFile(join(path, name));
      pending.push(file);
      await file.write(files[name]!);
    }
    // From here on it is renames. Without metrics.json a folder does not count as a run, so a crash in between cannot
    // leave the old numbers beside the new model.
    await unlink(join(path, "metrics.json")).catch(() => {});
    for (const file of pending) await file.publish();
  } catch (error) {
    for (const file of pending) await file.discard();
    throw error;
  }
  for (const name of RUN_FILES) if (!names.includes(name)) await unlink(join(path, name)).catch(() => {});
  return names;
}
