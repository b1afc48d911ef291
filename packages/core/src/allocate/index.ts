// Entry `steepest/allocate`: a total over parties with diminishing returns.
export { type Allocation, type AllocationRow, allocate } from "./allocate.ts";
export { type FitResponseOptions, type FittedResponse, fitResponse } from "./fit-response.ts";
export { type CityItem, cityReturn, negativeReturn } from "./negative-return.ts";
export type { AllocateOptions, Party } from "./party.ts";
export { type Response, responseValue } from "./response.ts";
