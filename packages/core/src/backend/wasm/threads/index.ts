export { availableThreads, defaultThreads, threadsMissing } from "./count.ts";
export { type PoolCall, type PoolFunction, type PoolOptions, ThreadPool } from "./pool.ts";
