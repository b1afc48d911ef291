import { OptionChecker } from "../../errors/index.ts";

/** A finite number in [low, high], or a function of the step. Missing options pass. */
export function checkScheduled(
  checker: OptionChecker,
  options: object,
  name: string,
  low: number,
  high: number = Infinity,
): void {
  const value: unknown = (options as Readonly<Record<string, unknown>>)[name];
  if (typeof value === "function") return;
  checker.number(name, low, high);
}

/** A checker for the options of a schedule: `required` must be there. */
export function scheduleChecker(
  owner: string,
  options: object,
  required: readonly string[],
  optional: readonly string[] = [],
): OptionChecker {
  const checker = new OptionChecker(owner, options, [...required, ...optional]);
  for (const name of required) checker.required(name);
  return checker;
}

/**
 * Pieces in the order of their first steps, the first of them 0.
 *
 * @throws OptionError naming the first piece that is out of order.
 */
export function checkPieces(owner: string, pieces: readonly (readonly [from: number, ...rest: unknown[]])[]): void {
  const checker = new OptionChecker(owner, {}, []);
  if (pieces.length === 0) checker.fail("pieces", "there must be at least one piece, [[0, …]].");
  pieces.forEach(([from], i) => {
    const before = pieces[i - 1]?.[0];
    if (!Number.isInteger(from)) checker.fail("pieces", `piece ${i} starts at ${String(from)}, which is no integer.`);
    else if (before === undefined && from !== 0)
      checker.fail("pieces", `the first piece must start at 0, got ${from}.`);
    else if (before !== undefined && from <= before) {
      checker.fail("pieces", `piece ${i} starts at ${from}, not after piece ${i - 1}, which starts at ${before}.`);
    }
  });
  checker.done();
}

/** The last piece that has started. */
export function pieceAt<P extends readonly [from: number, ...rest: unknown[]]>(pieces: readonly P[], step: number): P {
  return pieces.findLast(([from]) => from <= step) ?? pieces[0]!; // checked: there is one
}
