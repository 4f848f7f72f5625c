import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeEnvValue, expandEnvValue, listHostNames, parseEnvValue } from '../../src/environment/env-references.ts';

const inherited = new Map([
  ['PATH', '/usr/bin'],
  ['EMPTY', ''],
]);
const expand = (value: string, host: Readonly<Record<string, string>> = {}): string =>
  expandEnvValue(value, inherited, host, (name) => new Error(`no ${name}`));

describe('a value of env', () => {
  it.each([
    ['${PATH}:/opt/bin', '/usr/bin:/opt/bin'],
    ['/a:${PATH}:${PATH}', '/a:/usr/bin:/usr/bin'],
    ['$${PATH} costs 5$$', '${PATH} costs 5$'],
    ['$PATH and $', '$PATH and $'],
    ['${EMPTY}|${EMPTY:-none}|${LIBRARIES:-}|${LIBRARIES:-/lib}', '|none||/lib'],
    ['${host:USER:-dev}', 'dev'],
  ])('%s is %s', (written, value) => {
    expect(expand(written)).toBe(value);
  });

  it('takes what the machine has, and its text as it is', () => {
    expect(expand('${host:USER:-dev} ${PATH}', { USER: '${PATH}' })).toBe('${PATH} /usr/bin');
  });

  it('refuses a name that nothing has', () => {
    expect(() => expand('${GOPATH}')).toThrow('no GOPATH');
  });

  it.each(['${', '${}', '${1}', '${a b}', '${host:USER}', '${host:}', '${A:?x}', '${A:-'])(
    'has no form %s',
    (value) => {
      expect(parseEnvValue(value)).toBe(value);
    },
  );

  it('names what it takes from the machine', () => {
    expect(listHostNames({ A: '${host:B:-}${host:A:-x}', C: '$${host:D:-}', E: '${host:A:-}' })).toEqual(['A', 'B']);
  });

  it('is any text once that is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', ':', '-', 'A', 'host') }), (text) => {
        expect(expand(escapeEnvValue(text))).toBe(text);
      }),
    );
  });
});
