import type { NDArray } from "../array/types.ts";
import { OptionError } from "../errors/index.ts";
import { type Kind, normalizeAxis } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { concat } from "./concat.ts";
import { at } from "./slice.ts";

/** The entries moved by `shift` places along an axis (default the last); those that leave come back at the other end. */
export const roll: Op<<K extends Kind>(x: NDArray<K>, shift: number, axis?: number) => NDArray<K>> = op(
  {
    name: "roll",
    derivative: "both modes",
    samples: [
      {
        label: "[4] by 1",
        inputs: [{ shape: [4], domain: [-3, 3] }],
        call: (x) => roll(x!, 1),
        truth: ([a, b, c, d] = []) => [d!, a!, b!, c!],
      },
      {
        label: "axis 0 of [3, 2] by -4",
        inputs: [{ shape: [3, 2], domain: [-3, 3] }],
        call: (x) => roll(x!, -4, 0),
        truth: (x) => [...x!.slice(2), ...x!.slice(0, 2)],
      },
    ],
  },
  <K extends Kind>(x: NDArray<K>, shift: number, axis = -1): NDArray<K> => {
    if (!Number.isInteger(shift)) {
      throw new OptionError(`roll: the shift must be an integer, got ${shift}.`, {
        code: "invalid-option",
        option: "shift",
      });
    }
    const along = normalizeAxis("roll", axis, x.shape.length);
    const extent = x.shape[along]!;
    const cut = extent === 0 ? 0 : ((-shift % extent) + extent) % extent;
    if (cut === 0) return x;
    const part = (start: number, stop: number): NDArray<K> =>
      at(
        x,
        x.shape.map((_, a) => (a === along ? ([start, stop] as const) : (":" as const))),
      );
    return concat([part(cut, extent), part(0, cut)], along);
  },
);
