// A small typed assembler: functions and modules as the bytes of WebAssembly, without a toolchain. Knows nothing of kernels.
import {
  LANE,
  LANE_MEMORY,
  type LaneMemoryOp,
  type LaneOp,
  MEMORY,
  type MemoryOp,
  PLAIN,
  type PlainOp,
  SIMD,
  type SimdOp,
  VALUE,
  type ValueType,
} from "./opcodes.ts";

/** A local variable or parameter of a function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A place to branch to: how many structures enclose it. */
export interface Label {
  readonly depth: number;
}

/** One function under construction. Instructions are appended; the stack is the caller's business, engines validate it. */
export class FunctionBuilder {
  readonly signature: Signature;
  readonly params: readonly Local[];
  readonly code: number[] = [];
  /** Functions that this one calls; the module adds them. */
  readonly callees: FunctionBuilder[] = [];
  readonly #calls: { readonly at: number; readonly callee: FunctionBuilder }[] = [];
  readonly #locals: ValueType[] = [];
  #depth = 0;

  constructor(signature: Signature) {
    this.signature = signature;
    this.params = signature.params.map((type, index) => ({ index, type }));
  }

  local(type: ValueType): Local {
    this.#locals.push(type);
    return { index: this.params.length + this.#locals.length - 1, type };
  }

  get(local: Local): this {
    return this.#bytes(0x20).#unsigned(local.index);
  }
  set(local: Local): this {
    return this.#bytes(0x21).#unsigned(local.index);
  }
  /** Sets a local and leaves the value on the stack. */
  tee(local: Local): this {
    return this.#bytes(0x22).#unsigned(local.index);
  }

  i32(value: number): this {
    return this.#bytes(0x41).#signed(BigInt(value | 0));
  }
  i64(value: bigint): this {
    return this.#bytes(0x42).#signed(BigInt.asIntN(64, value));
  }
  f32(value: number): this {
    return this.#bytes(0x43, ...new Uint8Array(Float32Array.of(value).buffer));
  }
  f64(value: number): this {
    return this.#bytes(0x44, ...new Uint8Array(Float64Array.of(value).buffer));
  }

  plain(op: PlainOp): this {
    return this.#bytes(PLAIN[op]);
  }
  simd(op: SimdOp): this {
    return this.#bytes(0xfd).#unsigned(SIMD[op]);
  }
  lane(op: LaneOp, lane: number): this {
    return this.#bytes(0xfd).#unsigned(LANE[op]).#bytes(lane);
  }
  /** Bytes of two vectors in any order: 16 numbers from 0 to 31. */
  shuffle(bytes: readonly number[]): this {
    return this.#bytes(0xfd)
      .#unsigned(0x0d)
      .#bytes(...bytes);
  }
  /** A load or store at the address on the stack plus `offset` bytes. Vectors need no alignment. */
  memory(op: MemoryOp, offset = 0): this {
    const { code, align } = MEMORY[op];
    return this.#bytes(...code)
      .#unsigned(align)
      .#unsigned(offset);
  }
  laneMemory(op: LaneMemoryOp, lane: number, offset = 0): this {
    const { code, align } = LANE_MEMORY[op];
    return this.#bytes(0xfd).#unsigned(code).#unsigned(align).#unsigned(offset).#bytes(lane);
  }
  memoryCopy(): this {
    return this.#bytes(0xfc, 0x0a, 0x00, 0x00);
  }
  memoryFill(): this {
    return this.#bytes(0xfc, 0x0b, 0x00);
  }

  /** Branches to the label go to its start. */
  loop(body: (label: Label) => void): this {
    return this.#structure(0x03, body);
  }
  /** Branches to the label go to its end. */
  block(body: (label: Label) => void): this {
    return this.#structure(0x02, body);
  }
  /** Takes the condition from the stack. */
  if(then: () => void, otherwise?: () => void): this {
    return this.#structure(0x04, () => {
      then();
      if (otherwise !== undefined) {
        this.#bytes(0x05);
        otherwise();
      }
    });
  }
  branch(label: Label): this {
    return this.#bytes(0x0c).#unsigned(this.#depth - label.depth);
  }
  branchIf(label: Label): this {
    return this.#bytes(0x0d).#unsigned(this.#depth - label.depth);
  }
  call(functionIndex: number): this {
    return this.#bytes(0x10).#unsigned(functionIndex);
  }

  /** Calls a function by its code: its index is known when the module is written. */
  callFunction(callee: FunctionBuilder): this {
    if (!this.callees.includes(callee)) this.callees.push(callee);
    this.#bytes(0x10);
    this.#calls.push({ at: this.code.length, callee });
    return this.#bytes(...padded(0));
  }

  /** Locals, code and end, as the code section wants them. */
  encode(indexOf: (callee: FunctionBuilder) => number): number[] {
    for (const { at, callee } of this.#calls)
      for (const [i, byte] of padded(indexOf(callee)).entries()) this.code[at + i] = byte;
    const groups: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = groups.at(-1);
      if (last?.type === type) last.count++;
      else groups.push({ type, count: 1 });
    }
    const locals = [
      ...unsigned(groups.length),
      ...groups.flatMap(({ type, count }) => [...unsigned(count), VALUE[type]]),
    ];
    return [...unsigned(locals.length + this.code.length + 1), ...locals].concat(this.code, 0x0b);
  }

  #structure(opcode: number, body: (label: Label) => void): this {
    this.#bytes(opcode, 0x40); // no result: values cross the border in locals
    this.#depth++;
    body({ depth: this.#depth });
    this.#depth--;
    return this.#bytes(0x0b);
  }
  #bytes(...bytes: readonly number[]): this {
    for (const byte of bytes) this.code.push(byte);
    return this;
  }
  #unsigned(value: number): this {
    return this.#bytes(...unsigned(value));
  }
  #signed(value: bigint): this {
    return this.#bytes(...signed(value));
  }
}

export interface ModuleOptions {
  /** The memory is imported as "engine"."memory": shared memories name their largest size. */
  readonly sharedPages?: number;
}

/** A module that imports one memory and exports functions. */
export class ModuleBuilder {
  readonly #options: ModuleOptions;
  readonly #types: string[] = [];
  readonly #functions: { type: number; code: FunctionBuilder; name: string | undefined }[] = [];

  constructor(options: ModuleOptions = {}) {
    this.#options = options;
  }

  /** Adds a function and those that it calls, exported under `name` if there is one; returns its index for calls. */
  add(code: FunctionBuilder, name?: string): number {
    for (const callee of code.callees) if (this.#indexOf(callee) === -1) this.add(callee);
    const { params, results } = code.signature;
    const type = String.fromCharCode(
      0x60,
      ...vector(params.map((t) => VALUE[t])),
      ...vector(results.map((t) => VALUE[t])),
    );
    let index = this.#types.indexOf(type);
    if (index === -1) index = this.#types.push(type) - 1;
    return this.#functions.push({ type: index, code, name }) - 1;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const { sharedPages } = this.#options;
    const limits = sharedPages === undefined ? [0x00, 0x01] : [0x03, 0x01, ...unsigned(sharedPages)];
    const exported = this.#functions.flatMap(({ name }, index) =>
      name === undefined ? [] : [[...text(name), 0x00, ...unsigned(index)]],
    );
    const sections = [
      section(
        1,
        this.#types.map((type) => Array.from(type, (c) => c.charCodeAt(0))),
      ),
      section(2, [[...text("engine"), ...text("memory"), 0x02, ...limits]]),
      section(
        3,
        this.#functions.map(({ type }) => unsigned(type)),
      ),
      section(7, exported),
      section(
        10,
        this.#functions.map(({ code }) => code.encode((callee) => this.#indexOf(callee))),
      ),
    ];
    const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    const size = sections.reduce((sum, part) => sum + part.length, header.length);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const part of [header, ...sections]) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #indexOf(code: FunctionBuilder): number {
    return this.#functions.findIndex((entry) => entry.code === code);
  }
}

/** LEB128, https://webassembly.github.io/spec/core/binary/values.html */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** LEB128 in five bytes whatever the value. */
function padded(value: number): number[] {
  return [0, 7, 14, 21, 28].map((shift) => ((value >>> shift) & 0x7f) | (shift < 28 ? 0x80 : 0));
}

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
    bytes.push(done ? low : low + 128);
    if (done) return bytes;
  }
}

function vector(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function text(name: string): number[] {
  return vector(Array.from(name, (c) => c.charCodeAt(0))); // names are ASCII
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const count = unsigned(entries.length);
  const size = entries.reduce((sum, entry) => sum + entry.length, count.length);
  const bytes = [id, ...unsigned(size), ...count];
  for (const entry of entries) for (const byte of entry) bytes.push(byte);
  return bytes;
}
