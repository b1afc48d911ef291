// What tells two data sets apart: SHA-256 of the bytes of a file, or of the values of a table that is no file.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Table } from "steepest/data";

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

export function sha256OfBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Names, types and values, column by column. */
export function sha256OfTable(table: Table): string {
  const hash = createHash("sha256");
  for (const name of table.names) {
    const column = table.column(name);
    hash.update(JSON.stringify([name, column.type, column.type === "category" ? column.categories : []]));
    const { buffer, byteOffset, byteLength } = column.type === "category" ? column.codes : column.values;
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
