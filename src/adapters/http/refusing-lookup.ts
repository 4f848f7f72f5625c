import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Looks up the addresses that a connection goes to, and asks about each: a name may have others a moment later. */
export const refusingLookup =
  (refuse: (host: string) => Error | undefined): LookupFunction =>
  (name, options, callback) => {
    lookup(name, options, (error, found, family) => {
      const numbers = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
      const refused = error ?? numbers.map(refuse).find((one) => one !== undefined) ?? null;
      callback(refused, found, family);
    });
  };
