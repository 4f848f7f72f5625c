import { renderTable } from './render-table.ts';

interface Decision {
  /** `0001-engine-client.md` */
  readonly file: string;
  readonly text: string;
}

/** The index of the decision records. */
export function renderDecisions(decisions: readonly Decision[]): string {
  const rows = decisions.map(({ file, text }) => {
    const title = (/^# (.*)$/m.exec(text)?.[1] ?? file).replace(/^\d+[.:] */, '');
    const status = /^Status: (.*)$/m.exec(text)?.[1] ?? 'accepted';
    return [file.slice(0, 4), `[${title}](../.github/decisions/${file})`, status];
  });
  return [
    '# Decisions',
    'Each record describes a choice that was hard: the question, what was tried and measured, and the answer.',
    renderTable(['number', 'decision', 'status'], rows),
  ].join('\n\n');
}
