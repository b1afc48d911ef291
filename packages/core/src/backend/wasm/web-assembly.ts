// The part of the WebAssembly interface that the engine uses, because core is compiled without the types of any platform.

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}
/** Compiled code; opaque, and sent to other threads as it is. */
export type WasmModule = object & { readonly __wasmModule?: never };
export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface WebAssemblyInterface {
  readonly Memory: new (options: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance;
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** `undefined` where the platform has none (or hides it). */
export const webAssembly: WebAssemblyInterface | undefined = (
  globalThis as unknown as { WebAssembly?: WebAssemblyInterface }
).WebAssembly; // no platform types in core
