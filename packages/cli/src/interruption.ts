// Ctrl-C: the first one asks the running step to be the last, the second one ends the process at once.
import { EXIT } from "./exit-code.ts";

export interface Interruption {
  /** Set to 1 by the first Ctrl-C; shared memory, so that a thread in the middle of a computation sees it. */
  readonly flag: Int32Array;
  readonly requested: boolean;
  /** Gives Ctrl-C back to the system. */
  dispose(): void;
}

export interface InterruptionOptions {
  readonly say: (text: string) => void;
  /** Hears of the first one. */
  readonly onRequest?: () => void;
}

export function watchForInterruption({ say, onRequest = () => {} }: InterruptionOptions): Interruption {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const isSet = (): boolean => Atomics.load(flag, 0) === 1;
  const onSignal = (): void => {
    if (isSet()) process.exit(EXIT.interrupted);
    Atomics.store(flag, 0, 1);
    onRequest();
    say("stopping after the running step; Ctrl-C again stops at once");
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    flag,
    get requested() {
      return isSet();
    },
    dispose: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
