import { expect, it } from 'vitest';
import { interpolate, InterpolationError } from '../../../src/environment/compose/interpolate.ts';

const values = new Map([
  ['SET', 'value'],
  ['EMPTY', ''],
  ['LONG', 'x'.repeat(200_000)],
]);
const lookup = (name: string): string | undefined => values.get(name);

it.each([
  ['a $SET b', 'a value b'],
  ['${SET}${SET}', 'valuevalue'],
  ['$SET_', undefined],
  ['$$SET $${SET}', '$SET ${SET}'],
  ['5$ and $1 and $(date) $', '5$ and $1 and $(date) $'],
  ['${SET:-x}${EMPTY:-x}${NONE:-x}', 'valuexx'],
  ['${SET-x}${EMPTY-x}${NONE-x}', 'valuex'],
  ['${SET:+x}${EMPTY:+x}${NONE:+x}', 'x'],
  ['${SET+x}${EMPTY+x}${NONE+x}', 'xx'],
  ['${SET:?no}${EMPTY?no}', 'value'],
  ['${NONE:-${OTHER:-a}b}', 'ab'],
  ['${NONE:-$SET/${SET}}', 'value/value'],
  ['${NONE:-a:b{c}', 'a:b{c'],
  ['${NONE:-$$}', '$'],
  ['${NONE:-}', ''],
])('%s is %j', (text, expected) => {
  if (expected === undefined) expect(() => interpolate(text, lookup)).toThrow(/SET_ is not set/);
  else expect(interpolate(text, lookup)).toBe(expected);
});

it.each([
  ['$NONE', /the variable NONE is not set; set it in the \.env file/],
  ['${NONE}', /NONE is not set/],
  ['${NONE:?give it}', /NONE is not set: give it/],
  ['${EMPTY:?give $SET}', /EMPTY is not set: give value/],
  ['${NONE?}', /NONE is not set: it is required/],
  ['${SET', /is not closed/],
  ['${SET/a/b}', /is not a variable/],
  ['${}', /is not a variable/],
  [`${'${A:-'.repeat(50)}x${'}'.repeat(50)}`, /nested too deep/],
])('refuses %s', (text, message) => {
  expect(() => interpolate(text, lookup)).toThrow(InterpolationError);
  expect(() => interpolate(text, lookup)).toThrow(message);
});

it('refuses a text that its variables make huge', () => {
  expect(() => interpolate('$LONG'.repeat(50_000), lookup)).toThrow(/too long/);
});
