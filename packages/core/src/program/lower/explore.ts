// What a kernel would compute and what it would load, before it is decided: from a result back to what is stored.
import type { Domain, Level } from "./domain.ts";
import type { Entry, Group, Load, Source } from "./group.ts";
import type { GNode, MapNode, PickNode, ReduceNode, Ref } from "./nodes.ts";
import { canonical, compose, isIdentity, type View } from "./view.ts";

/** What the explorer asks of the plan. */
export interface Known {
  /** The group that computes a node in its own order. */
  owner(node: GNode): Group | undefined;
  /** Whether a buffer holds it, or will. */
  stored(node: GNode): boolean;
  /** Whether something needs it in a buffer whatever is fused. */
  needed(node: GNode): boolean;
  /** How many nodes read it. */
  uses(node: GNode): number;
  /** A node with the elements of a view in a row. */
  copyOf(ref: Ref): GNode;
  /** Whether anything is fused. */
  readonly fuse: boolean;
}

const MAX_LOADS = 18;
const MAX_ENTRIES = 120;
/** Rows up to this long stay in the cache between the passes over them. */
const MAX_ROW = 16384;

/** One attempt at a group. */
export class Exploration {
  readonly domain: Domain;
  readonly entries: Map<string, Entry> = new Map();
  readonly loads: Map<string, Load> = new Map();
  /** The group that the values would join. */
  readonly into: Group | undefined;
  readonly unitInner: boolean;
  /** A node of the group itself would be read from its buffer. */
  failed = false;
  readonly #known: Known;
  readonly #root: GNode;

  constructor(known: Known, root: GNode, domain: Domain, into?: Group, unitInner = false) {
    this.#known = known;
    this.#root = root;
    this.domain = domain;
    this.into = into;
    this.unitInner = unitInner;
  }

  /** Loaded nodes that are in no buffer yet, and computed nowhere. */
  get missing(): GNode[] {
    const nodes = new Set([...this.loads.values()].map(({ node }) => node));
    return [...nodes].filter((node) => !this.#known.stored(node) && this.#known.owner(node) === undefined);
  }

  /** The value of a node at every position of a level. */
  resolve(node: GNode, view: View, level: Level): Source {
    if (node.kind === "fill") return { kind: "fill", value: node.value, dtype: node.dtype };
    if (node.kind === "iota" && this.domain.admit(view, level)) return { kind: "iota", view, level };
    const { kind, count, size } = this.domain.space;
    if (kind === "rows" && level === "element" && repeatsRows(view, size, count) && node.size === size / count) {
      if (count <= MAX_ROW || this.#isStored(node)) return this.resolve(node, IDENTITY(node.size), "result");
      return this.#load(node, view, level);
    }
    const key = `${node.id}|${level}|${isIdentity(view, node.size) ? "" : view.key}`;
    if (this.entries.has(key) || this.into?.entries.has(key) === true) return { kind: "entry", key };
    return this.#compute(node, view, level, key) ?? this.#load(node, view, level);
  }

  #isStored(node: GNode): boolean {
    return this.#known.stored(node) || this.#known.owner(node) !== undefined;
  }

  #compute(node: GNode, view: View, level: Level, key: string): Source | undefined {
    if (node.kind !== "map" && node.kind !== "pick" && node.kind !== "reduce") return undefined;
    const isRoot = node === this.#root && isIdentity(view, node.size);
    if (!isRoot && !this.#worthwhile(node, view, level)) return undefined;
    if (node.kind === "reduce") return this.#reduce(node, view, level, key);
    return node.kind === "pick" ? this.#pick(node, view, level, key, isRoot) : this.#map(node, view, level, key);
  }

  #worthwhile(node: MapNode | PickNode | ReduceNode, view: View, level: Level): boolean {
    const known = this.#known;
    if (!known.fuse) return false;
    const own = known.owner(node) === this.into && this.into !== undefined;
    if (own) return true; // its buffer cannot be read here
    if (known.stored(node) || known.owner(node) !== undefined) {
      if (node.kind !== "map") return false;
      return this.#newLoads(node, view, level, 6) <= (known.stored(node) ? 0 : 1);
    }
    if (this.entries.size >= MAX_ENTRIES || this.loads.size >= MAX_LOADS) return false;
    if (node.kind === "reduce") return true;
    if (isIdentity(view, node.size) && !(level === "element" && this.domain.space.kind === "columns")) return true;
    // Computed here and nowhere else, or again because that is cheaper than a trip through memory.
    if (known.uses(node) === 1 && !known.needed(node) && touched(view) >= node.size) return true;
    return !known.needed(node) && this.#newLoads(node, view, level, 6) <= 1;
  }

  /** How many full-size arrays would have to be loaded to compute the node here; ∞ where that is not cheap. */
  #newLoads(node: GNode, view: View, level: Level, depth: number): number {
    if (node.kind === "fill" || node.kind === "iota") return 0;
    const small = touched(view) * 8 <= this.domain.space.size;
    if (node.kind !== "map" || depth === 0)
      return this.#isStored(node) && node.kind !== "pick" ? (small ? 0 : 1) : Infinity;
    if (this.#known.stored(node) && depth < 6) return small || this.loads.has(loadKey(node, view, level)) ? 0 : 1;
    if (node.formula.costly) return Infinity;
    let total = 0;
    for (const ref of node.inputs) {
      const through = compose(ref.view, view);
      if (through === undefined) return Infinity;
      const known =
        this.loads.has(loadKey(ref.node, through, level)) ||
        this.entries.has(`${ref.node.id}|${level}|${isIdentity(through, ref.node.size) ? "" : through.key}`);
      if (!known) total += this.#newLoads(ref.node, through, level, depth - 1);
    }
    return total;
  }

  #map(node: MapNode, view: View, level: Level, key: string): Source | undefined {
    const views = node.inputs.map((ref) => compose(ref.view, view));
    if (views.some((v) => v === undefined)) return undefined;
    const sources = node.inputs.map((ref, i) => this.resolve(ref.node, views[i]!, level));
    return this.#enter({ key, node, level, whole: isIdentity(view, node.size), sources });
  }

  #pick(node: PickNode, view: View, level: Level, key: string, isRoot: boolean): Source | undefined {
    const from = compose(node.source.view, view);
    const at = compose(node.ids.view, view);
    if (from === undefined || at === undefined || !this.#pickable(at, level, isRoot)) return undefined;
    if (!this.domain.admit(from, level) || !this.domain.admit(at, level)) return undefined;
    const ids = this.#loadOf(node.ids.node, at, level);
    const picked = { ids, stride: node.stride, extent: node.extent };
    const load = { ...this.#plainLoad(node.source.node, from, level), picked };
    const named = { ...load, key: `${load.key}[${ids.key}·${node.stride}]` };
    this.loads.set(named.key, named);
    return this.#enter({
      key,
      node,
      level,
      whole: isIdentity(view, node.size),
      sources: [{ kind: "load", load: named }],
    });
  }

  /** Positions are read once per row: they may not move along the innermost axis. */
  #pickable(at: View, level: Level, isRoot: boolean): boolean {
    const { kind, count, inner } = this.domain.space;
    if (this.unitInner) return isRoot;
    if (kind === "rows" && level === "result") return true;
    const last = at.extents.length - 1;
    if (last < 0) return true;
    if (at.strides[last] !== 0) return false;
    const run = at.extents[last]!;
    if (kind === "map") return this.domain.cutAt([run]);
    return run % (kind === "rows" ? count : inner) === 0;
  }

  #reduce(node: ReduceNode, view: View, level: Level, key: string): Source | undefined {
    const { kind, size, count, inner } = this.domain.space;
    const fits =
      kind !== "map" &&
      level === "result" &&
      isIdentity(view, node.size) &&
      node.count === count &&
      node.inner === inner &&
      node.outer * node.count * node.inner === size;
    if (!fits) return undefined;
    const { input } = node;
    const source = this.resolve(input.node, input.view, "element");
    return this.#enter({ key, node, level, whole: true, sources: [source] });
  }

  #enter(entry: Entry): Source {
    this.entries.set(entry.key, entry);
    return { kind: "entry", key: entry.key };
  }

  #load(node: GNode, view: View, level: Level): Source {
    if (!this.domain.admit(view, level)) {
      const copy = this.#known.copyOf({ node, view });
      return { kind: "load", load: this.#loadOf(copy, IDENTITY(copy.size), level) };
    }
    return { kind: "load", load: this.#loadOf(node, view, level) };
  }

  #loadOf(node: GNode, view: View, level: Level): Load {
    const load = this.#plainLoad(node, view, level);
    this.loads.set(load.key, load);
    return load;
  }

  #plainLoad(node: GNode, view: View, level: Level): Load {
    if (this.into !== undefined && this.#known.owner(node) === this.into) this.failed = true;
    return { key: loadKey(node, view, level), node, view, level };
  }
}

function loadKey(node: GNode, view: View, level: Level): string {
  return `${node.id}|${level}|${view.key}`;
}

/** Every element of a row reads the same, and rows are in order. */
function repeatsRows(view: View, size: number, count: number): boolean {
  const rows = size / count;
  if (view.offset !== 0) return false;
  if (rows === 1) return view.extents.length === 1 && view.strides[0] === 0;
  const [first, second] = view.extents;
  return (
    view.extents.length === 2 && first === rows && second === count && view.strides[0] === 1 && view.strides[1] === 0
  );
}

export function IDENTITY(size: number): View {
  return canonical([size], [1], 0);
}

/** How many different elements a view reads. */
export function touched({ extents, strides }: View): number {
  return extents.reduce((total, extent, axis) => (strides[axis] === 0 ? total : total * extent), 1);
}
