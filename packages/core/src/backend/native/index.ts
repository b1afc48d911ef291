export { type NativeState, type NativeTier, nativeTier } from "./native.ts";
export type { NativeProduct } from "./native-product.ts";
