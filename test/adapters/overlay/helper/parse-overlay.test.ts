import { expect, it } from 'vitest';
import { parseOverlay } from '../../../../src/adapters/overlay/helper/parse-overlay.ts';

const row = (upper: string, ...options: string[]): string =>
  `22 21 0:1 / /proc rw - proc proc rw\n291 186 0:59 / / rw,relatime - overlay overlay ${['rw', 'lowerdir=/home/o/overlay/l/AB:/home/o/overlay/l/CD', `upperdir=${upper}`, ...options].join(',')}\n`;
const upper = '/home/o/overlay/468ec220/diff';
const found = { upper, lower: ['/home/o/overlay/l/AB', '/home/o/overlay/l/CD'] };

it('reads the folders of the file system at /', () => {
  expect(parseOverlay(row(upper, 'workdir=/w'), false)).toEqual(found);
  expect(parseOverlay(row(upper, 'redirect_dir=nofollow', 'userxattr'), true)).toEqual(found);
});

it('believes no other marks than the engine can have set', () => {
  expect(parseOverlay(row(upper, 'userxattr'), false)).toBeUndefined();
  expect(parseOverlay(row(upper), true)).toBeUndefined();
});

it('takes no folder that is not whole by itself, or is none of an engine’s', () => {
  expect(parseOverlay(row(upper, 'metacopy=on'), false)).toBeUndefined();
  expect(parseOverlay(row(upper, 'redirect_dir=on'), false)).toBeUndefined();
  expect(parseOverlay(row('/home/o'), false)).toBeUndefined();
  expect(
    parseOverlay(row(upper).replace('overlay overlay', 'fuse.fuse-overlayfs fuse-overlayfs'), true),
  ).toBeUndefined();
});
