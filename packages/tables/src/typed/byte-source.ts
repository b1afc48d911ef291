// Bytes to read from: a file on disk, piece by piece, or what is in memory.
import { BackendError } from "steepest";

export interface ByteSource {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  /** The bytes from `start` to `end`, in a buffer of their own. */
  read(start: number, end?: number): Promise<ArrayBuffer>;
  close(): Promise<void>;
}

/**
 * Opens a file, or wraps bytes.
 * @throws BackendError when the file cannot be read.
 */
export async function openBytes(owner: string, file: string | Uint8Array, name?: string): Promise<ByteSource> {
  if (typeof file !== "string") {
    return {
      name: name ?? owner,
      size: file.byteLength,
      read: async (start, end = file.byteLength) => toBuffer(file.subarray(start, end)),
      close: async () => {},
    };
  }
  const { open } = await import("node:fs/promises");
  const guard = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      throw unreadable(owner, file, cause);
    });
  const handle = await guard(open(file));
  const { size } = await guard(handle.stat());
  return {
    name: name ?? file,
    size,
    async read(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, end - start));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await guard(handle.read(bytes, filled, bytes.length - filled, start + filled));
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === bytes.length ? bytes.buffer : bytes.buffer.slice(0, filled);
    },
    close: () => handle.close(),
  };
}

/** All bytes of a file, or the bytes that are given. */
export async function allBytes(owner: string, file: string | Uint8Array): Promise<Uint8Array> {
  if (typeof file !== "string") return file;
  const source = await openBytes(owner, file);
  try {
    return new Uint8Array(await source.read(0));
  } finally {
    await source.close();
  }
}

/** The error for a file that cannot be read. */
export function unreadable(owner: string, path: string, cause: unknown): BackendError {
  const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  const why = isAbsent ? "there is no such file" : cause instanceof Error ? cause.message : String(cause);
  return new BackendError(`${owner}: cannot read "${path}": ${why}. Check the path and its permissions.`, {
    code: "file-not-readable",
    backend: "file",
    cause,
  });
}

function toBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  return copy.buffer;
}
