// What protects a description against edits and damage: a checksum over everything that the model says of itself.
import { DataError } from "../errors/index.ts";
import { crc32 } from "./crc32.ts";

/** Which fields of a description were saved, and the CRC-32 of their canonical text. Fields that others add are free. */
export interface DescriptionChecksum {
  readonly fields: readonly string[];
  readonly crc32: string;
}

type Description = Readonly<Record<string, unknown>>;

export function descriptionChecksum(description: Description, fields: readonly string[]): DescriptionChecksum {
  const covered = Object.fromEntries([...fields].sort().map((name) => [name, description[name]]));
  return { fields, crc32: crc32(asciiBytes(canonicalText(covered))) };
}

/** @throws DataError "checksum" when a field that was saved is not what it was; "invalid-model" without a checksum. */
export function checkDescription(description: Description): void {
  const { fields, crc32: saved } = readChecksum(description["checksum"]);
  const found = descriptionChecksum(description, fields).crc32;
  if (found === saved) return;
  throw new DataError(
    `loadModel: the description is not as it was saved: crc32 ${found} instead of ${saved}. A number or a name in it was edited or damaged: copy or save the model again. Fields that you add yourself are not part of it.`,
    {
      code: "checksum",
      received: `description with crc32 ${found}`,
      expected: `description with crc32 ${saved}`,
      fix: ["copy or save the model again"],
    },
  );
}

function readChecksum(checksum: unknown): DescriptionChecksum {
  const saved = isObject(checksum) ? checksum["description"] : undefined;
  if (isObject(saved)) {
    const { fields, crc32: sum } = saved;
    const listed = Array.isArray(fields) && NEEDED.every((name) => fields.includes(name));
    if (listed && typeof sum === "string") return { fields: fields.map(String), crc32: sum };
  }
  throw new DataError(
    'loadModel: "checksum.description" is missing, or is not { fields, crc32 }. The description was changed or cut: save the model again.',
    { code: "invalid-model", expected: "{ fields, crc32 } of the description", fix: ["save the model again"] },
  );
}

const NEEDED = ["format", "version", "kind"];

/** JSON without spaces, names in ascending order of code units, everything beyond ASCII as \uXXXX. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  ).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function isObject(value: unknown): value is Description {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
