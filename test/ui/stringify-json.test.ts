/* eslint-disable no-control-regex -- control characters are what is tested */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringifyJson } from '../../src/ui/stringify-json.ts';

describe('stringifyJson', () => {
  it('means what the value means', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(stringifyJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('holds no character that a terminal acts upon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(stringifyJson({ [value]: value })).not.toMatch(
          /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/,
        );
      }),
    );
  });

  it('prints nothing as null', () => {
    expect(stringifyJson(undefined)).toBe('null\n');
  });
});
