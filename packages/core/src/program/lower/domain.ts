// Iteration spaces: rows of numbers cut into axes until every access of a kernel moves by one stride along each of them.
import { InternalError } from "../../errors/index.ts";
import type { View } from "./view.ts";

/** Where a value lives: one per element, or one per result of the reductions (per row, per column). */
export type Level = "element" | "result";

/** What a kernel runs over: "size" for maps, "outer count" for rows, "outer count inner" for columns. */
export interface Space {
  readonly kind: "map" | "rows" | "columns";
  readonly size: number;
  /** How many elements make one result; 1 for maps. */
  readonly count: number;
  /** Elements between neighbors of one result; 1 for maps and rows. */
  readonly inner: number;
}

export function spaceOfMap(size: number): Space {
  return { kind: "map", size, count: 1, inner: 1 };
}

export function sameSpace(a: Space, b: Space): boolean {
  return a.kind === b.kind && a.size === b.size && a.count === b.count && a.inner === b.inner;
}

/** How many results a space has. */
export function results({ size, count }: Space): number {
  return size / count;
}

/** A space with its cuts: products of the innermost axes, each dividing the next. */
export class Domain {
  readonly space: Space;
  #cuts: readonly number[];

  constructor(space: Space, cuts?: readonly number[]) {
    this.space = space;
    const { size, count, inner } = space;
    this.#cuts = cuts ?? sorted([inner, count * inner, size]);
  }

  copy(): Domain {
    return new Domain(this.space, this.#cuts);
  }

  /** Takes over the cuts of another domain of the same space. */
  become(other: Domain): void {
    this.#cuts = other.#cuts;
  }

  /** Makes room for a view, or says that it has none. */
  admit(view: View, level: Level): boolean {
    const cuts: number[] = [];
    let run = 1;
    for (let axis = view.extents.length - 1; axis > 0; axis--) {
      run *= view.extents[axis]!;
      const cut = this.#cutOf(run, level);
      if (cut === undefined) return false;
      cuts.push(cut);
    }
    return this.cutAt(cuts);
  }

  /** Adds cuts of the elements. */
  cutAt(cuts: readonly number[]): boolean {
    if (cuts.every((cut) => this.#cuts.includes(cut) || cut === 1)) return true;
    const all = sorted([...this.#cuts, ...cuts]);
    if (all.some((cut, i) => i > 0 && cut % all[i - 1]! !== 0)) return false;
    this.#cuts = all;
    return true;
  }

  /** A run of a level in elements. The inner axis of rows and columns stays whole. */
  #cutOf(run: number, level: Level): number | undefined {
    const { kind, count, inner } = this.space;
    if (kind === "map") return run;
    if (level === "element") return run >= (kind === "rows" ? count : inner) ? run : undefined;
    if (kind === "rows") return run * count;
    if (run < inner) return undefined;
    return run === inner ? run : run * count;
  }

  /** Extents from the outermost axis to the innermost. */
  get extents(): number[] {
    const list = [1, ...this.#cuts];
    return list
      .slice(1)
      .map((cut, i) => cut / list[i]!)
      .reverse();
  }

  /** One stride per axis of `extents`; 0 along the reduced axes for views of results. */
  strides(view: View, level: Level): number[] {
    const { count, inner } = this.space;
    const list = [1, ...this.#cuts];
    return list
      .slice(0, -1)
      .map((cut) => {
        if (level === "element") return strideAt(view, cut);
        if (cut >= inner * count) return strideAt(view, cut / count);
        return cut < inner ? strideAt(view, cut) : 0;
      })
      .reverse();
  }

  /** How many of the outer axes belong to the reduced ones. */
  get reducedAxes(): number {
    const { count, inner } = this.space;
    return this.#cuts.filter((cut) => cut > inner && cut <= inner * count).length;
  }
}

/** How far the view moves when the position moves by `step`, which is a run of its inner axes, or inside of one. */
function strideAt({ extents, strides }: View, step: number): number {
  let run = 1;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    const next = run * extents[axis]!;
    if (step < next) {
      if (step % run !== 0) throw new InternalError("lower: a view was not admitted to its domain.");
      return strides[axis]! * (step / run);
    }
    run = next;
  }
  return 0; // the axis has length 1
}

function sorted(cuts: readonly number[]): number[] {
  return [...new Set(cuts)].filter((cut) => cut > 1).sort((a, b) => a - b);
}
