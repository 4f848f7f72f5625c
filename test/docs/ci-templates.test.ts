import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadProgram, type Program } from '../../scripts/docs/load-program.ts';
import { checkCommandLine } from './check-command-line.ts';
import { root } from './read-pages.ts';

const read = (name: string): unknown => {
  const text = readFileSync(join(root, 'templates', name), 'utf8');
  // GitLab reads by the rules of YAML 1.1, GitHub by those of 1.2.
  const [older, newer] = (['1.1', '1.2'] as const).map((version): unknown => parse(text, { version }));
  expect(older).toEqual(newer);
  return newer;
};

describe('the jobs for CI services in templates/', () => {
  let program: Program;
  beforeAll(async () => {
    program = await loadProgram();
  });

  it.each(['github-actions.yml', 'gitlab-ci.yml'])('%s calls devenv as it is', async (name) => {
    const lines = (JSON.stringify(read(name)).match(/"devenv [^"]*"/g) ?? []).map((one) => JSON.parse(one) as string);
    expect(lines).toEqual([
      'devenv build --push --cache-from --cache-to --ci --yes',
      'devenv up --frozen --ci',
      'devenv run test',
    ]);
    for (const line of lines) await checkCommandLine(program, line);
  });
});
