// Random numbers from keys that are passed. Entry `steepest/random`. Counter-based: equal keys, equal numbers, everywhere.
export { bernoulli } from "./bernoulli.ts";
export { type CategoricalOptions, categorical } from "./categorical.ts";
export { type ChooseOptions, choose } from "./choose.ts";
export { type ExponentialOptions, exponential } from "./exponential.ts";
export { type IntegersOptions, integers } from "./integers.ts";
export { fold, type Key, type Keys, key, split } from "./key.ts";
export { type LaplaceOptions, laplace } from "./laplace.ts";
export { type NormalOptions, normal } from "./normal.ts";
export { permutation } from "./permutation.ts";
export { type TruncatedNormalOptions, truncatedNormal } from "./truncated-normal.ts";
export { type UniformOptions, uniform } from "./uniform.ts";
