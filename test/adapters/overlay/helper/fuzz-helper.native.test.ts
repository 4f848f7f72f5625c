import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../lab/install.ts';
import { tryRun } from '../../../lab/run.ts';
import { buildHelperTest } from './build-helper-test.ts';

/** Seconds for each fuzzer. `npm run fuzz` gives more, and goes on with what earlier runs found. */
const wanted = process.env['FUZZ_SECONDS'];
const seconds = Number(wanted ?? 30);

const seedFolder = resolve(import.meta.dirname, '../../../../native/test/seeds');

describe('the helper', () => {
  it.each([
    ['any bytes as requests', 'requests'],
    ['any tree, changed during the walk', 'trees'],
  ] as const)('withstands %s', { timeout: (seconds + 300) * 1000 }, async (_, fuzzer) => {
    const program = await buildHelperTest(`fuzz-${fuzzer}`);
    const kept = join(cacheFolder, 'fuzz', fuzzer);
    mkdirSync(kept, { recursive: true });
    const corpus = wanted === undefined ? mkdtempSync(join(tmpdir(), 'devenv-fuzz-')) : kept;
    try {
      const limits = [`-max_total_time=${String(seconds)}`, '-timeout=20', '-max_len=4096', '-print_final_stats=1'];
      // Tests on engines come first.
      const { exitCode, stderr } = await tryRun(
        'nice',
        ['-n', '10', program, ...limits, `-artifact_prefix=${kept}-`, corpus, join(seedFolder, fuzzer)],
        { timeout: (seconds + 200) * 1000 },
      );
      const report = stderr.split('\n').filter((line) => !/^(#\d|\s+NEW_FUNC|INFO:)/.test(line));
      expect(exitCode, `Mend it, and add the input to ${seedFolder}.\n${report.join('\n')}`).toBe(0);
      // On a busy machine it is not many more.
      const seeds = readdirSync(join(seedFolder, fuzzer)).length;
      expect(Number(/number_of_executed_units: (\d+)/.exec(stderr)?.[1])).toBeGreaterThan(seeds);
    } finally {
      if (corpus !== kept) rmSync(corpus, { recursive: true });
    }
  });
});
