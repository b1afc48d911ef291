export { allocate, bytesOf, type DType, type Kind, type KindOf, kindOf, promote, type TypedArray } from "./dtype.ts";
