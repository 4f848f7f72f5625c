import { expect, it } from 'vitest';
import { pathFromText } from '../../src/model/byte-path.ts';
import { FileScanner } from '../../src/secrets/file-scanner.ts';
import { readKinds } from './read-kinds.ts';

/** Kinds that are not found, as docs/guides/secrets.md says. */
const gaps: Readonly<Record<string, readonly string[]>> = {
  first: [],
  second: ['mount.davfs'],
  third: ['sidekiq web', 'codecov'],
  fourth: [
    ...['rust lazy', 'java http basic', 'gradle buildConfigField', 'ruby omniauth', 'ruby constant heredoc', 'matlab'],
    ...['redis AUTH', 'mpd', 'caddy dns'],
  ],
  fifth: ['go-const-password', 'ruby-sidekiq-basic', 'utf16-connstr-dll', 'bin-pyc-password', 'bin-firmware-mqtt'],
  seventh: [],
  sixth: ['p6 git extraheader', 'p6 sql dump api tokens', 'p6 ldap bind sssd'],
};
async function* inOne(text: string): AsyncGenerator<Uint8Array> {
  // UTF-16, by its mark.
  yield Buffer.from(text, text.startsWith('\u00ff\u00fe') ? 'latin1' : 'utf8');
}

it.each(Object.keys(gaps))('finds the kinds of the %s set that was written before its rules', async (set) => {
  const scanner = new FileScanner();
  const missed: string[] = [];
  for (const { name, path, text } of readKinds(set)) {
    const { findings } = await scanner.scan(pathFromText(path), inOne(text));
    if (findings.length === 0) missed.push(name);
  }
  expect(missed).toEqual(gaps[set]);
});

it('has more than a hundred and fifty kinds in each set, under names of their own', () => {
  const sets = Object.keys(gaps).map((set) => readKinds(set).map(({ name }) => name));
  expect(sets.every((names) => names.length > 150)).toBe(true);
  expect(new Set(sets.flat()).size).toBe(sets.flat().length);
});
