import { describe, expect, it } from 'vitest';
import type { Row } from '../../../../src/adapters/overlay/helper/row.ts';
import { UnkeptList } from '../../../../src/adapters/overlay/changes/unkept-list.ts';
import { makeRow } from '../make-row.ts';

const folder = '/var/lib/docker/overlay2/0123/diff';
const refuseUnkept = (rows: readonly Row[], at: string): void => {
  const list = new UnkeptList(at);
  for (const each of rows) list.add(each);
  list.refuse();
};
const gigabyte = 1024 ** 3;

describe('UnkeptList', () => {
  it.each(['.wh.x', 'opt/.wh.x', 'opt/.wh..wh..opq'])(
    'refuses %s, which would delete something in an image',
    (path) => {
      expect(() => refuseUnkept([makeRow('opt', { type: 'd' }), makeRow(path)], folder)).toThrow(
        expect.objectContaining({ code: 'RESERVED_NAME', message: expect.stringContaining(`/${path}`) as string }),
      );
    },
  );

  it.each(['opt/x.wh.', 'opt/.whx', 'opt/.wh.x/y'])('takes %s', (path) => {
    expect(() => refuseUnkept([makeRow(path)], folder)).not.toThrow();
  });

  it('refuses a big file of holes, with path and size', () => {
    const sparse = makeRow('opt/disk.img', { size: 100 * gigabyte, allocated: 4096 });
    expect(() => refuseUnkept([sparse], folder)).toThrow(/\/opt\/disk\.img \(100\.0 GB\)/);
  });

  it('takes a big file that is full, and a small one of holes', () => {
    const full = makeRow('opt/full', { size: 4 * gigabyte, allocated: 4 * gigabyte });
    expect(() => refuseUnkept([full, makeRow('opt/small', { size: gigabyte / 2 })], folder)).not.toThrow();
  });

  it('refuses a path that engines would lose, sooner where their own folder is long', () => {
    const path = (length: number): string => `opt/${'n'.repeat(200)}`.repeat(30).slice(0, length);
    expect(() => refuseUnkept([makeRow(path(3899))], folder)).not.toThrow();
    expect(() => refuseUnkept([makeRow(path(3900))], folder)).toThrow(expect.objectContaining({ code: 'LONG_PATH' }));
    expect(() => refuseUnkept([makeRow(path(3600))], 'x'.repeat(500))).toThrow(/more than 3580 bytes/);
  });
});
