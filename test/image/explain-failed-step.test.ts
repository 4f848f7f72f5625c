import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { explainFailedStep } from '../../src/image/explain-failed-step.ts';
import { readProject } from '../../src/observe/project.ts';
import { makeContext } from '../fakes/make-context.ts';

/** What becomes of the failure of a step with this output. */
async function explain(step: string, ...output: readonly string[]): Promise<unknown> {
  const context = makeContext({ 'devenv.yaml': 'version: 1\nname: shop\nbase: debian:bookworm-slim\n' });
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

  it.each(['run:a', 'feature:x'])('says nothing of the kind about %s', async (step) => {
    const failed = await explain(
      step,
      'x: error while loading shared libraries: liba.so.1: cannot open',
      'no such host',
    );
    expect(failed).toMatchObject({ code: 'STEP_FAILED', message: `"${step}" failed.` });
    expect((failed as DevenvError).suggestions.join()).not.toContain('packages.apt');
  });
});
