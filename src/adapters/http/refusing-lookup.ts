import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Looks up a name for one connection, and refuses its addresses here: a second lookup could give others. */
export const refusingLookup =
  (refuse: (host: string) => Error | undefined): LookupFunction =>
  (name, options, callback) => {
    lookup(name, options, (error, found, family) => {
      const numbers = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
      const refused = error ?? numbers.map(refuse).find((one) => one !== undefined) ?? null;
      callback(refused, found, family);
    });
  };
