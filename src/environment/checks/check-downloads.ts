import { isOwnAddress } from '../../model/network/is-own-address.ts';
import { atKey, atValue, quote, type Path, type UnplacedProblem } from '../problem.ts';
import { asMap, isMap, type Keys } from '../../model/json.ts';
import { asList, findRepeats } from '../shapes.ts';
import { checkTarget } from './check-mounts.ts';

/** Problems of `downloads` that a schema cannot describe. */
export function checkDownloads(downloads: unknown, folder: unknown): UnplacedProblem[] {
  const repeated = ['name', 'to'].flatMap((key) =>
    findRepeats(downloads, (entry) => {
      const { [key]: value, extract } = asMap(entry);
      // Archives may share a folder.
      return typeof value === 'string' && (key === 'name' || extract !== true) ? value : undefined;
    }).map(({ index, key: value }) => atValue(['downloads', index, key], `${quote(value)} is listed twice`)),
  );
  return [
    ...asList(downloads).flatMap((entry, index) => checkDownload(asMap(entry), folder, ['downloads', index])),
    ...repeated,
  ];
}

function checkDownload(entry: Keys, folder: unknown, path: Path): UnplacedProblem[] {
  const { url, sha256, to, extract } = entry;
  const urls = isMap(url) ? url : { any: url };
  const own = Object.entries(urls).flatMap(([key, value]): UnplacedProblem[] => {
    const at = isMap(url) ? [...path, 'url', key] : [...path, 'url'];
    if (typeof value !== 'string') return [];
    if (!URL.canParse(value)) return [atValue(at, 'this is no address', 'an address such as https://example.com/jq')];
    if (!isOwnAddress(new URL(value).hostname)) return [];
    return [atValue(at, 'nothing is downloaded from this machine itself')];
  });
  const [right, wrong] = extract === true ? ['without', ['mode']] : ['with', ['strip', 'bin']];
  const misplaced = wrong.filter((key) => Object.hasOwn(entry, key));
  const sums = isMap(sha256) ? Object.keys(sha256) : sha256 === undefined ? [] : ['any'];
  const strange = sums.find((key) => !Object.hasOwn(urls, key));
  return [
    ...own,
    ...(isMap(url) && Object.keys(url).length === 0 ? [atValue([...path, 'url'], 'the address is missing')] : []),
    ...(strange === undefined
      ? []
      : [
          atValue(
            [...path, 'sha256'],
            'it has another form than url',
            'one value, or one for each architecture of url',
          ),
        ]),
    ...misplaced.map((key) => atKey([...path, key], `this key goes ${right} "extract: true"`)),
    ...(typeof to === 'string' ? checkTarget(to, folder, [...path, 'to']) : []),
  ];
}
