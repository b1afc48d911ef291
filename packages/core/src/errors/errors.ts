// Errors: one class per kind of mistake. The text says what happened, why it is wrong and what to do; it may change, `code` may not.

/** What every error of this library carries: a stable `code` for programs, a text for people. */
export abstract class SteepestError extends Error {
  /** Stable, kebab case: `"inner-sizes"`, `"unknown-option"`. */
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
  }
}

/** Shapes, ranks or trees do not fit together. */
export class ShapeError extends SteepestError {
  readonly operation: string;
  readonly shapes: readonly (readonly number[])[];
  /** The leaf of a tree, where there is one: `"block1.weight"`. */
  readonly path?: string;

  constructor(
    message: string,
    fields: { code: string; operation: string; shapes?: readonly (readonly number[])[]; path?: string },
  ) {
    super(message, fields.code);
    this.operation = fields.operation;
    this.shapes = fields.shapes ?? [];
    if (fields.path !== undefined) this.path = fields.path;
  }
}

/** An option is missing, unknown, of the wrong type or out of range. */
export class OptionError extends SteepestError {
  readonly option: string;

  constructor(message: string, fields: { code: string; option: string }) {
    super(message, fields.code);
    this.option = fields.option;
  }
}

/** The data cannot be used: NaN, one class only, an unknown column, an empty table. Says row and column, counted from 0. */
export class DataError extends SteepestError {
  readonly row?: number;
  readonly column?: string;
  /** What was found, what was wanted, and ways to repair it; filled where a person would ask. */
  readonly received?: string;
  readonly expected?: string;
  readonly fix: readonly string[];

  constructor(
    message: string,
    fields: {
      code: string;
      row?: number;
      column?: string;
      received?: string;
      expected?: string;
      fix?: readonly string[];
      cause?: unknown;
    },
  ) {
    super(message, fields.code, fields.cause);
    if (fields.row !== undefined) this.row = fields.row;
    if (fields.column !== undefined) this.column = fields.column;
    if (fields.received !== undefined) this.received = fields.received;
    if (fields.expected !== undefined) this.expected = fields.expected;
    this.fix = fields.fix ?? [];
  }
}

/** A value lies outside of what an operation is defined for: a pivot ≤ 0 in Cholesky, a singular system. */
export class DomainError extends SteepestError {
  readonly operation: string;

  constructor(message: string, fields: { code: string; operation: string }) {
    super(message, fields.code);
    this.operation = fields.operation;
  }
}

/** A function cannot be traced or differentiated. `at` is the user's line where it is known. */
export class TraceError extends SteepestError {
  readonly at?: string;

  constructor(message: string, fields: { code: string; at?: string }) {
    super(message, fields.code);
    if (fields.at !== undefined) this.at = fields.at;
  }
}

/** Thrown only by `assertConverged` and by `fit(…, { strict: true })`; elsewhere not converging is a status. */
export class ConvergenceError extends SteepestError {
  readonly status: string;

  constructor(message: string, fields: { status: string }) {
    super(message, "not-converged");
    this.status = fields.status;
  }
}

/** A device, worker, file or backend is missing, lost or out of memory. */
export class BackendError extends SteepestError {
  readonly backend: string;

  constructor(message: string, fields: { code: string; backend: string; cause?: unknown }) {
    super(message, fields.code, fields.cause);
    this.backend = fields.backend;
  }
}

/** A mistake of this library, not of its user. */
export class InternalError extends SteepestError {
  constructor(message: string) {
    super(`${message} This is a mistake in steepest: please report it with the lines that lead here.`, "internal");
  }
}
