// JSON Schema as far as schema.json uses it: tests need no validator of others.

export type Schema = Readonly<Record<string, unknown>>;

/** What is wrong with a value, as "path: reason". An unknown keyword is an error: it would otherwise be passed over. */
export function violations(value: unknown, schema: Schema, root: Schema = schema, path = "$"): string[] {
  const found: string[] = [];
  for (const [keyword, rule] of Object.entries(schema)) {
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`schema: unknown keyword "${keyword}" at ${path}`);
    found.push(...check(value, rule, root, path, schema));
  }
  return found;
}

type Check = (value: unknown, rule: unknown, root: Schema, path: string, schema: Schema) => string[];
type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function typeOf(value: unknown): string[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  return Number.isInteger(value) ? ["integer", "number"] : [typeof value];
}

const nothing: Check = () => [];

const KEYWORDS: Readonly<Record<string, Check>> = {
  $schema: nothing,
  title: nothing,
  description: nothing,
  $defs: nothing,
  $ref: (value, rule, root, path) => {
    const name = String(rule).replace("#/$defs/", "");
    return violations(value, (root["$defs"] as Readonly<Record<string, Schema>>)[name]!, root, path);
  },
  type: (value, rule, _, path) => {
    const wanted = [rule].flat() as string[];
    return typeOf(value).some((type) => wanted.includes(type)) ? [] : [`${path}: no ${wanted.join(" or ")}`];
  },
  const: (value, rule, _, path) => (value === rule ? [] : [`${path}: not ${String(rule)}`]),
  enum: (value, rule, _, path) => ((rule as unknown[]).includes(value) ? [] : [`${path}: not one of ${String(rule)}`]),
  pattern: (value, rule, _, path) => (new RegExp(String(rule)).test(String(value)) ? [] : [`${path}: not ${rule}`]),
  required: (value, rule, _, path) =>
    isObject(value)
      ? (rule as string[]).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`)
      : [],
  properties: (value, rule, root, path) =>
    isObject(value)
      ? Object.entries(rule as Readonly<Record<string, Schema>>).flatMap(([name, own]) =>
          name in value ? violations(value[name], own, root, `${path}.${name}`) : [],
        )
      : [],
  additionalProperties: (value, rule, root, path) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, own]) => violations(own, rule as Schema, root, `${path}.${name}`))
      : [],
  items: (value, rule, root, path) =>
    Array.isArray(value) ? value.flatMap((own, i) => violations(own, rule as Schema, root, `${path}[${i}]`)) : [],
  minItems: (value, rule, _, path) =>
    Array.isArray(value) && value.length < Number(rule) ? [`${path}: fewer than ${rule}`] : [],
  anyOf: (value, rule, root, path) => {
    const all = (rule as Schema[]).map((one) => violations(value, one, root, path));
    return all.some((one) => one.length === 0) ? [] : [`${path}: none of the forms (${all.flat().join("; ")})`];
  },
};
