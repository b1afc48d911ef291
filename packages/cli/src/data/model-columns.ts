// Columns that a model needs and a file lacks: one wording for all commands that use a model.
import { streamCsv } from "@steepest/tables";
import { formatNames } from "../format.ts";
import { didYouMean } from "../nearest.ts";
import type { Problem } from "../problem.ts";

/** Every column of `needed` that is not among `names`. */
export function missingColumns(needed: readonly string[], names: readonly string[], file: string): Problem[] {
  return needed
    .filter((name) => !names.includes(name))
    .map((name) => ({
      class: "DataError",
      code: "missing-column",
      message: `there is no column "${name}", which training had`,
      where: { file, column: name },
      fix: [...didYouMean(name, names), `the columns are ${formatNames(names)}`],
    }));
}

/** Every column of `asked` that is not among `names`. */
export function unknownColumns(
  flag: string,
  asked: readonly string[],
  names: readonly string[],
  file: string,
): Problem[] {
  return asked
    .filter((name) => !names.includes(name))
    .map((name) => ({
      class: "DataError",
      code: "unknown-column",
      message: `there is no column "${name}" (--${flag})`,
      where: { file, column: name },
      fix: [...didYouMean(name, names), `the columns are ${formatNames(names)}`],
    }));
}

/** The header of a stream, where its first piece holds it, and the whole stream. */
export async function peekHeader(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ header: readonly string[] | undefined; chunks: AsyncIterable<Uint8Array> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (first.done !== true) yield first.value;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  const end = first.done === true ? -1 : first.value.lastIndexOf(LINE_FEED);
  const header = end < 0 ? undefined : await headerOf(first.value.subarray(0, end + 1));
  return { header, chunks: chunks() };
}

const LINE_FEED = 10;

/** Nothing when it cannot be read: whoever reads the whole stream says why. */
async function headerOf(text: Uint8Array): Promise<readonly string[] | undefined> {
  try {
    for await (const { header } of streamCsv([text], { onBadRow: "skip", batchRows: 1 })) return header;
  } catch {
    return undefined;
  }
  return undefined;
}
