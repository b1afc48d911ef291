// A problem as plain data: what happened, where, received and expected, what to do.

export interface Where {
  readonly file?: string;
  /** Data row, counted from 1 without the header. */
  readonly row?: number;
  /** Line of the file, counted from 1. */
  readonly line?: number;
  readonly column?: string;
}

export interface Problem {
  readonly class: string;
  readonly code: string;
  readonly message: string;
  readonly where?: Where;
  /** The text that was read, with a mark under the place. */
  readonly excerpt?: string;
  readonly received?: string;
  readonly expected?: string;
  readonly fix: readonly string[];
  /** Further places with the same kind of problem: the first ones, and how many there are. */
  readonly more?: { readonly count: number; readonly places: readonly Place[] };
}

export interface Place {
  readonly row: number;
  readonly line: number;
  readonly reason: string;
}

export function optionProblem(code: string, message: string, fix: readonly string[] = []): Problem {
  return { class: "OptionError", code, message, fix };
}
