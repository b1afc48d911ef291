// Words that threads share, each on a cache line of its own where several write.

export const CONTROL = {
  /** Counts everything that workers should look at: modules, calls, the end. Workers sleep on it. */
  epoch: 0,
  /** Workers asleep: waking costs a system call, so it is done only for them. */
  sleeping: 16,
  /** Workers inside of the call, or CLOSED plus those that are just turning back. */
  gate: 32,
  /** The next part of the call. */
  next: 48,
  /** 1 while the caller sleeps on the gate. */
  callerSleeps: 64,
  ready: 80,
  modules: 81,
  firstModule: 82,
  stop: 83,
  /** The call: written while the gate is closed. */
  task: 96,
  args: 97,
  units: 98,
  part: 99,
  scratch: 100,
  scratchStride: 101,
  /** A trap in a worker: length of its message, then the characters. */
  failed: 112,
  message: 113,
} as const;

export const CONTROL_WORDS = 384;
/** Fewer than any number of workers that could turn back at once. */
export const CLOSED: number = -(2 ** 20);
/** Some 50 µs of polls before a thread sleeps: calls of one step follow each other faster than that. */
export const POLLS = 20_000;
