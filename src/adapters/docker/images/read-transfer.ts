import type { Transfer } from '../../../ports/images.ts';
import { cleanText } from '../connection/clean-text.ts';
import type { Fields } from '../connection/fields.ts';

/** A line of a pull or push as progress of one layer; undefined for other lines. */
export function readTransfer(line: Fields): Transfer | undefined {
  const layer = line.text('id');
  const status = line.text('status');
  if (layer === '' || status === '') return undefined;
  const detail = line.in('progressDetail');
  return {
    layer: cleanText(layer, 64),
    status: cleanText(status, 100),
    done: detail.number('current'),
    total: detail.number('total'),
  };
}
