import { expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { explainThrown } from '../../src/start/explain-thrown.ts';

const state = 'Nothing was recorded.';

it.each([
  'ENGINE_UNREACHABLE',
  'ENGINE_REFUSED',
  'REGISTRY_UNREACHABLE',
  'SOURCE_UNREACHABLE',
  'DOWNLOAD_FAILED',
] as const)('takes %s after a signal for the interruption, and keeps the state of the work', (code) => {
  const thrown = new DevenvError(code, 'It could not be reached.', { hint: 'Check that the engine runs.', state });
  expect(explainThrown(thrown, true)).toMatchObject({
    ...{ code: 'INTERRUPTED', exitCode: 130, message: 'Interrupted.', state, cause: thrown },
    suggestions: ['Run the same command again to finish.'],
  });
  expect(explainThrown(thrown, false)).toBe(thrown);
});

it('takes an error of the program after a signal for the interruption', () => {
  expect(explainThrown(new Error('read ECONNRESET'), true)).toMatchObject({ code: 'INTERRUPTED' });
  expect(explainThrown(new Error('read ECONNRESET'), false)).toMatchObject({ code: 'INTERNAL' });
});

it('keeps an error that says what became of the work', () => {
  const thrown = new DevenvError('STEP_FAILED', 'The step failed.', { state });
  expect(explainThrown(thrown, true)).toBe(thrown);
});
