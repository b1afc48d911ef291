// Checkpoints of a network in training: one file of tensors, whose metadata say which training it belongs to.
import { createHash } from "node:crypto";
import { loadCheckpoint, saveCheckpoint } from "steepest/io";
import { RequestError } from "../failure.ts";
import { versions } from "../run/versions.ts";
import type { Keeper, NetworkCheckpoint } from "./network.ts";
import type { TrainRequest } from "./request.ts";

export interface TrainingCheckpoints {
  readonly keeper: Keeper;
  /** Objectives at the start and after each epoch, those before a checkpoint included. */
  readonly history: readonly number[];
  /** Called with each objective, before the checkpoint of its epoch is kept. */
  record(objective: number): void;
  /** Hands out what was kept last, if it has not been. */
  flush(): void;
}

export interface Kept {
  /** The file of a former training. */
  readonly found: Uint8Array | undefined;
  readonly save: (bytes: Uint8Array) => void;
}

/** Milliseconds between two checkpoints; the first comes with the first epoch. */
const PAUSE = 500;

/**
 * @throws RequestError when `found` belongs to other rows or options, or is no checkpoint.
 */
export function trainingCheckpoints(request: TrainRequest, sha256: string, { found, save }: Kept): TrainingCheckpoints {
  const training = fingerprintOf(request, sha256);
  const earlier = found === undefined ? undefined : metadataOf(found, request.out);
  if (earlier !== undefined && earlier["training"] !== training) throw anotherTraining(request, earlier["command"]);
  const history: number[] = JSON.parse(earlier?.["history"] ?? "[]") as number[];
  let isGoingOn = earlier !== undefined;
  let pending: NetworkCheckpoint | undefined;
  let written = -Infinity;
  const flush = (): void => {
    if (pending === undefined) return;
    const more = { training, history: JSON.stringify(history), command: request.commandLine };
    save(withMetadata(saveCheckpoint(pending), more));
    written = performance.now();
    pending = undefined;
  };
  return {
    history,
    record: (objective) => {
      // going on, the first objective is that of the checkpoint, and known
      if (!isGoingOn) history.push(objective);
      isGoingOn = false;
    },
    flush,
    keeper: {
      resume: (like) => (found === undefined ? undefined : loadCheckpoint(found, like)),
      keep: (checkpoint) => {
        pending = checkpoint;
        if (performance.now() - written >= PAUSE) flush();
      },
    },
  };
}

/** Everything that the next step depends on, in 64 hexadecimal digits. */
function fingerprintOf(request: TrainRequest, sha256: string): string {
  const { out, force, resume, dryRun, commandLine, gates, costs, learningCurve, cv, file, engine, ...rest } = request;
  const all = { ...rest, reproducible: engine.reproducible, sha256, version: versions()["steepest"] };
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

function anotherTraining({ out }: TrainRequest, command: string | undefined): RequestError {
  return new RequestError([
    {
      class: "OptionError",
      code: "checkpoint-of-another-training",
      message: `the checkpoint in "${out}" belongs to a training with other rows or options`,
      where: { file: out },
      fix: [
        ...(command === undefined ? [] : [`${command} --resume  goes on with it`]),
        "--force instead of --resume  begins anew",
      ],
    },
  ]);
}

type Metadata = Readonly<Record<string, string>>;
type Header = Readonly<Record<string, unknown>> & { readonly __metadata__?: Metadata };

const LENGTH_BYTES = 8;

/** A safetensors file: length of the header, header as JSON, data. Offsets count from the data, so the header may grow. */
function partsOf(bytes: Uint8Array): { header: Header; data: Uint8Array } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  return { header: JSON.parse(text) as Header, data: bytes.subarray(LENGTH_BYTES + length) };
}

function metadataOf(bytes: Uint8Array, out: string): Metadata {
  try {
    return partsOf(bytes).header.__metadata__ ?? {};
  } catch {
    throw new RequestError([
      {
        class: "DataError",
        code: "invalid-checkpoint",
        message: `the checkpoint in "${out}" is not as train writes it`,
        where: { file: out },
        fix: ["--force instead of --resume  begins anew"],
      },
    ]);
  }
}

function withMetadata(bytes: Uint8Array, more: Metadata): Uint8Array {
  const { header, data } = partsOf(bytes);
  const text = JSON.stringify({ ...header, __metadata__: { ...header.__metadata__, ...more } });
  const json = new TextEncoder().encode(text);
  const padded = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES; // data stay aligned
  const out = new Uint8Array(LENGTH_BYTES + padded + data.length).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.set(json, LENGTH_BYTES);
  out.set(data, LENGTH_BYTES + padded);
  return out;
}
