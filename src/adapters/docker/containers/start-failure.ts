import { cleanText } from '../connection/clean-text.ts';
import type { Output } from './frame-demuxer.ts';

/** How messages of Docker and Podman about a program that did not start begin. */
const engineWords = /^(OCI runtime exec failed: |Error: \S*(runc|crun|runsc|youki): )/;
const cap = 8_192;

type Write = (output: Output, bytes: Uint8Array) => void;

/**
 * Engines write their own message about a program that did not start into that
 * program's output. Output that begins like such a message is held back until
 * the exit code shows whose it is.
 */
export class StartFailure {
  #held: { readonly output: Output; readonly bytes: Uint8Array }[] | undefined;
  #open = false;

  /** Passes output on to `write`, except what begins like a message of the engine. */
  filter(write: Write): Write {
    return (output, bytes) => {
      if (!this.#open && this.#held === undefined) {
        if (engineWords.test(Buffer.from(bytes).toString('latin1'))) this.#held = [];
        else this.#open = true;
      }
      if (this.#held === undefined) {
        write(output, bytes);
        return;
      }
      this.#held.push({ output, bytes: Uint8Array.from(bytes) });
      if (this.#held.reduce((sum, each) => sum + each.bytes.length, 0) > cap) this.release(write);
    };
  }

  /** Writes what was held back: it came from the program. */
  release(write: Write): void {
    this.#open = true;
    for (const { output, bytes } of this.#held ?? []) write(output, bytes);
    this.#held = undefined;
  }

  /** Whether the program did not start because the container is paused. */
  isPaused(exitCode: number): boolean {
    return exitCode >= 125 && exitCode <= 127 && /exec in a paused container/.test(this.#words());
  }

  /** Why the program did not start, and a shell's exit code for it. Undefined for a program that ran. */
  explain(program: string, exitCode: number): { readonly message: string; readonly exitCode: 126 | 127 } | undefined {
    if (this.#held === undefined || exitCode < 125 || exitCode > 127) return undefined;
    const [first = ''] = this.#words().split(/\r?\n/);
    const folder = /chdir to cwd \("([^"]*)"\)/.exec(first)?.[1];
    if (folder !== undefined)
      return { message: `The folder ${cleanText(folder)} is not in the workspace.`, exitCode: 126 };
    if (/not found|no such file or directory/i.test(first))
      return { message: explainMissing(cleanText(program)), exitCode: 127 };
    if (/permission denied/i.test(first))
      return { message: `"${cleanText(program)}" cannot be run: permission denied.`, exitCode: 126 };
    const reason = first.replace(engineWords, '').replace(/^.*unable to start container process: /, '');
    return { message: `"${cleanText(program)}" did not start: ${cleanText(reason)}`, exitCode: 126 };
  }

  #words(): string {
    return Buffer.concat((this.#held ?? []).map(({ bytes }) => bytes)).toString('utf8');
  }
}

function explainMissing(program: string): string {
  const rest = program.includes(' ') ? '\nWrite the program and its arguments as separate words, without quotes.' : '';
  return `There is no program "${program}" in the workspace.${rest}`;
}
