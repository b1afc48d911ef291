// What einsum means: nested loops over all names. The truth of its laws, too slow for anything else.
import { type Shape, sizeOf } from "../program/index.ts";
import { parsePattern } from "./einsum-pattern.ts";

/** The result in row-major order, from the numbers of each operand in row-major order. */
export function byDefinition(pattern: string, shapes: readonly Shape[], xs: readonly number[][]): number[] {
  const { terms, output } = parsePattern(pattern, shapes);
  const names = [...new Set([...output, ...terms.flat()])];
  const extents = names.map((name) => {
    const i = terms.findIndex((term) => term.includes(name));
    return shapes[i]![terms[i]!.indexOf(name)]!;
  });
  const result = new Array<number>(sizeOf(extents.slice(0, output.length))).fill(0);
  const flat = (list: readonly string[], index: readonly number[]): number =>
    list.reduce((sum, name) => sum * extents[names.indexOf(name)]! + index[names.indexOf(name)]!, 0);
  const visit = (index: readonly number[]): void => {
    if (index.length < names.length) {
      for (let i = 0; i < extents[index.length]!; i++) visit([...index, i]);
      return;
    }
    const to = flat(output, index);
    result[to] = result[to]! + xs.reduce((product, x, i) => product * x[flat(terms[i]!, index)]!, 1);
  };
  visit([]);
  return result;
}
