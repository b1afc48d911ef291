// From groups to loop nests: passes over the rows, scalars between them, accesses with their strides.
import { InternalError } from "../../errors/index.ts";
import type { DType } from "../dtype.ts";
import { Body, type Value } from "../kernels/body.ts";
import type { Access, ColumnKernel, LoopKernel, Reduce, Stage, Store } from "../kernels/kernel.ts";
import type { Level } from "./domain.ts";
import { IDENTITY } from "./explore.ts";
import { FoldingBody, replay } from "./fold.ts";
import type { Entry, Group, Load, Source } from "./group.ts";
import type { GNode } from "./nodes.ts";
import type { View } from "./view.ts";

/** The kernel of a group. */
export function kernelOf(group: Group, bufferOf: (node: GNode) => number): LoopKernel | ColumnKernel {
  return new Emitter(group, bufferOf).kernel();
}

class Emitter {
  readonly #group: Group;
  readonly #bufferOf: (node: GNode) => number;
  readonly #accesses: Access[] = [];
  readonly #accessKeys = new Map<string, number>();
  readonly #slots: DType[] = [];
  readonly #slotOf = new Map<string, number>();
  /** In which pass an element is computed; after how many passes a result is there. */
  readonly #passes = new Map<string, number>();
  /** Elements that a later pass reads from the buffer that an earlier one wrote. */
  readonly #kept = new Map<string, { access: number; pass: number; until: number }>();

  constructor(group: Group, bufferOf: (node: GNode) => number) {
    this.#group = group;
    this.#bufferOf = bufferOf;
  }

  kernel(): LoopKernel | ColumnKernel {
    return this.#group.domain.space.kind === "columns" ? this.#columns() : this.#loop();
  }

  #loop(): LoopKernel {
    const { entries, domain, unitInner } = this.#group;
    const list = [...entries.values()];
    const needed = this.#neededEntries();
    const last = Math.max(0, ...list.filter(({ key }) => needed.has(key)).map(({ key }) => this.#pass(key)));
    const used = this.#resultsUsedByElements(list.filter(({ key }) => needed.has(key)));
    this.#keepCostly(needed);
    const stages: Stage[] = [];
    for (let pass = 0; pass <= last; pass++) {
      const between = this.#resultStage(pass, used);
      if (between !== undefined) stages.push(between);
      const over = this.#elementStage(pass, needed);
      if (over !== undefined) stages.push(over);
    }
    const extents = domain.extents;
    const outer = unitInner ? extents : extents.slice(0, -1);
    const inner = unitInner ? 1 : (extents.at(-1) ?? 1);
    return { kind: "loop", outer, inner, accesses: this.#accesses, slots: this.#slots, stages };
  }

  #columns(): ColumnKernel {
    const { entries, domain } = this.#group;
    const extents = domain.extents;
    const inner = extents.at(-1)!;
    const reducedAxes = domain.reducedAxes;
    const outerAxes = extents.length - 1 - reducedAxes;
    const reductions = [...entries.values()].filter(({ node }) => node.kind === "reduce");
    const b = new FoldingBody();
    const memo = new Map<string, Value>();
    const list: Reduce[] = reductions.map((entry) => ({
      value: this.#value(b, memo, entry.sources[0]!, "element", 0).id,
      combine: (entry.node as { combine: Reduce["combine"] }).combine,
      slot: this.#slot(entry.key, entry.node.dtype),
    }));
    const epilogue = this.#resultStage(1, new Set());
    const pruned = prune(b, list);
    return {
      kind: "columns",
      outer: extents.slice(0, outerAxes),
      reduced: extents.slice(outerAxes, -1),
      inner,
      accesses: this.#accesses,
      slots: this.#slots,
      body: pruned.body,
      reductions: pruned.items,
      epilogue,
    };
  }

  /** What stores and reductions that lead to stores are made of. */
  #neededEntries(): Set<string> {
    const needed = new Set<string>();
    const visit = (key: string): void => {
      if (needed.has(key)) return;
      needed.add(key);
      for (const source of this.#group.entries.get(key)!.sources) if (source.kind === "entry") visit(source.key);
    };
    for (const key of this.#group.stores.values()) visit(key);
    for (const { source } of this.#group.parts) if (source.kind === "entry") visit(source.key);
    return needed;
  }

  /** Of an element: the pass that can compute it. Of a result: how many passes must be over. */
  #pass(key: string): number {
    const known = this.#passes.get(key);
    if (known !== undefined) return known;
    const { node, sources } = this.#entry(key);
    let pass = 0;
    for (const source of sources) if (source.kind === "entry") pass = Math.max(pass, this.#pass(source.key));
    if (node.kind === "reduce") pass++;
    this.#passes.set(key, pass);
    return pass;
  }

  #entry(key: string): Entry {
    const entry = this.#group.entries.get(key);
    if (entry === undefined) throw new InternalError("lower: a group misses one of its values.");
    return entry;
  }

  #resultsUsedByElements(entries: readonly Entry[]): Set<string> {
    const used = new Set<string>();
    for (const { level, sources, node } of entries) {
      if (level !== "element" && node.kind !== "reduce") continue;
      for (const source of sources) {
        if (source.kind === "entry" && this.#entry(source.key).level === "result") used.add(source.key);
      }
    }
    for (const { source } of this.#group.parts) {
      if (source.kind === "entry" && this.#entry(source.key).level === "result") used.add(source.key);
    }
    return used;
  }

  /** Values that are costly and used by later passes are read back from a buffer that the kernel writes anyway. */
  #keepCostly(needed: ReadonlySet<string>): void {
    const { stores } = this.#group;
    const usedUntil = new Map<string, number>();
    for (const key of needed) {
      const entry = this.#entry(key);
      const at = entry.node.kind === "reduce" ? this.#pass(key) - 1 : this.#pass(key);
      for (const source of entry.sources) {
        if (source.kind === "entry") usedUntil.set(source.key, Math.max(at, usedUntil.get(source.key) ?? 0));
      }
    }
    const free = [...stores].filter(([, key]) => this.#entry(key).level === "element");
    for (const [key, until] of usedUntil) {
      const { node, level } = this.#entry(key);
      const pass = this.#pass(key);
      if (level !== "element" || until <= pass) continue;
      const own = stores.has(node) && stores.get(node) === key;
      if (own) {
        this.#kept.set(key, { access: this.#storeAccess(node, "element"), pass, until });
        continue;
      }
      if (node.kind !== "map" || !node.formula.costly) continue;
      const place = free.findIndex(
        ([other, at]) => other.dtype === node.dtype && this.#pass(at) >= until && at !== key && this.#pass(at) > pass,
      );
      if (place === -1) continue;
      const [[other]] = free.splice(place, 1) as [[GNode, string]];
      this.#kept.set(key, { access: this.#storeAccess(other, "element"), pass, until });
    }
  }

  #elementStage(pass: number, needed: ReadonlySet<string>): Stage | undefined {
    const { stores, parts, entries } = this.#group;
    const b = new FoldingBody();
    const memo = new Map<string, Value>();
    const stored: Store[] = [];
    const reductions: Reduce[] = [];
    for (const [node, key] of stores) {
      const { level } = this.#entry(key);
      if (level !== "element" || this.#pass(key) !== pass) continue;
      const value = this.#value(b, memo, { kind: "entry", key }, "element", pass).id;
      stored.push({ value, access: this.#storeAccess(node, "element") });
    }
    for (const [key, kept] of this.#kept) {
      if (kept.pass !== pass || stored.some(({ access }) => access === kept.access)) continue;
      stored.push({ value: this.#value(b, memo, { kind: "entry", key }, "element", pass).id, access: kept.access });
    }
    for (const { source, into, to } of parts) {
      if (this.#passOf(source) !== pass) continue;
      const value = this.#value(b, memo, source, "element", pass).id;
      stored.push({ value, access: this.#access(into, to, "element") });
    }
    for (const entry of entries.values()) {
      const { node, key } = entry;
      if (node.kind !== "reduce" || !needed.has(key) || this.#pass(key) !== pass + 1) continue;
      const value = this.#value(b, memo, entry.sources[0]!, "element", pass).id;
      reductions.push({ value, combine: node.combine, slot: this.#slot(key, node.dtype) });
    }
    if (stored.length + reductions.length === 0) return undefined;
    const pruned = prune(b, [...stored, ...reductions]);
    return {
      over: "inner",
      body: pruned.body,
      stores: pruned.items.slice(0, stored.length) as Store[],
      reductions: pruned.items.slice(stored.length) as Reduce[],
      results: [],
    };
  }

  #passOf(source: Source): number {
    return source.kind === "entry" ? this.#pass(source.key) : 0;
  }

  #resultStage(pass: number, used: ReadonlySet<string>): Stage | undefined {
    const { stores } = this.#group;
    const b = new FoldingBody();
    const memo = new Map<string, Value>();
    const results: { value: number; slot: number }[] = [];
    const stored: Store[] = [];
    for (const key of used) {
      const { node } = this.#entry(key);
      if (node.kind === "reduce" || this.#pass(key) !== pass) continue;
      const value = this.#value(b, memo, { kind: "entry", key }, "result", pass).id;
      results.push({ value, slot: this.#slot(key, node.dtype) });
    }
    for (const [node, key] of stores) {
      if (this.#entry(key).level !== "result" || this.#pass(key) !== pass) continue;
      const value = this.#value(b, memo, { kind: "entry", key }, "result", pass).id;
      stored.push({ value, access: this.#storeAccess(node, "result") });
    }
    if (results.length + stored.length === 0) return undefined;
    const pruned = prune(b, [...stored, ...results]);
    return {
      over: "row",
      body: pruned.body,
      stores: pruned.items.slice(0, stored.length) as Store[],
      reductions: [],
      results: pruned.items.slice(stored.length) as { value: number; slot: number }[],
    };
  }

  #slot(key: string, dtype: DType): number {
    const known = this.#slotOf.get(key);
    if (known !== undefined) return known;
    const slot = this.#slots.push(dtype) - 1;
    this.#slotOf.set(key, slot);
    return slot;
  }

  /** A value in a body that works at `level`, in a pass. */
  #value(b: Body, memo: Map<string, Value>, source: Source, level: Level, pass: number): Value {
    switch (source.kind) {
      case "fill":
        return b.constant(source.value, source.dtype);
      case "iota":
        return this.#position(b, source.view, source.level);
      case "load":
        return this.#loaded(b, source.load);
      case "entry":
        return this.#computed(b, memo, source.key, level, pass);
    }
  }

  #computed(b: Body, memo: Map<string, Value>, key: string, level: Level, pass: number): Value {
    const known = memo.get(key);
    if (known !== undefined) return known;
    const value = this.#compute(b, memo, this.#entry(key), level, pass);
    memo.set(key, value);
    return value;
  }

  #compute(b: Body, memo: Map<string, Value>, entry: Entry, level: Level, pass: number): Value {
    const { node, key } = entry;
    if (node.kind === "reduce" || (entry.level === "result" && level === "element")) {
      return b.slot(this.#slot(key, node.dtype), node.dtype);
    }
    const kept = this.#kept.get(key);
    if (kept !== undefined && pass > kept.pass && pass <= kept.until) return b.load(kept.access, node.dtype);
    if (node.kind === "pick") return this.#value(b, memo, entry.sources[0]!, level, pass);
    const { formula } = node;
    return replay(b, formula.instructions, formula.result, (i) => this.#value(b, memo, entry.sources[i]!, level, pass));
  }

  #loaded(b: Body, load: Load): Value {
    return b.load(this.#loadAccess(load), load.node.dtype);
  }

  #loadAccess(load: Load): number {
    const known = this.#accessKeys.get(load.key);
    if (known !== undefined) return known;
    const { node, view, level, picked } = load;
    const access = this.#access(node, view, level, load.key);
    if (picked !== undefined) {
      const ids = this.#loadAccess(picked.ids);
      this.#accesses[access] = {
        ...this.#accesses[access]!,
        picked: { ids, stride: picked.stride, extent: picked.extent },
      };
    }
    return access;
  }

  #storeAccess(node: GNode, level: Level): number {
    return this.#access(node, IDENTITY(node.size), level, `store ${node.id}`);
  }

  #access(node: GNode, view: View, level: Level, key?: string): number {
    const known = key === undefined ? undefined : this.#accessKeys.get(key);
    if (known !== undefined) return known;
    const { domain, unitInner } = this.#group;
    const own = domain.strides(view, level);
    const strides = unitInner ? [...own, 0] : own.length === 0 ? [0] : own;
    const access =
      this.#accesses.push({ buffer: this.#bufferOf(node), dtype: node.dtype, offset: view.offset, strides }) - 1;
    if (key !== undefined) this.#accessKeys.set(key, access);
    return access;
  }

  /** offset + Σ index·stride, as i32. */
  #position(b: Body, view: View, level: Level): Value {
    const { domain } = this.#group;
    let sum: Value | undefined;
    for (const [axis, stride] of domain.strides(view, level).entries()) {
      if (stride === 0) continue;
      const index = b.index(axis);
      const term = stride === 1 ? index : b.mul(index, b.constant(stride, "i32"));
      sum = sum === undefined ? term : b.add(sum, term);
    }
    if (sum === undefined) return b.constant(view.offset, "i32");
    return view.offset === 0 ? sum : b.add(sum, b.constant(view.offset, "i32"));
  }
}

/** The body without what nothing uses. */
function prune<T extends { readonly value: number }>(body: Body, items: readonly T[]): { body: Body; items: T[] } {
  const { instructions } = body;
  const live = new Set<number>(items.map(({ value }) => value));
  for (let i = instructions.length - 1; i >= 0; i--) {
    if (!live.has(i)) continue;
    for (const operand of operandsOf(instructions[i]!)) live.add(operand);
  }
  if (live.size === instructions.length) return { body, items: [...items] };
  const kept = new Body();
  const numbers = new Map<number, number>();
  for (const [i, instruction] of instructions.entries()) {
    if (!live.has(i)) continue;
    numbers.set(i, kept.instructions.length);
    const renumbered: Record<string, unknown> = { ...instruction };
    for (const name of ["x", "y", "z", "condition"]) {
      const operand = renumbered[name];
      if (typeof operand === "number") renumbered[name] = numbers.get(operand)!;
    }
    kept.instructions.push(renumbered as unknown as (typeof instructions)[number]); // the same instruction, renumbered
  }
  return { body: kept, items: items.map((item) => ({ ...item, value: numbers.get(item.value)! })) };
}

function operandsOf(instruction: object): number[] {
  const { x, y, z, condition } = instruction as Partial<Record<"x" | "y" | "z" | "condition", number>>;
  return [x, y, z, condition].filter((operand) => operand !== undefined);
}
