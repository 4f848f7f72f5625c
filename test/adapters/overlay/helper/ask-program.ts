import { execFileSync } from 'node:child_process';

export interface Answered {
  readonly kind: string;
  /** One character per byte. */
  readonly text: string;
}

/** Runs the helper's program with some requests, each as its words, and gives the frames of all answers. */
export function askProgram(program: string, requests: readonly (readonly string[])[]): readonly Answered[] {
  const input = Buffer.from(requests.map((words) => words.map((word) => `${word}\0`).join('')).join(''), 'latin1');
  const output = execFileSync(program, [], { input, timeout: 20_000, maxBuffer: 64 * 1024 * 1024 });
  const frames: Answered[] = [];
  for (let at = 0; at < output.length;) {
    const end = at + 5 + output.readUInt32LE(at + 1);
    if (end > output.length) throw new Error('the last frame is cut');
    frames.push({ kind: String.fromCharCode(output[at] ?? 0), text: output.toString('latin1', at + 5, end) });
    at = end;
  }
  return frames;
}
