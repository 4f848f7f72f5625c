import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TerminalProgress } from '../../../src/screen/terminal/terminal-progress.ts';

let written: string;
beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('TerminalProgress, plain and quiet', () => {
  it('writes plain lines, and the result in place of the title', () => {
    const progress = new TerminalProgress({ plain: true, quiet: false });
    progress.task('Merging 3 layers').done();
    const [task] = progress.tasks([{ title: 'Creating the workspace', done: 'Created the workspace' }]);
    task?.done();
    progress.task('Waiting').fail();
    expect(written.split('\n')).toEqual([
      'Merging 3 layers …',
      'Merging 3 layers: done',
      'Creating the workspace …',
      'Created the workspace',
      'Waiting …',
      'Waiting: failed',
      '',
    ]);
  });

  it('writes notes only when it is quiet', () => {
    const progress = new TerminalProgress({ plain: true, quiet: true });
    progress.task('Merging 3 layers').done();
    progress.tasks([{ title: 'Creating the workspace', done: 'Created the workspace' }])[0]?.fail();
    progress.note('Port 80 is in use.');
    expect(written).toBe('Port 80 is in use.\n');
  });
});
