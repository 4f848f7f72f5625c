import { describe, expect, it } from 'vitest';
import { cpuTime } from '../../../cpu-time.ts';
import { explainFailedBuild } from '../../../../src/adapters/docker/build/explain-failed-build.ts';

const explain = (message: string): ReturnType<typeof explainFailedBuild> =>
  explainFailedBuild('build Dockerfile', 200, message, ['last line']);

describe('explainFailedBuild', () => {
  it.each([
    ['process "/bin/sh -c make all" did not complete successfully: exit code: 2', 'make all', 2],
    ["The command '/bin/sh -c make all' returned a non-zero code: 127", 'make all', 127],
    ['building at STEP "RUN make all": while running runtime: exit status 1', 'make all', 1],
    ['building at STEP "RUN echo "a": b": while running runtime: exit status 4', 'echo "a": b', 4],
  ])('reads the command and its exit code from %j', (message, command, exitCode) => {
    expect(explain(message)).toMatchObject({
      code: 'STEP_FAILED',
      message: `The Dockerfile's command "${command}" ended with exit code ${String(exitCode)}.\n  last line`,
      data: { exitCode, output: ['last line'] },
    });
  });

  it.each([
    ['dockerfile parse error on line 3: unknown instruction: COPPY', 'DOCKERFILE_INVALID'],
    ['Unknown instruction: "COPPY"', 'DOCKERFILE_INVALID'],
    ['failed to resolve source metadata for docker.io/library/none:1: dial tcp: no such host', 'REGISTRY_UNREACHABLE'],
    ['pull access denied for none, repository does not exist or may require login: denied', 'REGISTRY_DENIED'],
    ['COPY failed: file not found in build context or excluded by .dockerignore', 'STEP_FAILED'],
    ['failed to resolve source metadata: write /var/lib/docker/tmp: no space left on device', 'ENGINE_REFUSED'],
    ['failed to compute cache key: "/gone": not found', 'STEP_FAILED'],
  ])('tells a failure by the words of the engine: %j', (message, code) => {
    expect(explain(message).code).toBe(code);
  });

  it('says what to do about a full disk, whoever noticed it', () => {
    const failed = 'process "/bin/sh -c cp a b" did not complete successfully: exit code: 1';
    const inside = explainFailedBuild('build Dockerfile', 200, failed, ["cp: 'b': No space left on device"]);
    for (const error of [inside, explain('write /x: no space left on device')])
      expect(error.suggestions.join()).toContain("engine's disk is full");
  });

  it('shows no control characters, and reads a megabyte in a moment', () => {
    const start = cpuTime();
    const error = explain(`process "\u001b[31m${'x "'.repeat(400_000)}`);
    expect(error.message).not.toContain('\u001b');
    expect(cpuTime() - start).toBeLessThan(1_000);
  });

  it.each(['STEP "": ', 'STEP "": exit status ', 'process "', `The command '`])(
    'reads a message of many %s in a moment',
    (part) => {
      const start = cpuTime();
      explain(`failed: ${part.repeat(10_000)}`);
      expect(cpuTime() - start).toBeLessThan(2_000);
    },
  );
});
