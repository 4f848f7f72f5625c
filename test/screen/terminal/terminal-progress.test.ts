import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TerminalProgress } from '../../../src/screen/terminal/terminal-progress.ts';
import { showTransfers } from '../../../src/observe/transfer-options.ts';

describe('progress in a log', () => {
  const lines: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    lines.length = 0;
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text).trimEnd()) > 0);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('is never silent for more than two seconds: elapsed time and the last line', () => {
    const task = new TerminalProgress({ plain: true }).task('Step 1 of 2: install git');
    vi.advanceTimersByTime(2_000);
    task.update('Unpacking \u001b[31mgit ...');
    vi.advanceTimersByTime(2_000);
    vi.advanceTimersByTime(57_000);
    task.done();
    vi.advanceTimersByTime(10_000);
    expect([...lines.slice(0, 3), ...lines.slice(-2)]).toEqual([
      'Step 1 of 2: install git …',
      'Step 1 of 2: install git: 2 s',
      'Step 1 of 2: install git: 4 s, Unpacking git ...',
      'Step 1 of 2: install git: 1 min, Unpacking git ...',
      'Step 1 of 2: install git: done',
    ]);
  });

  it('cuts a long line of output', () => {
    const task = new TerminalProgress({ plain: true }).task('Step 1');
    task.update('x'.repeat(5_000));
    vi.advanceTimersByTime(2_000);
    expect(lines.at(-1)).toBe(`Step 1: 2 s, ${'x'.repeat(120)}`);
    task.done();
  });

  it('says nothing of a task that is done at once', () => {
    new TerminalProgress({ plain: true }).task('pulling x').done();
    vi.advanceTimersByTime(10_000);
    expect(lines).toEqual(['pulling x …', 'pulling x: done']);
  });

  it('leaves the end of a task to the result of its command', () => {
    const [task, other] = new TerminalProgress({ plain: true }).tasks([
      { title: 'Stopping the workspace', done: 'Stopped the workspace', told: true },
      { title: 'Stopping service db', done: 'Stopped service db' },
    ]);
    task?.done();
    other?.done();
    expect(lines).toEqual(['Stopping the workspace …', 'Stopping service db …', 'Stopped service db']);
  });

  it('folds the lines of a task for GitHub Actions, and those of tasks beside it with them', async () => {
    const progress = new TerminalProgress({ plain: true, groups: true });
    const one = progress.task('Step 1');
    const other = progress.task('Pulling x');
    other.done();
    one.fail();
    progress.note('Step 1 failed: its last lines');
    progress.task('Step 2');
    await progress.settle();
    expect(lines).toEqual([
      ...['::group::Step 1', 'Pulling x …', 'Pulling x: done', '::endgroup::', 'Step 1: failed'],
      ...['Step 1 failed: its last lines', '::group::Step 2', '::endgroup::'],
    ]);
  });

  it('shows the bytes of all layers, the rate and the time left', () => {
    const task = new TerminalProgress({ plain: true }).task('pulling x');
    const tell = showTransfers(task);
    const layer = (name: string, done: number, status = 'Downloading') =>
      tell({ layer: name, status, done: done * 1e6, total: 50e6 });
    layer('a', 0);
    layer('b', 0);
    vi.advanceTimersByTime(1_000);
    layer('a', 10);
    vi.advanceTimersByTime(1_000);
    expect(lines.at(-1)).toBe('pulling x: 2 s, 10 MB of 100 MB, 5.0 MB/s, 18 s left');
    vi.advanceTimersByTime(1_000);
    layer('a', 20);
    layer('b', 20);
    vi.advanceTimersByTime(1_000);
    expect(lines.at(-1)).toBe('pulling x: 4 s, 40 MB of 100 MB, 10 MB/s, 6.0 s left');
    layer('a', 0, 'Download complete');
    layer('b', 0, 'Download complete');
    layer('a', 1, 'Extracting');
    vi.advanceTimersByTime(2_000);
    expect(lines.at(-1)).toBe('pulling x: 6 s, a Extracting');
  });
});
