// Executors beyond this thread. All run the same tasks and give the same numbers.
export { threads } from "./threads.ts";
