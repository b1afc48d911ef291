export { opLaws } from "./op-laws.ts";
export { expectClose, failuresOf, LawError, type LawFailure, type Runner } from "./runner.ts";
