// The data of an explained pass: what `explain` records and the views print.
import type { NDArray } from "../../array/index.ts";

/** One node of an explained pass. */
export interface TraceStep {
  /** Running number, in the order of computation. */
  readonly id: number;
  /** The parameter's path, the name given by `label`, or h1, h2, … */
  readonly name: string;
  /** `"mul"`, `"relu"`, …; `"parameter"` and `"constant"` for what is given. */
  readonly op: string;
  /** The operation with names filled in: `"w·x"`. */
  readonly formula: string;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
  readonly inputIds: readonly number[];
  readonly value: NDArray;
  /** ∂node/∂input for each input, shape [...node, ...input]; `undefined` where it is larger than 16 × 16 or does not exist. */
  readonly localDerivatives: readonly (NDArray | undefined)[];
  /** What each consumer sends back: the adjoint of the consumer times its local derivative. */
  readonly contributions: readonly { readonly from: string; readonly fromId: number; readonly adjoint: NDArray }[];
  /** ∂L/∂node, the sum of the contributions; zeros where L does not depend on the node. */
  readonly adjoint: NDArray;
  /** File and line of the call. */
  readonly site: string | undefined;
}

/** One forward and one backward pass, node by node. */
export interface Trace {
  /** Computed nodes in the order of computation. */
  readonly forward: readonly TraceStep[];
  /** The same nodes from the output back, then the parameters. */
  readonly backward: readonly TraceStep[];
  /** The name of the result. */
  readonly output: string;
  /** ∂L/∂(name), for a parameter or an intermediate. @throws OptionError on an unknown name, with the nearest ones. */
  adjointOf(name: string): NDArray;
  /** Both passes as text with the chain rule spelled out. */
  toTable(): string;
  /** The graph for Graphviz. */
  toDot(): string;
  /** Plain data, version "steepest-trace/1". */
  toJSON(): TraceJSON;
}

export interface TraceJSON {
  readonly version: "steepest-trace/1";
  readonly output: number;
  readonly nodes: readonly NodeJSON[];
}

export interface NodeJSON {
  readonly id: number;
  readonly name: string;
  readonly op: string;
  readonly formula: string;
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly value: ValueJSON;
  readonly localDerivatives: readonly (ValueJSON | string)[];
  readonly contributions: readonly { readonly from: number; readonly adjoint: ValueJSON }[];
  readonly adjoint: ValueJSON;
  readonly site?: string;
}

/** Whole up to 64 entries, else a summary. Infinities and NaN are strings: JSON has no numbers for them. */
export type ValueJSON =
  | NestedJSON
  | {
      readonly shape: readonly number[];
      readonly min: NestedJSON;
      readonly max: NestedJSON;
      readonly mean: NestedJSON;
      readonly first: NestedJSON;
    };
export type NestedJSON = number | string | readonly NestedJSON[];
