// One training at a time writes into a folder.
import { readFile, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { RequestError } from "../failure.ts";
import { removeAtExit } from "./atomic-write.ts";

export const LOCK_FILE = ".lock";

/** Locks of this process. */
const held = new Set<string>();

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Puts a file into the folder that only one process can make. One that a process left behind which is gone is taken over.
 * @throws RequestError "run-busy" when another process holds it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, LOCK_FILE);
  const owner = `${process.pid} ${hostname()}`;
  try {
    await writeFile(path, owner, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw Object.assign(error as Error, { path: folder });
    const other = await readFile(path, "utf8").catch(() => "");
    if (held.has(path) || !isGone(other)) throw busy(folder, path, other);
    await unlink(path).catch(() => {});
    return lockFolder(folder);
  }
  held.add(path);
  const forget = removeAtExit(path);
  return {
    release: async () => {
      if (!held.delete(path)) return;
      await unlink(path).catch(() => {});
      forget();
    },
  };
}

/** Processes of other computers, and locks that are being written, count as running. */
function isGone(owner: string): boolean {
  const [pid = "", host] = owner.split(" ");
  if (host !== hostname() || !/^\d+$/.test(pid)) return false;
  if (Number(pid) === process.pid) return true; // left by a former process of this number
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function busy(folder: string, path: string, owner: string): RequestError {
  const who = owner === "" ? "another training" : `another training (process ${owner.split(" ")[0]})`;
  return new RequestError([
    {
      class: "OptionError",
      code: "run-busy",
      message: `${who} is writing into the folder "${folder}"`,
      where: { file: folder },
      fix: ["--out other/folder  writes somewhere else", `remove ${path} if no training is running`],
    },
  ]);
}
