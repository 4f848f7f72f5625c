import type { Items } from '../../model/item.ts';
import { nameOf } from '../compare-items.ts';
import { pinOf, type Pins } from '../pins.ts';

/** An address in the value of an item. */
export const wordOf = (architecture: string, value: string): string =>
  architecture === 'any' ? value : `${architecture}=${value}`;

/** The known pins of the downloads whose address is a word of an item. */
export function keepPins(wanted: Items, known: Pins): Pins {
  const kept: Record<string, string> = {};
  for (const [id, value] of Object.entries(wanted).sort()) {
    for (const architecture of ['amd64', 'any', 'arm64']) {
      const [urlKey, sumKey] = ['url', 'sha256'].map((field) => `${nameOf(id)}.${field}.${architecture}`) as [
        string,
        string,
      ];
      const [url, sha256] = [pinOf(known, urlKey), pinOf(known, sumKey)];
      if (url === undefined || sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) continue;
      if (value.split(' ').includes(wordOf(architecture, url)))
        Object.assign(kept, { [sumKey]: sha256, [urlKey]: url });
    }
  }
  return kept;
}
