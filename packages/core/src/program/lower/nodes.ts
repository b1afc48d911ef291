// What graphs are made of: rows of numbers, read through views. Names and shapes of operations are gone.
import type { DType } from "../dtype.ts";
import type { Combine } from "../kernels/kernel.ts";
import type { Primitive } from "../primitive.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Formula } from "./formulas.ts";
import type { Graph, Strided } from "./graph.ts";
import type { View } from "./view.ts";

/** A row of numbers, read through a view. */
export interface Ref {
  readonly node: GNode;
  readonly view: View;
}

interface Common {
  readonly id: number;
  readonly dtype: DType;
  /** How many numbers. */
  readonly size: number;
}

export interface InputNode extends Common {
  readonly kind: "input";
  readonly index: number;
}
export interface ConstantNode extends Common {
  readonly kind: "constant";
  readonly tensor: Tensor;
}
/** One number everywhere. */
export interface FillNode extends Common {
  readonly kind: "fill";
  readonly value: number;
}
/** 0, 1, 2, … */
export interface IotaNode extends Common {
  readonly kind: "iota";
}
export interface MapNode extends Common {
  readonly kind: "map";
  readonly formula: Formula;
  readonly inputs: readonly Ref[];
}
/** Element i is source[view(i) + ids(i)·stride]. */
export interface PickNode extends Common {
  readonly kind: "pick";
  readonly source: Ref;
  readonly ids: Ref;
  readonly stride: number;
  readonly extent: number;
}
/** Over the middle axis of "outer count inner"; inner is 1 for rows. */
export interface ReduceNode extends Common {
  readonly kind: "reduce";
  readonly combine: Combine;
  readonly input: Ref;
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}
/** A matrix operand: a view with its axes kept apart. */
export interface MatrixRef {
  readonly node: GNode;
  readonly offset: number;
  readonly batchStrides: readonly number[];
  readonly rowStride: number;
  readonly columnStride: number;
}
export interface MatmulNode extends Common {
  readonly kind: "matmul";
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: MatrixRef;
  readonly b: MatrixRef;
}
/** Parts of one buffer: each is stored through a view of it. */
export interface AssembleNode extends Common {
  readonly kind: "assemble";
  readonly parts: readonly { readonly ref: Ref; readonly to: View }[];
  /** What is around the parts; `undefined` where they cover everything. */
  readonly fill: number | undefined;
}
export interface ScatterNode extends Common {
  readonly kind: "scatter";
  readonly target: Ref;
  readonly ids: GNode;
  /** Rows of updates. */
  readonly updates: {
    readonly node: GNode;
    readonly offset: number;
    readonly rowStride: number;
    readonly innerStride: number;
  };
  readonly rows: number;
  readonly inner: number;
  readonly extent: number;
}
export interface HostNode extends Common {
  readonly kind: "host";
  readonly primitive: Primitive<unknown>;
  readonly params: unknown;
  readonly inputs: readonly { readonly node: GNode; readonly shape: Shape }[];
  readonly shape: Shape;
}

/** A loop; its results are nodes of their own. */
export interface LoopNode extends Common {
  readonly kind: "loop";
  readonly count: number;
  readonly reverse: boolean;
  readonly carries: readonly GNode[];
  readonly rows: readonly { readonly node: GNode; readonly size: number }[];
  readonly shared: readonly GNode[];
  readonly body: { readonly graph: Graph; readonly outputs: readonly Strided[] };
  readonly tested: boolean;
}
/** The last carry of a place, or the rows of a result behind the carries. */
export interface LoopResultNode extends Common {
  readonly kind: "result";
  readonly loop: LoopNode;
  readonly place: number;
}

export type GNode =
  | LoopNode
  | LoopResultNode
  | InputNode
  | ConstantNode
  | FillNode
  | IotaNode
  | MapNode
  | PickNode
  | ReduceNode
  | MatmulNode
  | AssembleNode
  | ScatterNode
  | HostNode;
