import { OptionChecker } from "../../errors/index.ts";
import { checkPieces, pieceAt } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described } from "./spec.ts";

/**
 * The value of the last piece that has started: `piecewise([[0, 1], [3, 0.1]])` is 1 for steps 0 to 2, then 0.1.
 *
 * @throws OptionError unless the first piece starts at 0, starts ascend, and values are finite.
 */
export function piecewise(pieces: readonly (readonly [from: number, value: number])[]): Schedule {
  checkPieces("piecewise", pieces);
  for (const [, value] of pieces) new OptionChecker("piecewise", { value }, ["value"]).number("value").done();
  return described("piecewise", { pieces }, (t) => pieceAt(pieces, t)[1]);
}
