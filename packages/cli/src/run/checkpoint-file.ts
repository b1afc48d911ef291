// The checkpoint in the folder of a run, while the run is in the making.
import { access, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { RequestError } from "../failure.ts";
import { writeFileAtomically } from "./atomic-write.ts";

const NAME = "checkpoint.safetensors";

export interface CheckpointFile {
  /** Writes it, after those before it; of several that wait the last one is written. */
  save(bytes: Uint8Array): void;
  /** When nothing is being written any more. @throws an error of the file system that a write had. */
  settle(): Promise<void>;
  remove(): Promise<void>;
}

export function checkpointFile(folder: string): CheckpointFile {
  const path = join(folder, NAME);
  let next: Uint8Array | undefined;
  let writing: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;
  const writeAll = async (): Promise<void> => {
    try {
      while (next !== undefined) {
        const bytes = next;
        next = undefined;
        await writeFileAtomically(path, bytes);
      }
    } catch (error) {
      failed = { error };
    } finally {
      writing = undefined;
    }
  };
  return {
    save: (bytes) => {
      next = bytes;
      writing ??= writeAll();
    },
    settle: async () => {
      await writing;
      if (failed !== undefined) throw failed.error;
    },
    remove: () => unlink(path).catch(() => {}),
  };
}

/** The bytes of a former training, if one was stopped there. */
export function readCheckpoint(folder: string): Promise<Uint8Array | undefined> {
  return readFile(join(folder, NAME)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

/** @throws RequestError when a training was stopped in the folder, and nobody says what to do with it. */
export async function refuseUnfinished(folder: string): Promise<void> {
  const there = await access(join(folder, NAME)).then(
    () => true,
    () => false,
  );
  if (!there) return;
  throw new RequestError([
    {
      class: "OptionError",
      code: "unfinished-training",
      message: `the folder "${folder}" holds a training that was stopped`,
      where: { file: join(folder, NAME) },
      fix: ["--resume  goes on with it", "--force  begins anew"],
    },
  ]);
}
