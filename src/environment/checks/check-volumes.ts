import { dockerFolder } from '../../model/environment.ts';
import { asMap, type Keys } from '../../model/json.ts';
import { normaliseVolume } from '../normalise-workspace.ts';
import { atValue, quote, type Path, type UnplacedProblem } from '../problem.ts';
import { asList, ownEntries } from '../shapes.ts';

/** Named volumes that have the name of one without: `/path` in another list, or what `docker: inside` keeps. */
export function checkVolumes({ volumes, services, docker }: Keys): UnplacedProblem[] {
  const lists: readonly (readonly [Path, unknown, string])[] = [
    [['volumes'], volumes, 'workspace'],
    ...ownEntries(asMap(services)).map(
      ([name, service]) => [['services', name, 'volumes'], asMap(service)['volumes'], name] as const,
    ),
  ];
  const entries = lists.flatMap(([path, list, owner]) =>
    asList(list).flatMap((text, index) =>
      typeof text === 'string' ? [{ path, index, text, volume: normaliseVolume(text, owner) }] : [],
    ),
  );
  const unnamed = new Map(
    entries
      .filter(({ text }) => !text.includes(':'))
      .map(({ path, text, volume }) => [volume.source, `${text} in ${path.join('.')}`]),
  );
  if (docker === 'inside') unnamed.set('docker-inside', `${dockerFolder} with "docker: inside"`);
  return entries.flatMap(({ path, index, text, volume: { kind, source } }) => {
    const other = kind === 'volume' && text.includes(':') ? unnamed.get(source) : undefined;
    return other === undefined
      ? []
      : [atValue([...path, index], `${quote(source)} is the name of the volume for ${other}; choose another one`)];
  });
}
