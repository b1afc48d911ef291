// Errors that all binary formats share: a file of another kind, one that is cut off, one that cannot be decoded.
import { DataError, SteepestError } from "steepest";

const MAGIC: readonly (readonly [bytes: string, what: string])[] = [
  ["PAR1", "a Parquet file"],
  ["PARE", "an encrypted Parquet file"],
  ["ARROW1", "an Arrow file"],
  ["\x93NUMPY", "a NumPy .npy file"],
  ["PK\x03\x04", "a zip archive, such as .npz"],
  ["\x1f\x8b", "gzip data"],
  ["\x28\xb5\x2f\xfd", "zstd data"],
  ["FEA1", "a Feather file of version 1"],
];

/** What the first bytes look like, in words. */
export function looksLike(head: Uint8Array): string {
  const known = MAGIC.find(([magic]) => startsWith(head, magic));
  if (known !== undefined) return known[1];
  return head.length > 0 && head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13)) ? "text" : "something else";
}

export function startsWith(bytes: Uint8Array, magic: string): boolean {
  for (let i = 0; i < magic.length; i++) {
    if (bytes[i] !== magic.charCodeAt(i)) return false;
  }
  return true;
}

export function emptyFile(source: string, expected: string): DataError {
  return new DataError(`${source}: the file is empty. Expected ${expected}.`, {
    code: "empty-file",
    received: "no bytes",
    expected,
    fix: ["check the path"],
  });
}

export function wrongFormat(source: string, head: Uint8Array, expected: string): DataError {
  const found = looksLike(head);
  return new DataError(
    `${source}: this is not ${expected}: its first bytes look like ${found}. Choose the reader by the content; format: "csv" and the like overrule the name of the file.`,
    { code: "wrong-format", received: found, expected },
  );
}

export function truncated(source: string, what: string, detail: string): DataError {
  return new DataError(`${source}: ${what} is cut off: ${detail}. Copy or write it again.`, {
    code: "truncated-file",
    received: detail,
    expected: `${what} with its end`,
  });
}

/** Wraps what a decoder throws; errors that are ours pass. */
export function corrupt(source: string, where: string, cause: unknown): SteepestError {
  if (cause instanceof SteepestError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DataError(`${source}: ${where} cannot be decoded: ${why}. The file is damaged: copy or write it again.`, {
    code: "corrupt-file",
    received: why,
    cause,
  });
}
