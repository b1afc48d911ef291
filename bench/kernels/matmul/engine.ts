// What the rungs use of the engine, bundled by the driver: these modules are no part of what the package publishes.
export { nativeTier } from "../../../packages/core/src/backend/native/index.ts";
export { runAlone } from "../../../packages/core/src/backend/wasm/alone.ts";
export { ModuleBuilder } from "../../../packages/core/src/backend/wasm/assembler.ts";
export { emitMatmul } from "../../../packages/core/src/backend/wasm/matmul/index.ts";
export { LANES } from "../../../packages/core/src/backend/wasm/matmul/lanes.ts";
export { tileFunction } from "../../../packages/core/src/backend/wasm/matmul/tile.ts";
export { decideFma } from "../../../packages/core/src/backend/wasm/relaxed-simd.ts";
export { multiply } from "../../../packages/core/src/program/kernels/product.ts";
