import { labels } from '../../observe/labels.ts';
import { asMap, parseJson, type Keys } from '../../model/json.ts';

/** What a content id covers. An engine would also run a health check and build triggers, and cover paths with volumes. */
const covered = ['Env', 'User', 'WorkingDir', 'Entrypoint', 'Cmd'];
const outer = ['architecture', 'os', 'variant', 'created', 'rootfs', 'history'];
/** Labels of devenv that tell of a version. Others tell of this engine: only devenv itself may say them. */
const told: readonly string[] = [labels.version, labels.record, labels.described];

/**
 * The config of a version as devenv gives it to an engine. A lock names a version by its content id, so whatever that
 * does not cover is the word of whoever made the bundle, and is left out.
 */
export function plainConfig(bytes: Buffer, project: string): Buffer {
  const document = asMap(parseJson(bytes.toString()));
  const own = asMap(document['config']);
  const kept = Object.entries(asMap(own['Labels'])).filter(
    ([name]) => !name.startsWith('dev.teamvm.') || told.includes(name),
  );
  const ours = [
    [labels.role, 'image'],
    [labels.project, project],
  ];
  const config = { ...pick(own, covered), Labels: Object.fromEntries([...kept, ...ours]) as Keys };
  return Buffer.from(JSON.stringify({ ...pick(document, outer), config }));
}

const pick = (map: Keys, names: readonly string[]): Keys =>
  Object.fromEntries(names.flatMap((name) => (Object.hasOwn(map, name) ? [[name, map[name]]] : [])));
