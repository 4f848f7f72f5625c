import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { takeInventory } from '../../../src/observe/images/take-inventory.ts';
import type { Ask } from '../../../src/observe/images/ask-image.ts';

const parse = (stdout: string): Record<string, string> => ({ said: stdout });
const probes = [
  { name: 'words', probe: { argv: ['printf', '%s|', "it's", 'two\nlines', '$HOME', ''], parse } },
  { name: 'none', probe: 'none' as const },
  { name: 'failing', probe: { argv: ['sh', '-c', 'echo half; exit 3'], parse } },
  { name: 'missing', probe: { argv: ['no-such-program'], parse } },
  { name: 'silent', probe: { argv: ['true'], parse } },
  { name: 'reading', probe: { argv: ['cat'], parse } },
];
const inventory = {
  words: { said: "it's|two\nlines|$HOME||" },
  ...{ failing: {}, missing: {}, silent: { said: '' }, reading: { said: '' } },
};

describe('an inventory', () => {
  it('asks for all providers at once, and keeps their answers apart', async () => {
    let asked = 0;
    const ask: Ask = ({ argv: [program = '', ...words] }) => {
      asked += 1;
      const { status, stdout } = spawnSync(program, words, { stdio: ['ignore', 'pipe', 'ignore'] });
      return Promise.resolve({ exitCode: status ?? 127, stdout });
    };
    expect(await takeInventory(ask, probes)).toEqual(inventory);
    expect(asked).toBe(1);
  });

  it('asks for each by itself in an image without a shell', async () => {
    const answers: Record<string, string> = { printf: "it's|two\nlines|$HOME||", true: '', cat: '' };
    const ask: Ask = ({ argv: [program = ''] }) => {
      const stdout = Object.hasOwn(answers, program) ? answers[program] : undefined;
      return Promise.resolve({ exitCode: stdout === undefined ? 127 : 0, stdout: Buffer.from(stdout ?? '') });
    };
    expect(await takeInventory(ask, probes)).toEqual(inventory);
  });
});
