// compile: a function becomes one program per signature, traced once and run at every call.
import {
  type AnyArray,
  type FlatTree,
  flatAny,
  flatTree,
  type TraceableArgs,
  type WrittenArgs,
} from "../array/index.ts";
import { type Backend, currentBackend, type Prepared, type StepProfile, type Watch } from "../backend/index.ts";
import { BackendError, OptionChecker, OptionError, TraceError } from "../errors/index.ts";
import {
  bytesOf,
  contentOf,
  formulaOf,
  isTraced,
  type Program,
  printProgram,
  replaceContent,
  runProgram,
  sizeOf,
  type Tensor,
  traceProgram,
  wrap,
} from "../program/index.ts";
import { matches, type Pattern, patternOf } from "./arguments.ts";
import { checkFinite, type HiddenBranch, hiddenBranches, runKeeping } from "./non-finite.ts";
import { clock, type Profile, Profiler } from "./profile.ts";
import { reasonFor, signatureOf } from "./signature.ts";

const MANY_NODES = 10_000;
const MANY_SIGNATURES = 32;

export interface TraceEvent {
  readonly signature: string;
  /** What differs from the signature before. */
  readonly reason: string;
  /** How many signatures there are now. */
  readonly count: number;
  /** What is unusual: loops unrolled to very many nodes, very many signatures. */
  readonly warnings: readonly string[];
}

export interface CompileOptions {
  /**
   * Positions of arguments that a call may consume: their storage may be reused for the results. An array that was given
   * away throws BackendError "stale" when it is used. Default none.
   */
  donate?: readonly number[];
  /** Traces twice and compares, keeps every intermediate, names the first operation whose value is not finite. Default false. */
  debug?: boolean;
  /** Times each kernel: `profile()` of the compiled function gives kernels, bytes, operations and shares. Default false. */
  profile?: boolean;
  /** Called for each new signature. */
  onTrace?: (event: TraceEvent) => void;
  /** Debug only: called with branches of `where` that were not finite and not taken. */
  onHiddenBranch?: (branches: readonly HiddenBranch[]) => void;
}

export interface CompiledStats {
  readonly signatures: number;
  /** Kernels in the program of the last call; operations where the backend runs them one by one. */
  readonly kernels: number;
  /** Bytes for the intermediates of the last call's program. */
  readonly arenaBytes: number;
  /** What they would be if no place were used twice. */
  readonly bytesWithoutReuse: number;
  /** Typed arrays made by the last call. */
  readonly allocations: number;
  /** Bytes that the last call copied into the engine and out of it. */
  readonly copiedBytes: number;
  /** Bytes of the memory that all compiled functions share. */
  readonly memoryBytes: number;
}

/** Trees of arrays, as callers may write them. */
export type CompiledArgs<A extends readonly unknown[]> = WrittenArgs<A>;

/** A function that runs as a program, and what is known of it. */
export type Compiled<A extends readonly unknown[], R> = ((...args: CompiledArgs<A>) => R) & {
  readonly stats: CompiledStats;
  /** The programs as text. */
  inspect(): string;
  /** The last program for Graphviz. */
  toDot(): string;
  /**
   * Time by kernel over all calls so far, as a table and as events for trace viewers.
   * @throws OptionError unless the function was compiled with `profile: true`.
   */
  profile(): Profile;
};

interface Traced {
  readonly program: Program;
  readonly rebuild: (arrays: readonly AnyArray[]) => unknown;
  /** A program that captured arrays of an outer trace is good for this trace alone. */
  readonly reusable: boolean;
  /** The program made ready by the backend that ran it last. */
  prepared?: { readonly backend: Backend; readonly program: Prepared | undefined };
}

/**
 * The same function, run as a program: traced at the first call with arguments of these shapes and widths, run at every call.
 *
 * Values are never part of the signature: what changes is an argument, what is a setting lives in the closure. Arrays of the
 * closure are taken when the function is traced. Everything that is no array operation runs once, while tracing.
 * Nests with every transform.
 * @throws TraceError "value-read" for `item()` on a traced array, "async" for an async function, "leaked" for an array that
 * is used after its trace; in debug mode "not-deterministic" when two traces differ.
 * @throws BackendError "stale" when an array is used that was donated.
 *
 * @example
 * ```ts
 * import { compile, grad, type NDArray } from "steepest";
 * const loss = (w: NDArray, x: NDArray) => x.matmul(w).square().mean();
 * const step = compile((w: NDArray, x: NDArray) => w.sub(grad(loss)(w, x).mul(0.1)));
 * console.log(step([1, 1], [[1, 0], [0, 2]]).toArray()); // [0.9, 0.6]
 * console.log(step.stats.signatures); // 1
 * ```
 */
export function compile<A extends readonly unknown[] & TraceableArgs<A>, R>(
  f: (...args: A) => R,
  options: CompileOptions = {},
): Compiled<A, R> {
  new OptionChecker("compile", options, ["donate", "debug", "profile", "onTrace", "onHiddenBranch"])
    .boolean("debug")
    .boolean("profile")
    .done();
  const { donate = [], debug = false } = options;
  const profiler = options.profile === true ? new Profiler() : undefined;
  const watch = profiler && { now: clock(), record: (steps: readonly StepProfile[]) => profiler.add(steps) };
  const cache = new Map<string, Traced>();
  let last: { signature: string; traced: Traced } | undefined;

  const trace = (trees: readonly FlatTree[], signature: string): Traced => {
    const traced = traceOnce(f as (...args: readonly unknown[]) => unknown, trees, debug);
    if (debug) checkDeterministic(traced, traceOnce(f as (...args: readonly unknown[]) => unknown, trees, debug));
    if (traced.reusable) cache.set(signature, traced);
    options.onTrace?.({
      signature,
      reason: reasonFor(signature, last?.signature),
      count: cache.size,
      warnings: warningsFor(traced.program, cache.size),
    });
    return traced;
  };

  /** The last call with arrays alone: one of the same structure needs no names of leaves. */
  let known:
    | { readonly patterns: readonly Pattern[]; readonly traced: Traced; readonly starts: readonly number[] }
    | undefined;

  const finish = (traced: Traced, inputs: readonly AnyArray[], starts: readonly number[]): R => {
    const donated = () =>
      inputs.map((_, i) => donate.some((position) => i >= starts[position]! && i < starts[position + 1]!));
    const results = runPrepared(traced, inputs, donated, watch) ?? runProgram(traced.program, inputs);
    for (const position of donate) {
      for (let i = starts[position] ?? 0; i < (starts[position + 1] ?? 0); i++) giveAway(inputs[i]!, position, results);
    }
    return traced.rebuild(results) as R; // the structure that f returned while it was traced
  };

  const compiled = (...args: unknown[]): R => {
    if (known !== undefined && args.length === known.patterns.length) {
      const inputs: AnyArray[] = [];
      if (args.every((arg, i) => matches(arg, known!.patterns[i]!, inputs)))
        return finish(known.traced, inputs, known.starts);
    }
    const trees = args.map((arg, i) => flatTree(`compile: argument ${i}`, arg, true));
    const signature = signatureOf(trees);
    const traced = cache.get(signature) ?? trace(trees, signature);
    last = { signature, traced };
    const inputs = trees.flatMap(({ arrays }) => arrays);
    const starts = [0];
    for (const { arrays } of trees) starts.push(starts.at(-1)! + arrays.length);
    if (traced.reusable && inputs.every((x) => !isTraced(contentOf(x)))) {
      if (!debug) {
        known = knownCall(args, inputs, traced, starts);
        return finish(traced, inputs, starts);
      }
      const results = runChecked(traced, inputs, options);
      for (const position of donate) for (const x of trees[position]?.arrays ?? []) giveAway(x, position, results);
      return traced.rebuild(results) as R;
    }
    const results = runProgram(traced.program, inputs);
    for (const position of donate) for (const x of trees[position]?.arrays ?? []) giveAway(x, position, results);
    return traced.rebuild(results) as R;
  };
  return Object.defineProperties(compiled as unknown as Compiled<A, R>, {
    stats: { get: () => statsOf(cache.size, last?.traced) },
    inspect: {
      value: () =>
        [...cache]
          .map(([signature, { program, prepared }]) =>
            [
              `(${signature})`,
              printProgram(program),
              ...(prepared?.program === undefined ? [] : ["", prepared.program.inspect()]),
            ].join("\n"),
          )
          .join("\n\n"),
    },
    profile: {
      value: () => {
        if (profiler !== undefined) return profiler.result();
        throw new OptionError("profile: nothing was measured. Compile with { profile: true }, call, then ask.", {
          code: "not-profiled",
          option: "profile",
        });
      },
    },
    toDot: { value: () => (last === undefined ? "digraph program {}" : dotOf(last.traced.program)) },
  });
}

function traceOnce(f: (...args: readonly unknown[]) => unknown, trees: readonly FlatTree[], sites: boolean): Traced {
  let rebuild: Traced["rebuild"] | undefined;
  const flat = (inputs: readonly AnyArray[]): readonly AnyArray[] => {
    let start = 0;
    const args = trees.map((tree) => {
      start += tree.arrays.length;
      return tree.rebuild(inputs.slice(start - tree.arrays.length, start));
    });
    const result = f(...args);
    if (result instanceof Promise) {
      throw new TraceError(
        "compile: the function is async; a program runs from start to end without waiting. Compile the synchronous part and await around it.",
        {
          code: "async",
        },
      );
    }
    const found = flatAny(result);
    rebuild = found.rebuild;
    return found.arrays;
  };
  const program = traceProgram(
    flat,
    trees.flatMap(({ arrays }) => arrays),
    { eager: false, sites, readable: true },
  );
  return { program, rebuild: rebuild!, reusable: !capturesTraced(program) };
}

/** What recognizes the next call like this one; `undefined` where leaves were made from numbers and lists. */
function knownCall(args: readonly unknown[], inputs: readonly AnyArray[], traced: Traced, starts: readonly number[]) {
  const patterns = args.map(patternOf);
  if (patterns.some((pattern) => pattern === undefined)) return undefined;
  const found: AnyArray[] = [];
  const all = patterns as Pattern[]; // none is undefined
  const same = args.every((arg, i) => matches(arg, all[i]!, found)) && found.every((x, i) => x === inputs[i]);
  return same && found.length === inputs.length ? { patterns: all, traced, starts } : undefined;
}

/** The results by the backend's whole program; `undefined` when it has none, or the program cannot go on there. */
function runPrepared(
  traced: Traced,
  inputs: readonly AnyArray[],
  donated: () => readonly boolean[],
  watch: Watch | undefined,
): readonly AnyArray[] | undefined {
  const backend = currentBackend();
  const { program } = traced;
  const like = inputs[0] ?? program.outputs[0];
  if (backend.prepare === undefined || like === undefined) return undefined;
  const tensors = inputs.map((x) => contentOf(x) as Tensor); // concrete: the caller has looked
  if (traced.prepared?.backend !== backend) {
    traced.prepared = { backend, program: backend.prepare(program, tensors, donated()) };
  }
  const results = traced.prepared.program?.run(tensors, watch);
  return results?.map((tensor, i) => {
    const given = tensors.indexOf(tensor); // an argument that is returned as it is stays the same array
    return given === -1 ? wrap(like, weakened(tensor, program.outputs[i]!)) : inputs[given]!;
  });
}

/** Values of schedules stay weak: they take the width of what they meet. */
function weakened(tensor: Tensor, output: AnyArray): Tensor {
  return contentOf(output).weak && !tensor.weak ? { ...tensor, data: tensor.data, weak: true } : tensor;
}

/** @throws TraceError when two traces of one function differ: it reads a clock, randomness or state that changes. */
function checkDeterministic(first: Traced, second: Traced): void {
  const difference = firstDifference(first.program, second.program);
  if (difference === undefined) return;
  throw new TraceError(
    `compile: two traces of the function differ: ${difference}. It reads a clock, unkeyed random numbers or a variable that changes; pass that as an argument, or draw from a key.`,
    { code: "not-deterministic" },
  );
}

function firstDifference(a: Program, b: Program): string | undefined {
  const [left, right] = [a, b].map((program) => printProgram(program).split("\n"));
  const line = left!.findIndex((text, i) => text !== right![i]);
  if (line !== -1) return `"${left![line]}" against "${right![line] ?? "nothing"}"`;
  if (left!.length !== right!.length) return `${left!.length} lines against ${right!.length}`;
  for (const [i, node] of a.nodes.entries()) {
    const changed = node.inputs.findIndex((x, k) => !sameConstant(x, b.nodes[i]!.inputs[k]!));
    if (changed !== -1) return `input ${changed} of "${left![i]}" is another constant`;
  }
  return undefined;
}

function sameConstant(x: AnyArray, y: AnyArray): boolean {
  const [a, b] = [contentOf(x), contentOf(y)];
  if (isTraced(a) || isTraced(b) || a.data === b.data) return true;
  return a.data.length === b.data.length && a.data.every((v, i) => Object.is(v, b.data[i]));
}

function runChecked(traced: Traced, inputs: readonly AnyArray[], options: CompileOptions): readonly AnyArray[] {
  const run = runKeeping(traced.program, inputs);
  checkFinite(run);
  const hidden = hiddenBranches(run);
  if (hidden.length > 0) options.onHiddenBranch?.(hidden);
  return run.outputs;
}

function capturesTraced({ nodes, outputs, trace }: Program): boolean {
  const foreign = (x: AnyArray): boolean => {
    const content = contentOf(x);
    return isTraced(content) && content.trace !== trace;
  };
  return nodes.some((node) => node.inputs.some(foreign)) || outputs.some(foreign);
}

/** Marks an array as consumed. Results that are the array itself stay usable. */
function giveAway(x: AnyArray, position: number, results: readonly AnyArray[]): void {
  const content = contentOf(x);
  if (!isTraced(content) && !results.includes(x)) replaceContent(x, new Stale(content, position));
}

/** What is left of an array that was given away: everything but its numbers. */
class Stale implements Tensor {
  readonly shape: Tensor["shape"];
  readonly dtype: Tensor["dtype"];
  readonly weak: boolean;
  readonly #position: number;

  constructor({ shape, dtype, weak }: Tensor, position: number) {
    this.shape = shape;
    this.dtype = dtype;
    this.weak = weak;
    this.#position = position;
  }

  get data(): never {
    throw new BackendError(
      `An array of shape [${this.shape.join(", ")}] was given away as argument ${this.#position} of a compiled function (donate) and is used again. Use what the call returned, or do not donate it.`,
      { code: "stale", backend: currentBackend().name },
    );
  }
}

function statsOf(signatures: number, last: Traced | undefined): CompiledStats {
  const prepared = last?.prepared?.program?.stats;
  if (prepared !== undefined) {
    const { kernels, arenaBytes, bytesWithoutReuse, allocations, copiedBytes, memoryBytes } = prepared;
    return { signatures, kernels, arenaBytes, bytesWithoutReuse, allocations, copiedBytes, memoryBytes };
  }
  const computed = last?.program.nodes.filter(({ primitive }) => primitive !== undefined) ?? [];
  const bytes = computed.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * bytesOf(dtype), 0);
  return {
    signatures,
    kernels: computed.length,
    arenaBytes: bytes,
    bytesWithoutReuse: bytes,
    allocations: computed.length,
    copiedBytes: 0,
    memoryBytes: 0,
  };
}

function warningsFor(program: Program, signatures: number): string[] {
  return [
    ...(program.nodes.length > MANY_NODES
      ? [`too-many-nodes: ${program.nodes.length} operations, probably a loop that was unrolled; use scan.`]
      : []),
    ...(signatures > MANY_SIGNATURES
      ? [`${signatures} signatures: a shape changes from call to call; pad or drop the last batch.`]
      : []),
  ];
}

function dotOf(program: Program): string {
  const id = (x: AnyArray): string | undefined => {
    const node = program.trace.nodeOf(x);
    return node === undefined ? undefined : `n${node.id}`;
  };
  const lines = program.nodes.flatMap((node) => {
    const what =
      node.primitive === undefined
        ? "input"
        : formulaOf(
            node.primitive,
            node.inputs.map((x) => id(x) ?? "·"),
            node.params,
          );
    const label = JSON.stringify(`${what}\n${node.dtype}[${node.shape.join(", ")}]`);
    return [
      `  n${node.id} [label=${label}];`,
      ...node.inputs.flatMap((x) => (id(x) === undefined ? [] : [`  ${id(x)} -> n${node.id};`])),
    ];
  });
  return ["digraph program {", "  node [shape=box];", ...lines, "}"].join("\n");
}
