// What the process says when it ends. The table is part of the help text and of the documentation.

export const EXIT = {
  done: 0,
  /** File system, memory, a mistake of ours. */
  failure: 1,
  /** The request or the data is wrong: usage, options, values. */
  request: 2,
  /** Results are written, but the solver did not converge. */
  notConverged: 3,
  /** A gate (`--min`, `--max`) was not met. */
  gate: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
