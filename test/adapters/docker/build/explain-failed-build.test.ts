import { expect, it } from 'vitest';
import { explainFailedBuild } from '../../../../src/adapters/docker/build/explain-failed-build.ts';

it.each([
  [`error building at STEP "RUN false": error while running runtime: exit status 3`, 'false', 3],
  [`error building at STEP "RUN echo "a": b": while running runtime: exit status 4`, 'echo "a": b', 4],
  [`failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 5`, 'false', 5],
  [`The command '/bin/sh -c false' returned a non-zero code: 6`, 'false', 6],
])('finds the command that failed in %s', (message, command, exitCode) => {
  const error = explainFailedBuild('build Dockerfile', 200, message, []);
  expect(error).toMatchObject({ code: 'STEP_FAILED', data: { exitCode } });
  expect(error.message).toContain(`"${command}"`);
});

it.each(['STEP "": ', 'STEP "": exit status ', 'process "', `The command '`])(
  'reads a message of many %s in a moment',
  (part) => {
    const begun = performance.now();
    explainFailedBuild('build Dockerfile', 200, `failed: ${part.repeat(10_000)}`, []);
    expect(performance.now() - begun).toBeLessThan(2000);
  },
);
