import { setMaxListeners } from 'node:events';

/** Exit statuses by signal. SIGPIPE stands for a reader that closed stdout. */
const statuses = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

type Signal = keyof typeof statuses;

/** Milliseconds for cleaning up after the first signal, even if a second one follows at once: no workspace may stay paused. */
const grace = 1_000;

/**
 * Signals of this process. The first one aborts the running command, which
 * cleans up; the second one ends the process, `grace` after the first at the
 * earliest.
 */
class Interruption {
  readonly #controller = new AbortController();
  #signal: Signal | undefined;
  /** `performance.now()` of the first signal. */
  #since = 0;
  #diverted: ((signal: Signal) => void) | undefined;

  /** For use cases and ports: aborted by the first SIGINT, SIGTERM or SIGHUP. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first signal. */
  get received(): Signal | undefined {
    return this.#signal;
  }

  /** 128 + the number of the first signal. */
  get exitStatus(): number | undefined {
    return this.#signal === undefined ? undefined : statuses[this.#signal];
  }

  /** Called once, by main. */
  listen(): void {
    // Many parallel requests of one command listen to it: not a leak.
    setMaxListeners(0, this.#controller.signal);
    for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => this.receive(name));
  }

  /** Passes signals to a program in a workspace instead. Returns a function that stops this. */
  divert(listener: (signal: Signal) => void): () => void {
    this.#diverted = listener;
    return () => {
      this.#diverted = undefined;
    };
  }

  receive(name: Signal): void {
    if (this.#diverted !== undefined) {
      // stdout is closed: the exit status is that of SIGPIPE, whatever the program does.
      if (name === 'SIGPIPE') this.#signal = name;
      this.#diverted(name);
      return;
    }
    if (this.#signal !== undefined) {
      const status = statuses[this.#signal];
      setTimeout(() => process.exit(status), Math.max(0, this.#since + grace - performance.now()));
      return;
    }
    this.#signal = name;
    this.#since = performance.now();
    this.#controller.abort();
  }
}

/** One per process, as signals are. */
export const interruption = new Interruption();
