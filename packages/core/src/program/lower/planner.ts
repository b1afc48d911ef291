// Fusion: which nodes of a graph are computed by one kernel. Results that must be in memory are walked in order; each pulls in
// what it is made of, as far as that pays.
import { Domain, type Level, results, type Space, sameSpace, spaceOfMap } from "./domain.ts";
import { Exploration, IDENTITY, type Known, touched } from "./explore.ts";
import type { Graph } from "./graph.ts";
import { Group, type Single, type Work } from "./group.ts";
import type { AssembleNode, GNode, LoopNode, Ref } from "./nodes.ts";
import { canonical, isIdentity, type View } from "./view.ts";

const MAX_ACCESSES = 24;
const MAX_DEPTH = 100;

export class Planner implements Known {
  readonly fuse: boolean;
  readonly works: Work[] = [];
  readonly #graph: Graph;
  readonly #owners = new Map<GNode, Group>();
  readonly #stored = new Set<GNode>();
  readonly #needed: ReadonlySet<GNode>;
  readonly #uses: ReadonlyMap<GNode, number>;
  readonly #copies = new Map<string, GNode>();
  /** Groups that load all of an array, by the load. */
  readonly #readers = new Map<string, Group[]>();
  /** Who writes a stored node. */
  readonly writers: Map<GNode, Work[]> = new Map();

  constructor(graph: Graph, roots: readonly GNode[], fuse: boolean) {
    this.#graph = graph;
    this.fuse = fuse;
    const live = liveNodes(graph, roots);
    this.#uses = usesOf(live);
    this.#needed = neededOf(live, roots, this.#uses);
    for (const node of live) {
      if (node.kind === "host" || this.#needed.has(node)) this.demand(node);
    }
  }

  owner(node: GNode): Group | undefined {
    return this.#owners.get(node);
  }
  stored(node: GNode): boolean {
    return this.#stored.has(node) || node.kind === "input" || node.kind === "constant";
  }
  needed(node: GNode): boolean {
    return this.#needed.has(node);
  }
  uses(node: GNode): number {
    return this.#uses.get(node) ?? 1;
  }
  copyOf(ref: Ref): GNode {
    const key = `${ref.node.id} ${ref.view.key}`;
    const copy = this.#copies.get(key) ?? this.#graph.copyOf(ref);
    this.#copies.set(key, copy);
    return copy;
  }

  /** Sees that a buffer will hold the node. */
  demand(node: GNode): void {
    if (this.stored(node)) return;
    if (node.kind === "fill" || node.kind === "iota")
      this.#stored.add(node); // becomes a constant
    else if (node.kind === "result") {
      this.demand(node.loop);
      this.#stored.add(node);
      for (const work of this.writers.get(node.loop)!) this.#wrote(node, work);
    } else if (node.kind === "assemble") this.#assemble(node);
    else if (node.kind === "map" || node.kind === "pick" || node.kind === "reduce") this.#store(node);
    else {
      // The start of a scattered sum is written before it is added to.
      if (node.kind === "scatter") this.#storeRef(node, node.target, IDENTITY(node.size));
      this.#single(node, node.kind === "scatter" ? [node.ids, node.updates.node] : inputsOf(node));
    }
  }

  /** The node of a loop's result; one is made for a result that nothing reads. */
  resultOf(loop: LoopNode, place: number): GNode {
    return this.#graph.resultOf(loop, place);
  }

  demandAll(nodes: readonly GNode[]): void {
    for (const node of nodes) this.demand(node);
  }

  #store(node: GNode): void {
    const group = this.#place(node);
    group.stores.set(node, keyIn(group, node));
    this.#stored.add(node);
    this.#wrote(node, group);
  }

  #single(node: GNode, reads: readonly GNode[]): void {
    this.demandAll(reads);
    const work: Single = { kind: "single", node, reads };
    this.works.push(work);
    this.#stored.add(node);
    this.#wrote(node, work);
  }

  #wrote(node: GNode, work: Work): void {
    const list = this.writers.get(node);
    if (list === undefined) this.writers.set(node, [work]);
    else if (!list.includes(work)) list.push(work);
  }

  /** The group that computes a node, made or joined now. */
  #place(node: GNode): Group {
    const known = this.#owners.get(node);
    if (known !== undefined) return known;
    const unit = node.kind === "pick" && movesAlongLast(node.ids.view);
    const make = (into?: Group): Exploration => {
      const { space, level } = into === undefined ? this.#spaceFor(node) : spaceIn(into, node);
      const alone = unit && into === undefined;
      const attempt = new Exploration(this, node, into?.domain.copy() ?? new Domain(space), into, alone);
      attempt.resolve(node, IDENTITY(node.size), level);
      return attempt;
    };
    let attempt = make();
    for (let missing = attempt.missing; missing.length > 0; missing = attempt.missing) {
      this.demandAll(missing);
      attempt = make();
    }
    if (this.fuse) {
      for (const group of unit ? this.#rowsReading(node) : this.#candidates(attempt, node)) {
        const joined = make(group);
        if (joined.failed || joined.missing.length > 0 || !this.#fits(joined, group)) continue;
        return this.#commit(joined, group);
      }
    }
    return this.#commit(attempt, undefined);
  }

  /** Groups over the same space whose values, or loads, the attempt shares: the newest first. */
  #candidates(attempt: Exploration, node: GNode): Group[] {
    const { space } = attempt.domain;
    const found = new Set<Group>();
    for (const { node: read } of attempt.loads.values()) {
      const group = this.#owners.get(read);
      if (group !== undefined && (sameSpace(group.domain.space, space) || roomFor(group, node, space)))
        found.add(group);
    }
    const siblings = new Set<Group>();
    for (const key of attempt.loads.keys()) {
      for (const group of this.#readers.get(key) ?? []) {
        if (!found.has(group) && sameSpace(group.domain.space, space)) siblings.add(group);
      }
    }
    return [...[...found].reverse(), ...[...siblings].reverse()].slice(0, 4);
  }

  /** Kernels over the rows that a gather picks one element of each. */
  #rowsReading(node: GNode): Group[] {
    if (node.kind !== "pick") return [];
    const found = this.works.filter((work) => {
      if (work.kind !== "group" || work.domain.space.kind !== "rows") return false;
      return results(work.domain.space) === node.size && this.#reads(work, node.source.node);
    });
    return found.reverse().slice(0, 2) as Group[];
  }

  #reads(group: Group, node: GNode): boolean {
    return [...group.loads.values()].some((load) => load.node === node);
  }

  #fits(attempt: Exploration, group: Group): boolean {
    const loads = new Set([...group.loads.keys(), ...attempt.loads.keys()]);
    if (loads.size + group.stores.size + group.parts.length + 2 > MAX_ACCESSES || group.unitInner) return false;
    return [...attempt.loads.values()].every(({ node }) => !this.#dependsOn(node, group));
  }

  /** Whether a node is computed from what the group writes. */
  #dependsOn(node: GNode, group: Group, seen: Set<Work> = new Set()): boolean {
    const owner = this.#owners.get(node);
    const works = this.writers.get(node) ?? (owner === undefined ? [] : [owner]);
    return works.some((work) => {
      if (work === group) return true;
      if (seen.has(work)) return false;
      seen.add(work);
      return this.readsOf(work).some((read) => this.#dependsOn(read, group, seen));
    });
  }

  readsOf(work: Work): readonly GNode[] {
    if (work.kind === "group") return [...work.loads.values()].map(({ node }) => node);
    // A scatter adds to what its start values were written to.
    return work.reads;
  }

  /** Works that write the same buffer first: the border of an assembled array, the start of a sum. */
  before(work: Work): readonly Work[] {
    const into = work.kind === "group" ? work.parts.map((part) => part.into) : [work.node];
    return into.flatMap((node) => {
      const all = this.writers.get(node) ?? [];
      const ordered = node.kind === "scatter" || (node.kind === "assemble" && node.fill !== undefined);
      return ordered && all[0] !== work ? all.slice(0, 1) : [];
    });
  }

  #commit(attempt: Exploration, into: Group | undefined): Group {
    const group = into ?? new Group(attempt.domain, attempt.unitInner);
    if (into === undefined) this.works.push(group);
    else into.domain.become(attempt.domain);
    const columns = group.domain.space.kind === "columns";
    for (const entry of attempt.entries.values()) {
      group.entries.set(entry.key, entry);
      const owns = entry.whole && !(columns && entry.level === "element");
      if (owns && !this.#owners.has(entry.node) && !this.#stored.has(entry.node)) this.#owners.set(entry.node, group);
    }
    for (const load of attempt.loads.values()) {
      group.loads.set(load.key, load);
      if (touched(load.view) === group.domain.space.size) {
        const readers = this.#readers.get(load.key);
        if (readers === undefined) this.#readers.set(load.key, [group]);
        else if (!readers.includes(group)) readers.push(group);
      }
      this.demand(load.node);
    }
    return group;
  }

  #spaceFor(node: GNode): { space: Space; level: Level } {
    if (node.kind === "reduce") return { space: spaceOfReduce(node), level: "result" };
    const found = this.fuse && node.kind === "map" ? this.#reductionIn(node) : undefined;
    if (found === undefined) return { space: spaceOfMap(node.size), level: "element" };
    return found;
  }

  /** The space of a reduction that the node could be computed with: its result, or each element of its rows. */
  #reductionIn(root: GNode): { space: Space; level: Level } | undefined {
    const seen = new Set<GNode>();
    const visit = (node: GNode, depth: number): { space: Space; level: Level } | undefined => {
      if (node.kind !== "map" || seen.has(node) || depth > 24 || seen.size > 200) return undefined;
      seen.add(node);
      for (const { node: input, view } of node.inputs) {
        if (this.stored(input)) continue;
        if (!isIdentity(view, input.size) || input.size !== root.size) {
          const rows = this.#rowsOf(input, view, root, 8);
          if (rows !== undefined) return { space: rows, level: "element" };
          continue;
        }
        const owned = this.#owners.has(input);
        if (input.kind === "reduce" && !owned) return { space: spaceOfReduce(input), level: "result" };
        const found = owned ? undefined : visit(input, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return visit(root, 0);
  }

  /** Rows whose reductions, perhaps changed by maps, are spread over the rows again. */
  #rowsOf(node: GNode, view: View, root: GNode, depth: number): Space | undefined {
    if (depth === 0 || this.stored(node) || this.#owners.has(node)) return undefined;
    if (node.kind === "reduce") {
      const space = spaceOfReduce(node);
      const spread = space.kind === "rows" && space.size === root.size && node.size * node.count === root.size;
      return spread && view.strides.at(-1) === 0 && view.extents.at(-1) === node.count ? space : undefined;
    }
    if (node.kind !== "map") return undefined;
    for (const ref of node.inputs) {
      const space = isIdentity(ref.view, ref.node.size) ? this.#rowsOf(ref.node, view, root, depth - 1) : undefined;
      if (space !== undefined) return space;
    }
    return undefined;
  }

  /** Writes a view of a node to a place of an array: from the group that computes it, or by a copy. */
  #storeRef(into: GNode, { node, view }: Ref, to: View): void {
    const size = view.extents.reduce((a, b) => a * b, 1);
    const direct = isIdentity(view, node.size) && (node.kind === "map" || node.kind === "pick");
    if (direct && this.fuse && !this.stored(node)) {
      const group = this.#place(node);
      const key = keyIn(group, node);
      const fits = group.accessCount + 2 <= MAX_ACCESSES && !group.unitInner;
      if (fits && group.entries.get(key)!.level === "element" && group.domain.admit(to, "element")) {
        group.parts.push({ source: { kind: "entry", key }, into, to });
        this.#wrote(into, group);
        return;
      }
    }
    this.#copyInto(into, { node, view }, to, size);
  }

  #copyInto(into: GNode, { node, view }: Ref, to: View, size: number): void {
    const make = (beside?: Group) => {
      const domain = beside?.domain.copy() ?? new Domain(spaceOfMap(size));
      const attempt = new Exploration(this, into, domain, beside);
      const fits = domain.admit(to, "element");
      return { attempt, fits, source: attempt.resolve(node, view, "element") };
    };
    let made = make();
    for (let { missing } = made.attempt; missing.length > 0; missing = made.attempt.missing) {
      this.demandAll(missing);
      made = make();
    }
    const group = this.#beside(into, size, make, made) ?? this.#commit(made.attempt, undefined);
    group.parts.push({ source: made.source, into, to });
    this.#wrote(into, group);
  }

  /** A kernel that writes another part of the same array, as large, takes this one too. */
  #beside<M extends { attempt: Exploration; fits: boolean }>(
    into: GNode,
    size: number,
    make: (beside: Group) => M,
    made: M,
  ): Group | undefined {
    const last = this.writers.get(into)?.at(-1);
    if (!this.fuse || last?.kind !== "group" || last.stores.size > 0) return undefined;
    if (!sameSpace(last.domain.space, spaceOfMap(size)) || last.parts.some((part) => part.source.kind === "fill"))
      return undefined;
    const joined = make(last);
    if (!joined.fits || joined.attempt.failed || !this.#fits(joined.attempt, last)) return undefined;
    Object.assign(made, joined);
    return this.#commit(joined.attempt, last);
  }

  #assemble(node: AssembleNode): void {
    if (node.fill !== undefined) {
      const fill = this.#graph.scalar(node.fill, node.dtype).node;
      this.#copyInto(node, { node: fill, view: canonical([node.size], [0], 0) }, IDENTITY(node.size), node.size);
    }
    for (const { ref, to } of node.parts) this.#storeRef(node, ref, to);
    this.#stored.add(node);
  }
}

function spaceOfReduce(node: { outer: number; count: number; inner: number }): Space {
  const { outer, count, inner } = node;
  return { kind: inner === 1 ? "rows" : "columns", size: outer * count * inner, count, inner };
}

/** The level at which a node of another size would live in a group. */
function spaceIn(group: Group, node: GNode): { space: Space; level: Level } {
  const { space } = group.domain;
  return { space, level: space.kind !== "map" && node.size === results(space) ? "result" : "element" };
}

/** A map over the results of a group, or over its rows. */
function roomFor(group: Group, node: GNode, space: Space): boolean {
  const own = group.domain.space;
  if (space.kind !== "map" || own.kind === "map" || node.kind === "reduce") return false;
  return node.size === results(own) || (own.kind === "rows" && node.size === own.size);
}

function keyIn(group: Group, node: GNode): string {
  for (const level of ["element", "result"] as const) {
    const key = `${node.id}|${level}|`;
    if (group.entries.has(key)) return key;
  }
  return "";
}

function movesAlongLast(view: View): boolean {
  return view.extents.length > 0 && view.strides.at(-1) !== 0;
}

/** Nodes that the roots depend on, and host calls, in order. */
function liveNodes(graph: Graph, roots: readonly GNode[]): GNode[] {
  const live = new Set<GNode>(roots);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (node.kind === "host") live.add(node);
    if (live.has(node)) for (const input of inputsOf(node)) live.add(input);
  }
  return graph.nodes.filter((node) => live.has(node));
}

export function inputsOf(node: GNode): readonly GNode[] {
  switch (node.kind) {
    case "map":
      return node.inputs.map((ref) => ref.node);
    case "pick":
      return [node.source.node, node.ids.node];
    case "reduce":
      return [node.input.node];
    case "matmul":
      return [node.a.node, node.b.node];
    case "assemble":
      return node.parts.map(({ ref }) => ref.node);
    case "scatter":
      return [node.target.node, node.ids, node.updates.node];
    case "host":
      return node.inputs.map((input) => input.node);
    case "loop":
      return [...node.carries, ...node.rows.map((row) => row.node), ...node.shared];
    case "result":
      return [node.loop];
    default:
      return [];
  }
}

function usesOf(live: readonly GNode[]): Map<GNode, number> {
  const uses = new Map<GNode, number>();
  for (const node of live) for (const input of inputsOf(node)) uses.set(input, (uses.get(input) ?? 0) + 1);
  return uses;
}

/** What must be in a buffer: results, operands of steps that are no loops, and cuts of very long chains. */
function neededOf(live: readonly GNode[], roots: readonly GNode[], uses: ReadonlyMap<GNode, number>): Set<GNode> {
  const needed = new Set(roots);
  const depths = new Map<GNode, number>();
  for (const node of live) {
    if (node.kind === "matmul" || node.kind === "host" || node.kind === "loop")
      for (const input of inputsOf(node)) needed.add(input);
    if (node.kind === "pick") for (const input of inputsOf(node)) needed.add(input);
    if (node.kind === "scatter") for (const input of [node.ids, node.updates.node]) needed.add(input);
    const depth = 1 + Math.max(0, ...inputsOf(node).map((input) => (needed.has(input) ? 0 : (depths.get(input) ?? 0))));
    const long = depth > MAX_DEPTH && (uses.get(node) ?? 0) > 0;
    if (long) needed.add(node);
    depths.set(node, long ? 0 : depth);
  }
  return needed;
}
