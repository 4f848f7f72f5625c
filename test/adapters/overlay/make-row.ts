import type { Row } from '../../../src/adapters/overlay/helper/row.ts';

/** An empty file as a helper lists it, with the given parts. */
export const makeRow = (path: string, parts: Partial<Row> = {}): Row => ({
  ...{ path, type: 'f', size: 0, allocated: 0, modified: 0, fine: false, ctime: '0000000200.0000000000', target: '' },
  ...{ opaque: false, partial: false, attributes: [], twin: undefined, inode: undefined, layer: undefined },
  ...parts,
});
