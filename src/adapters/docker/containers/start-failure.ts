import { cleanText } from '../connection/clean-text.ts';
import type { Output } from './frame-demuxer.ts';

/** How Docker and Podman begin what they say when a program did not start. */
const engineWords = /^(OCI runtime exec failed: |Error: \S*(runc|crun|runsc|youki): )/;
const cap = 8_192;

/**
 * An engine puts its own words about a program that did not start into that
 * program's output. What begins like such words is held back until the exit
 * code tells whose they are.
 */
export class StartFailure {
  readonly #write: (output: Output, bytes: Uint8Array) => void;
  #held: { readonly output: Output; readonly bytes: Uint8Array }[] | undefined;
  #open = false;

  constructor(write: (output: Output, bytes: Uint8Array) => void) {
    this.#write = write;
  }

  write(output: Output, bytes: Uint8Array): void {
    if (!this.#open && this.#held === undefined) {
      if (engineWords.test(Buffer.from(bytes).toString('latin1'))) this.#held = [];
      else this.#open = true;
    }
    if (this.#held === undefined) {
      this.#write(output, bytes);
      return;
    }
    this.#held.push({ output, bytes: Uint8Array.from(bytes) });
    if (this.#held.reduce((sum, each) => sum + each.bytes.length, 0) > cap) this.release(this.#write);
  }

  /** Gives away what was held back: it was the program's after all. */
  release(write: (output: Output, bytes: Uint8Array) => void): void {
    this.#open = true;
    for (const { output, bytes } of this.#held ?? []) write(output, bytes);
    this.#held = undefined;
  }

  /** With the exit code known: whether the program did not start because nothing in the container may run just now. */
  isPaused(exitCode: number): boolean {
    return exitCode >= 125 && exitCode <= 127 && /exec in a paused container/.test(this.#words());
  }

  /**
   * With the exit code known: why the program did not start, and the code that
   * a shell gives for that. Undefined for a program that ran.
   */
  explain(program: string, exitCode: number): { readonly message: string; readonly exitCode: 126 | 127 } | undefined {
    if (this.#held === undefined || exitCode < 125 || exitCode > 127) return undefined;
    const [first = ''] = this.#words().split(/\r?\n/);
    const folder = /chdir to cwd \("([^"]*)"\)/.exec(first)?.[1];
    if (folder !== undefined)
      return { message: `The folder ${cleanText(folder)} is not in the workspace.`, exitCode: 126 };
    if (/not found|no such file or directory/i.test(first))
      return { message: `There is no program "${cleanText(program)}" in the workspace.`, exitCode: 127 };
    if (/permission denied/i.test(first))
      return { message: `"${cleanText(program)}" cannot be run: permission denied.`, exitCode: 126 };
    const reason = first.replace(engineWords, '').replace(/^.*unable to start container process: /, '');
    return { message: `"${cleanText(program)}" did not start: ${cleanText(reason)}`, exitCode: 126 };
  }

  #words(): string {
    return Buffer.concat((this.#held ?? []).map(({ bytes }) => bytes)).toString('utf8');
  }
}
