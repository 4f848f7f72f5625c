import { ClosurePins } from '../closure-pins.ts';
import { PackageList } from '../package-list.ts';
import { normalisePythonName } from './python-packages.ts';

/** Names as PEP 503 normalises them; versions as PEP 440 has them, exact ones alone. */
export const pipPackages = new PackageList({
  ...{ key: 'pip', noun: 'a Python package', separator: '==', any: '*', prefix: '==', normalise: normalisePythonName },
  name: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  version: /^(?:[0-9]+!)?[0-9][0-9A-Za-z.+_-]*$/,
});

/** PEP 440: `==1.0` asks for 1.0.0, too. */
const bare = (version: string): string => version.toLowerCase().replace(/(?:\.0)+$/, '');

export const pipPins = new ClosurePins(pipPackages, 'pip', '==', (asked, pinned) => bare(asked) === bare(pinned));
