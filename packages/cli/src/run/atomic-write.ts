// Files appear whole or not at all: a temporary file in the same folder, flushed, then renamed.
import { randomBytes } from "node:crypto";
import { unlinkSync } from "node:fs";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const unfinished = new Set<string>();

process.once("exit", removeUnfinishedFiles);

/** Whatever ends the process, nothing half-written stays behind. */
export function removeUnfinishedFiles(): void {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // the file is gone, or was never made
    }
  }
  unfinished.clear();
}

/** Removes a file when the process ends, however it ends; the result calls that off. */
export function removeAtExit(path: string): () => void {
  unfinished.add(path);
  return () => void unfinished.delete(path);
}

/** A file in the making. Until `publish` nobody sees it under its name. */
export interface PendingFile {
  readonly path: string;
  write(content: string | Uint8Array): Promise<void>;
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/** @throws an error of the file system; the temporary file is removed then. */
export async function createPendingFile(path: string): Promise<PendingFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  const handle = await named(path, open(temporary, "wx"));
  unfinished.add(temporary);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= handle.close());
  const discard = async (): Promise<void> => {
    await close().catch(() => {});
    await unlink(temporary).catch(() => {});
    unfinished.delete(temporary);
  };
  const orDiscard = async (work: Promise<void>): Promise<void> => {
    try {
      await named(path, work);
    } catch (error) {
      await discard();
      throw error;
    }
  };
  return {
    path,
    write: (content) => orDiscard(writeAll(handle, content)),
    publish: () =>
      orDiscard(
        handle
          .sync()
          .then(close)
          .then(() => rename(temporary, path))
          .then(() => void unfinished.delete(temporary)),
      ),
    discard,
  };
}

/** Writes a whole file. */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const file = await createPendingFile(path);
  await file.write(content);
  await file.publish();
}

async function writeAll(handle: FileHandle, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}

/** Errors speak of the file that the user asked for, not of the temporary one. */
async function named<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error) Object.assign(error, { path });
    throw error;
  }
}
