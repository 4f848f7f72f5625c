/* oxlint-disable no-control-regex -- control characters are what is tested */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringifyJson, writeJson } from '../../src/screen/stringify-json.ts';

describe('stringifyJson', () => {
  it('means what the value means', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(stringifyJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('has the lines that JSON.stringify gives', () => {
    const value = { a: [], b: {}, c: [1, [undefined, 'x', null]], d: undefined, e: { f: new Date(0), g: true } };
    expect(stringifyJson(value)).toBe(`${JSON.stringify(value, undefined, 2)}\n`);
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: true }), (any) => {
        expect(stringifyJson(any)).toBe(`${JSON.stringify(any, undefined, 2)}\n`);
      }),
    );
  });

  it('prints whatever can be gone through as a list', () => {
    function* count(): Generator<number> {
      yield* [1, 2];
    }
    expect(stringifyJson({ a: count(), b: new Set() })).toBe('{\n  "a": [\n    1,\n    2\n  ],\n  "b": []\n}\n');
  });

  it('comes in small pieces', () => {
    const pieces: string[] = [];
    const value = Array.from({ length: 20_000 }, (_, index) => ({ path: `/file-${String(index)}` }));
    writeJson(value, (piece) => pieces.push(piece));
    expect(pieces.every((piece) => piece.length < 100_000)).toBe(true);
    expect(JSON.parse(pieces.join(''))).toEqual(value);
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
