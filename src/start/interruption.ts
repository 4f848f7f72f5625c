import { setMaxListeners } from 'node:events';

/** A closed pipe counts as one: it is how a reader says that it wants no more. */
const statuses = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

type Signal = keyof typeof statuses;

/** Milliseconds that tidying up has for itself: who is in a hurry presses twice, and no workspace is to stay paused for that. */
const grace = 1_000;

/**
 * How this process is asked to stop. The first signal cancels what runs, so
 * that it can leave a tidy state; the second one leaves, at once where the
 * first is a moment old.
 */
class Interruption {
  readonly #controller = new AbortController();
  #signal: Signal | undefined;
  /** Milliseconds of this process's own clock. */
  #since = 0;
  #diverted: ((signal: Signal) => void) | undefined;

  /** Handed to use cases and ports. Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The signal that came first. */
  get received(): Signal | undefined {
    return this.#signal;
  }

  /** 128 + the signal's number once one came. */
  get exitStatus(): number | undefined {
    return this.#signal === undefined ? undefined : statuses[this.#signal];
  }

  /** Called once, by main. */
  listen(): void {
    // Many requests of one command wait for it at the same time: that is no leak.
    setMaxListeners(0, this.#controller.signal);
    for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => this.receive(name));
  }

  /** While a program in a workspace runs, signals are its own to answer. Returns how to end that. */
  divert(listener: (signal: Signal) => void): () => void {
    this.#diverted = listener;
    return () => {
      this.#diverted = undefined;
    };
  }

  receive(name: Signal): void {
    if (this.#diverted !== undefined) {
      // A reader who has left gets no answer, whatever the program makes of it.
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
