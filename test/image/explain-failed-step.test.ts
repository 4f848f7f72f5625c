import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { explainFailedStep } from '../../src/image/explain-failed-step.ts';
import { readProject } from '../../src/observe/project.ts';
import { makeContext } from '../fakes/make-context.ts';

/** What becomes of the failure of a step with this output. */
async function explain(step: string, ...output: readonly string[]): Promise<unknown> {
  const run = 'run: [{name: a, run: "cd /tmp; ./a.sh x"}, {name: b, run: ./b.sh}]';
  const context = makeContext({
    'devenv.yaml': `version: 1\nname: shop\nbase: debian:bookworm-slim\n${run}\n`,
    ...{ 'a.sh': '#!/bin/sh\r\necho a\r\n', 'b.sh': '#!/bin/sh\necho b\n' },
  });
  const failed = new DevenvError('STEP_FAILED', `"${step}" failed.`, { data: { step, exitCode: 127, output } });
  return explainFailedStep(context, await readProject(context), 'sha256:1', failed);
}

describe('explainFailedStep', () => {
  it('names the package of a library that the base lacks', async () => {
    const line =
      '/usr/local/bin/node: error while loading shared libraries: libatomic.so.1: cannot open shared object file';
    expect(await explain('node', line)).toMatchObject({
      code: 'STEP_FAILED',
      suggestions: [
        expect.stringContaining(
          'libatomic.so.1 to packages.apt in devenv.yaml. On Debian, its name is usually libatomic1',
        ),
      ],
    });
  });

  it('names both a source that is unreachable and a library that is missing', async () => {
    const failed = await explain(
      'pip',
      'x: error while loading shared libraries: libffi.so.8: cannot open shared object file',
      'Could not resolve host: pypi.org',
    );
    expect(failed).toMatchObject({
      ...{ code: 'SOURCE_UNREACHABLE', exitCode: 5 },
      suggestions: [expect.stringMatching(/Check the network.*libffi\.so\.8 to packages\.apt/)],
    });
  });

  it('names a script with the line ends of Windows', async () => {
    expect(await explain('run:a', 'sh: 1: ./a.sh: not found')).toMatchObject({
      ...{ code: 'STEP_FAILED', message: '"run:a" failed.' },
      suggestions: [expect.stringMatching(/^a\.sh has the line ends of Windows.*`a\.sh text eol=lf`/)],
    });
    expect(((await explain('run:b', 'sh: 1: x: not found')) as DevenvError).suggestions.join()).not.toContain(
      'Windows',
    );
  });

  it.each([
    "dpkg: error processing archive a.deb: unable to make backup link of './etc/resolv.conf': Device or resource busy",
    "mv: cannot move '/etc/resolv.conf.new' to '/etc/resolv.conf': Device or resource busy",
  ])('says why a package cannot replace what the engine mounts: %s', async (line) => {
    expect(await explain('apt', line)).toMatchObject({
      suggestions: [expect.stringContaining('The engine writes /etc/resolv.conf and mounts it')],
    });
  });

  it.each(['run:b', 'feature:x'])('says nothing of the kind about %s', async (step) => {
    const failed = await explain(
      step,
      'x: error while loading shared libraries: liba.so.1: cannot open',
      'no such host',
    );
    expect(failed).toMatchObject({ code: 'STEP_FAILED', message: `"${step}" failed.` });
    expect((failed as DevenvError).suggestions.join()).not.toContain('packages.apt');
  });
});
