import { OptionError } from "../../errors/index.ts";
import { checkPieces, pieceAt } from "./check.ts";
import type { Schedule } from "./schedule.ts";
import { described, specOf } from "./spec.ts";

/**
 * Schedules one after the other: `joined([[0, a], [100, b]])` runs a for steps 0–99, then b from its own 0.
 *
 * @throws OptionError unless the first piece starts at 0, starts ascend, and pieces are functions.
 */
export function joined(pieces: readonly (readonly [from: number, schedule: Schedule])[]): Schedule {
  checkPieces("joined", pieces);
  pieces.forEach(([, schedule], i) => {
    if (typeof schedule === "function") return;
    throw new OptionError(`joined: piece ${i} is no schedule. Use constant(…) for a number.`, {
      code: "invalid-option",
      option: "pieces",
    });
  });
  const spec = pieces.map(([from, schedule]) => [from, specOf(schedule)] as const);
  return described("joined", { pieces: spec }, (t) => {
    const [from, schedule] = pieceAt(pieces, t);
    return schedule(t - from);
  });
}
