/* oxlint-disable no-control-regex -- control characters are what is tested */
import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/errors/devenv-error.ts';
import { asDevenvError, errorDocument, renderError } from '../../../src/screen/render/render-error.ts';

const red = (text: string): string => text;

describe('renderError', () => {
  it('says where, what, the state of the work and what to do', () => {
    const error = new DevenvError('CONFIG_INVALID', 'name: expected text', {
      at: 'devenv.yaml:2:7',
      state: 'Nothing was changed.',
      hint: 'Write a name.',
    });
    expect(renderError(error, { verbose: false, red })).toBe(
      'error: devenv.yaml:2:7: name: expected text\nNothing was changed.\nWrite a name.\n',
    );
  });

  it('filters what an error quotes', () => {
    const error = new DevenvError('REGISTRY_DENIED', 'answer: \u001b]0;pwned\u0007denied', { hint: '\u202ehint' });
    expect(renderError(error, { verbose: true, red })).not.toMatch(/[\u001b\u0007\u202e]/u);
  });

  it('shows the chain of causes with verbose', () => {
    const error = new DevenvError('INTERNAL', 'outer', { cause: new Error('inner') });
    const shown = renderError(error, { verbose: true, red });
    expect(shown).toContain('INTERNAL, exit status 1');
    expect(shown).toContain('caused by:\nError: inner\n    at ');
  });
});

describe('asDevenvError', () => {
  it.each([
    [new Error('boom'), 'boom'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [new Error(''), 'An operation failed without a message.'],
  ])('reports %o as INTERNAL', (thrown, message) => {
    expect(asDevenvError(thrown)).toMatchObject({ code: 'INTERNAL', exitCode: 1, message });
  });

  it('leaves our own errors alone', () => {
    const error = new DevenvError('USAGE', 'x');
    expect(asDevenvError(error)).toBe(error);
  });
});

describe('errorDocument', () => {
  it('holds what a program needs', () => {
    const error = new DevenvError('STEP_FAILED', 'apt failed', { data: { step: 'apt' }, at: 'devenv.yaml:3:1' });
    expect(errorDocument(error, { verbose: false, exitCode: 8 })).toEqual({
      error: {
        code: 'STEP_FAILED',
        message: 'devenv.yaml:3:1: apt failed',
        suggestions: error.suggestions,
        exitCode: 8,
        data: { step: 'apt' },
      },
    });
  });
});
