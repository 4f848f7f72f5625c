import { expect, it } from 'vitest';
import { renderDoctor } from '../../../src/screen/render/render-doctor.ts';

const good = { name: 'engine', state: 'good', detail: 'docker 26' } as const;
/** Colours depend on who runs the tests. */
// oxlint-disable-next-line no-control-regex -- those are what is taken out
const plain = (text: string): string => text.replace(/\u001b\[\d+m/g, '');

it('counts what is wrong, and says what to do', () => {
  const bad = { name: 'trust', state: 'bad', detail: 'one\ntwo', hint: 'Look at them.' } as const;
  expect(plain(renderDoctor({ program: 'devenv 1', checks: [good, bad] }))).toBe(
    [
      'devenv 1',
      '✔ engine  docker 26',
      '✖ trust   one',
      '          two',
      '          Look at them.',
      '1 of 2 checks failed.',
    ].join('\n'),
  );
});

it('shows no control characters of others', () => {
  const text = renderDoctor({ program: 'devenv 1', checks: [{ ...good, detail: 'a\u001b]0;x\u0007b' }] });
  expect(['\u0007', '\u001b]'].filter((control) => text.includes(control))).toEqual([]);
  expect(text).toMatch(/No problems found\.$/);
});
