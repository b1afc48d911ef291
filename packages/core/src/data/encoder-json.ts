// Reading a saved encoder back: every field is checked, because files are edited, cut and mixed up.
import { DataError } from "../errors/index.ts";
import { type FittedEncoder, MISSING_POLICIES, type MissingPolicy, makeEncoder } from "./encode.ts";
import type { CategoryFeature, Feature, NumberFeature, Scale } from "./feature.ts";
import type { ColumnType } from "./table.ts";
import type { Target } from "./target.ts";

const VERSION = 1;

/**
 * The encoder that `toJSON` described.
 *
 * @throws DataError when the value is no saved encoder ("invalid-encoder", with the path of the field that is wrong), or
 * when a newer version wrote it ("newer-version").
 *
 * @example
 * ```ts
 * const table = tableFromColumns({ age: [20, 40], churned: ["no", "yes"] });
 * const encoder = fitEncoder(table, { target: "churned" });
 * const restored = encoderFromJSON(JSON.parse(JSON.stringify(encoder)));
 * restored.features(table).X.toNested(); // [[20], [40]]
 * ```
 */
export function encoderFromJSON(json: unknown): FittedEncoder {
  const root = record(json, "encoder");
  if (root["format"] !== "steepest-encoder") {
    throw invalid("encoder.format", root["format"], '"steepest-encoder"');
  }
  const version = root["version"];
  if (typeof version === "number" && version > VERSION) {
    throw new DataError(
      `encoderFromJSON: the encoder was written by a newer version (format ${version}; this version reads up to ${VERSION}). Update steepest.`,
      { code: "newer-version", received: String(version), expected: `at most ${VERSION}`, fix: ["update steepest"] },
    );
  }
  if (version !== VERSION) throw invalid("encoder.version", version, String(VERSION));
  const missing = oneOf(root["missing"], "encoder.missing", MISSING_POLICIES);
  const target = readTarget(root["target"]);
  const inputs = list(root["features"], "encoder.features").map((feature, i) =>
    readFeature(feature, `encoder.features[${i}]`, missing),
  );
  if (inputs.length === 0) throw invalid("encoder.features", root["features"], "at least one feature");
  const names = inputs.map(({ name }) => name);
  const twice = names.findIndex((name, i) => name === target.name || names.indexOf(name) !== i);
  if (twice >= 0)
    throw invalid(`encoder.features[${twice}].name`, names[twice], "a name that occurs once, and not the target");
  const leftOut = root["leftOut"] === undefined ? [] : distinctTexts(root["leftOut"], "encoder.leftOut");
  return makeEncoder({ target, missing, inputs, leftOut });
}

const TYPES: readonly ColumnType[] = ["number", "category", "date"];

function readTarget(json: unknown): Target {
  const at = "encoder.target";
  const fields = record(json, at);
  const name = text(fields["name"], `${at}.name`);
  const type = oneOf(fields["type"], `${at}.type`, TYPES);
  const task = oneOf(fields["task"], `${at}.task`, ["regression", "classification"] as const);
  if (task === "regression") return { name, type, task };
  const classes = distinctTexts(fields["classes"], `${at}.classes`);
  if (classes.length === 0) throw invalid(`${at}.classes`, fields["classes"], "at least one class");
  return { name, type, task, classes };
}

function readFeature(json: unknown, at: string, missing: MissingPolicy): Feature {
  const fields = record(json, at);
  const name = text(fields["name"], `${at}.name`);
  const type = oneOf(fields["type"], `${at}.type`, TYPES);
  const scale = fields["scale"] === undefined ? {} : { scale: readScale(fields["scale"], `${at}.scale`) };
  if (type !== "category") {
    const imputes = missing === "median" || missing === "mean";
    const impute = imputes ? { impute: finite(fields["impute"], `${at}.impute`) } : {};
    return { name, type, ...impute, ...scale } satisfies NumberFeature;
  }
  return {
    name,
    type,
    encoding: oneOf(fields["encoding"], `${at}.encoding`, ["one-hot", "ordinal"] as const),
    categories: distinctTexts(fields["categories"], `${at}.categories`),
    other: boolean(fields["other"], `${at}.other`),
    ...(fields["lumped"] !== undefined && { lumped: readLumped(fields["lumped"], `${at}.lumped`) }),
    missing: boolean(fields["missing"], `${at}.missing`),
    ...scale,
  } satisfies CategoryFeature;
}

function readLumped(json: unknown, at: string): { readonly values: number; readonly rows: number } {
  const fields = record(json, at);
  return { values: finite(fields["values"], `${at}.values`), rows: finite(fields["rows"], `${at}.rows`) };
}

function readScale(json: unknown, at: string): Scale {
  const fields = record(json, at);
  const std = finite(fields["std"], `${at}.std`);
  if (std <= 0) throw invalid(`${at}.std`, std, "a positive number");
  return { mean: finite(fields["mean"], `${at}.mean`), std };
}

function record(json: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw invalid(at, json, "an object");
  return json as Readonly<Record<string, unknown>>;
}

function list(json: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(json)) throw invalid(at, json, "a list");
  return json;
}

function text(json: unknown, at: string): string {
  if (typeof json !== "string") throw invalid(at, json, "a text");
  return json;
}

function boolean(json: unknown, at: string): boolean {
  if (typeof json !== "boolean") throw invalid(at, json, "true or false");
  return json;
}

function finite(json: unknown, at: string): number {
  if (typeof json !== "number" || !Number.isFinite(json)) throw invalid(at, json, "a finite number");
  return json;
}

function oneOf<W extends string>(json: unknown, at: string, words: readonly W[]): W {
  const word = words.find((w) => w === json);
  if (word === undefined) throw invalid(at, json, `one of ${words.map((w) => `"${w}"`).join(", ")}`);
  return word;
}

function distinctTexts(json: unknown, at: string): readonly string[] {
  const texts = list(json, at).map((item, i) => text(item, `${at}[${i}]`));
  if (new Set(texts).size !== texts.length) throw invalid(at, json, "texts that all differ");
  return texts;
}

function invalid(at: string, received: unknown, expected: string): DataError {
  const shown = received === undefined ? "nothing" : (JSON.stringify(received)?.slice(0, 60) ?? typeof received);
  return new DataError(
    `encoderFromJSON: ${at} is ${shown}, expected ${expected}. The file was changed or is not a saved encoder: save the model again.`,
    { code: "invalid-encoder", received: shown, expected, fix: ["save the model again"] },
  );
}
