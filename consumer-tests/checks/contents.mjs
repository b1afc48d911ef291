// What is in the tarballs: publint's rules, a license and a readme, no tests, no WebAssembly, sizes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const limits = { steepest: 3_000_000 }; // unpacked bytes of core

export async function contents({ project, tarballs }) {
  const wrong = [];
  const notes = [];
  for (const { name, file, files, unpackedSize } of tarballs) {
    const manifest = JSON.parse(readFileSync(join(project, "node_modules", name, "package.json"), "utf8"));
    const { messages } = await publint({ pack: { tarball: bytes(file) } });
    for (const message of messages.filter(isOurs))
      wrong.push(`${name}: ${message.type}: ${formatMessage(message, manifest, { color: false })}`);
    for (const path of ["LICENSE", "README.md"]) if (!files.includes(path)) wrong.push(`${name}: ${path} is missing`);
    for (const path of files)
      if (/\.test\.|\.wasm$|golden/.test(path)) wrong.push(`${name}: ${path} does not belong into the package`);
    if (unpackedSize > (limits[name] ?? Number.POSITIVE_INFINITY))
      wrong.push(`${name}: ${unpackedSize} bytes unpacked`);
    notes.push(`${name}: ${files.length} files, ${(unpackedSize / 1000).toFixed(0)} KB unpacked`);
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return notes;
}

/** The condition "steepest:source" serves this repository alone: its files are not published, on purpose. */
const isOurs = ({ type, path }) => type !== "suggestion" && !path.includes("steepest:source");

function bytes(file) {
  const buffer = readFileSync(file);
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}
