// Groups: kernels in the making. Which values are computed together, which are loaded, which are stored.
import type { DType } from "../dtype.ts";
import type { Domain, Level } from "./domain.ts";
import type { GNode, MapNode, PickNode, ReduceNode } from "./nodes.ts";
import type { View } from "./view.ts";

/** A value of a group, as its users see it. */
export type Source =
  | { readonly kind: "entry"; readonly key: string }
  | { readonly kind: "load"; readonly load: Load }
  | { readonly kind: "fill"; readonly value: number; readonly dtype: DType }
  | { readonly kind: "iota"; readonly view: View; readonly level: Level };

/** An element of a stored node. */
export interface Load {
  readonly key: string;
  readonly node: GNode;
  readonly view: View;
  readonly level: Level;
  /** Moves the start by an element of another load. */
  readonly picked?: { readonly ids: Load; readonly stride: number; readonly extent: number };
}

/** A node that is computed by the group. */
export interface Entry {
  readonly key: string;
  readonly node: MapNode | PickNode | ReduceNode;
  readonly level: Level;
  /** The node in its own order: the group can store it. */
  readonly whole: boolean;
  /** Of a reduction: what is reduced. Of a pick: the picked element. */
  readonly sources: readonly Source[];
}

/** Part of an array that the group writes. */
export interface PartStore {
  readonly source: Source;
  readonly into: GNode;
  readonly to: View;
}

export class Group {
  readonly kind = "group";
  readonly domain: Domain;
  readonly entries: Map<string, Entry> = new Map();
  readonly loads: Map<string, Load> = new Map();
  /** Nodes that others read, by their entry. */
  readonly stores: Map<GNode, string> = new Map();
  readonly parts: PartStore[] = [];
  /** An axis of length 1 goes innermost, because picked positions move along the last one. */
  readonly unitInner: boolean;

  constructor(domain: Domain, unitInner = false) {
    this.domain = domain;
    this.unitInner = unitInner;
  }

  get accessCount(): number {
    return this.loads.size + this.stores.size + this.parts.length;
  }
}

/** A step that is no group: products, scatters, host calls. */
export interface Single {
  readonly kind: "single";
  readonly node: GNode;
  /** What its buffers are read from. */
  readonly reads: readonly GNode[];
}

export type Work = Group | Single;
