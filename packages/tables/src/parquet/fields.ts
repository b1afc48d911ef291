// What the columns of a Parquet file mean: physical and logical types to kinds of cells.
import type { FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import type { CellKind, Field } from "../typed/field.ts";

/** A column of a Parquet file. */
export interface ParquetField extends Field {
  /** Decimals are stored as whole numbers: their value is that number / 10^scale. */
  readonly scale: number | undefined;
}

/** The top-level columns, in the order of the file. */
export function parquetFields(schema: SchemaTree): readonly ParquetField[] {
  return schema.children.map((node) => {
    const { element } = node;
    const isDecimal = element.converted_type === "DECIMAL" || element.logical_type?.type === "DECIMAL";
    return {
      name: element.name,
      kind: kindOf(node),
      stored: describe(node),
      scale: isDecimal ? (element.scale ?? 0) : undefined,
    };
  });
}

/**
 * The same file with decimals declared as the whole numbers that they are stored as. The decoder multiplies by 10^−scale, which
 * makes 0.3 of 3·10⁻¹ into 0.30000000000000004; the division is exact where f64 allows it.
 */
export function withRawDecimals(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): SchemaElement => {
    if (element.converted_type !== "DECIMAL" && element.logical_type?.type !== "DECIMAL") return element;
    const { converted_type: _, logical_type: __, ...raw } = element;
    return raw;
  });
  return { ...metadata, schema };
}

/** The value of a decimal that is stored as integer or as big-endian bytes of a signed integer. */
export function decimalValue(raw: unknown, scale: number): number | undefined {
  if (raw === null || raw === undefined) return undefined;
  const unscaled = raw instanceof Uint8Array ? signedInteger(raw) : Number(raw);
  return unscaled / 10 ** scale; // 10^scale is exact up to 10^22, hence the quotient is correctly rounded
}

function signedInteger(bytes: Uint8Array): number {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return Number(BigInt.asIntN(8 * bytes.length, value));
}

function kindOf({ element, children }: SchemaTree): CellKind | undefined {
  if (children.length > 0 || element.repetition_type === "REPEATED") return undefined;
  switch (element.logical_type?.type ?? element.converted_type) {
    case "DATE":
    case "TIMESTAMP":
    case "TIMESTAMP_MILLIS":
    case "TIMESTAMP_MICROS":
      return "date";
    case "STRING":
    case "UTF8":
    case "ENUM":
    case "JSON":
    case "UUID":
      return "text";
    case "TIME":
    case "TIME_MILLIS":
    case "TIME_MICROS":
    case "INTERVAL":
    case "BSON":
    case "GEOMETRY":
    case "GEOGRAPHY":
    case "VARIANT":
      return undefined;
    case "DECIMAL":
    case "FLOAT16":
      return "number";
  }
  switch (element.type) {
    case "BOOLEAN":
      return "boolean";
    case "INT96": // nanoseconds and a day: the old form of a timestamp
      return "date";
    case "BYTE_ARRAY": // old writers leave texts without a label; bytes that are not UTF-8 are refused when they are read
      return "text";
    case "FIXED_LEN_BYTE_ARRAY":
      return undefined;
    default:
      return "number";
  }
}

function describe({ element, children }: SchemaTree): string {
  const logical = element.logical_type?.type ?? element.converted_type;
  if (logical === "LIST" || element.repetition_type === "REPEATED") return "a list";
  if (logical === "MAP" || logical === "MAP_KEY_VALUE") return "a map";
  if (logical === "VARIANT") return "a variant";
  if (children.length > 0) return `a struct of ${children.map((child) => `"${child.element.name}"`).join(", ")}`;
  const physical = element.type?.toLowerCase() ?? "unknown";
  return logical === undefined ? physical : `${logical.toLowerCase()} (${physical})`;
}
