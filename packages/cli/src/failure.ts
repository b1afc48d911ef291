// Every error becomes a list of problems before it is shown.
import { BackendError, DataError, OptionError, SteepestError } from "steepest";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Problem, Where } from "./problem.ts";

/** What ends a command: one or more problems and the exit code. Plain data, so that it can cross threads. */
export interface Failure {
  readonly exitCode: ExitCode;
  readonly problems: readonly Problem[];
  /** Shown with `--debug`. */
  readonly stack?: string;
}

/** All problems of one request, thrown together. */
export class RequestError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => p.message).join(" "));
    this.name = "RequestError";
    this.problems = problems;
  }
}

/** A failure that was described elsewhere, for example in a worker thread. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.problems.map((p) => p.message).join(" "));
    this.name = "FailureError";
    this.failure = failure;
  }
}

/** Throws when there are problems; otherwise nothing happens. */
export function throwProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new RequestError(problems);
}

/** Describes any thrown value. `file` is the file that was being read, where the error does not name one. */
export function toFailure(error: unknown, file?: string): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof RequestError) return { exitCode: EXIT.request, problems: error.problems };
  const stack = error instanceof Error && error.stack !== undefined ? { stack: stackWithCauses(error) } : {};
  return { exitCode: exitCodeOf(error), problems: [toProblem(error, file)], ...stack };
}

function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof SteepestError) || error instanceof BackendError) return EXIT.failure;
  return error.code === "internal" ? EXIT.failure : EXIT.request;
}

function toProblem(error: unknown, file: string | undefined): Problem {
  if (error instanceof DataError) return fromDataError(error, file);
  if (error instanceof SteepestError) {
    const where = error instanceof OptionError || file === undefined ? {} : { where: { file } };
    const { fix = [], excerpt } = error as SteepestError & Partial<Pick<Problem, "fix" | "excerpt">>;
    return {
      class: error.name,
      code: error.code,
      message: withoutOrigin(error.message, file),
      ...where,
      ...(excerpt === undefined ? {} : { excerpt }),
      fix,
    };
  }
  if (isSystemError(error)) return fromSystemError(error, file);
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    class: "InternalError",
    code: "internal",
    message: `this should not have happened: ${text}`,
    fix: ["run it again with --debug and report the lines that it prints: this is a mistake in steepest"],
  };
}

function fromDataError(error: DataError, file: string | undefined): Problem {
  const extra = error as DataError & { readonly file?: string; readonly line?: number };
  const name = extra.file ?? file;
  const where: Where = {
    ...(name === undefined ? {} : { file: name }),
    ...(error.row === undefined ? {} : { row: error.row + 1 }),
    ...(extra.line === undefined ? {} : { line: extra.line }),
    ...(error.column === undefined ? {} : { column: error.column }),
  };
  return {
    class: error.name,
    code: error.code,
    message: withoutOrigin(error.message, name),
    ...(Object.keys(where).length === 0 ? {} : { where }),
    ...(error.received === undefined ? {} : { received: error.received }),
    ...(error.expected === undefined ? {} : { expected: error.expected }),
    fix: error.fix,
  };
}

/** The library begins with the function or the file; the command line says both elsewhere. */
function withoutOrigin(message: string, file: string | undefined): string {
  if (file !== undefined && message.startsWith(`${file}: `)) return message.slice(file.length + 2);
  return message.replace(/^[a-zA-Z]+(\.[a-zA-Z]+)?: /, "").replace(/^standard input: /, "");
}

interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
  readonly syscall?: string;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "syscall" in error && typeof (error as { code?: unknown }).code === "string";
}

const NOT_MADE = { code: "not-writable", what: "cannot be made there", fix: "choose another place" };

const SYSTEM_PROBLEMS: Readonly<Record<string, { code: string; what: string; fix: string }>> = {
  ENOENT: { code: "not-found", what: "does not exist", fix: "check the spelling and the current folder" },
  EACCES: {
    code: "no-permission",
    what: "may not be read or written by this user",
    fix: "change its permissions, or choose another place",
  },
  EPERM: {
    code: "no-permission",
    what: "may not be read or written by this user",
    fix: "change its permissions, or choose another place",
  },
  EROFS: { code: "not-writable", what: "lies on a file system that is read-only", fix: "choose another place" },
  ENOTDIR: {
    code: "not-a-folder",
    what: "cannot be used: a part of its path is a file, not a folder",
    fix: "choose another place",
  },
  EEXIST: {
    code: "not-a-folder",
    what: "cannot be made: something with this name exists",
    fix: "choose another place",
  },
  EISDIR: { code: "is-a-folder", what: "is a folder, not a file", fix: "name a file" },
  ENOSPC: {
    code: "disk-full",
    what: "cannot be written: the disk is full",
    fix: "free some space, or choose another place",
  },
  EDQUOT: {
    code: "disk-full",
    what: "cannot be written: the quota is used up",
    fix: "free some space, or choose another place",
  },
  EFBIG: {
    code: "file-too-large",
    what: "cannot be written: it would be larger than this process may write",
    fix: "raise the limit with ulimit -f",
  },
  EMFILE: {
    code: "too-many-files",
    what: "cannot be opened: too many open files",
    fix: "raise the limit with ulimit -n",
  },
};

/** `file` is the file that was being read: errors of reading do not always name it. */
function fromSystemError(error: SystemError, file: string | undefined): Problem {
  const known = error.code === "ENOENT" && error.syscall === "mkdir" ? NOT_MADE : SYSTEM_PROBLEMS[error.code];
  const path = error.path ?? (error.syscall === "read" ? file : undefined) ?? "standard output";
  const message = known === undefined ? error.message : `"${path}" ${known.what}`;
  return {
    class: "BackendError",
    code: known?.code ?? "file-system",
    message,
    where: { file: path },
    fix: known === undefined ? [] : [known.fix],
  };
}

function stackWithCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackWithCauses(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
