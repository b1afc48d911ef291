// One NumPy array as columns: n values are one column, n × d values are d columns, records are one column per field.
import type { Cells } from "../typed/column-filler.ts";
import type { Field } from "../typed/field.ts";
import { elementType } from "./element.ts";
import { readNpyHeader } from "./npy-header.ts";

/** A column that has not been read yet. */
export interface NpyColumn extends Field {
  readonly rows: number;
  /** Reads the cells. */
  cells(): Cells;
}

/** @throws Error for bytes that are no array, or fewer than their header announces. */
export function npyColumns(name: string, bytes: Uint8Array): readonly NpyColumn[] {
  const { descr, fortranOrder, shape, end } = readNpyHeader(bytes);
  const fields =
    typeof descr === "string" ? undefined : descr.map(([field, type]) => [field, elementType(type)] as const);
  const element = typeof descr === "string" ? elementType(descr) : undefined;
  const stride = element?.size ?? fields?.reduce((sum, [, type]) => sum + type.size, 0) ?? 0;
  const count = shape.reduce((product, size) => product * size, 1);
  const isReadable = element === undefined || element.kind !== undefined;
  if (isReadable && bytes.length - end < count * stride) {
    throw new Error(`${count} elements of ${stride} bytes announced, ${bytes.length - end} bytes found`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + end, bytes.length - end);
  const [rows = 1, width = 1] = shape;
  if (shape.length > 2 || (fields !== undefined && shape.length > 1)) {
    return [{ name, kind: undefined, stored: `an array of ${shape.length} axes`, rows, cells: () => [] }];
  }
  if (fields !== undefined) {
    let offset = 0;
    return fields.map(([field, type]) => {
      const start = offset;
      offset += type.size;
      const cells = () => Array.from({ length: rows }, (_, row) => type.read(view, row * stride + start));
      return { name: field, kind: type.kind, stored: type.stored, rows, cells };
    });
  }
  const { kind, stored, size, read } = element!;
  return Array.from({ length: shape.length === 2 ? width : 1 }, (_, j) => {
    const cells = () =>
      Array.from({ length: rows }, (_, row) => read(view, size * (fortranOrder ? j * rows + row : row * width + j)));
    return { name: shape.length === 2 ? `${name}_${j}` : name, kind, stored, rows, cells };
  });
}
