import { asMap, isMap, type Keys } from '../../model/json.ts';
import type { Image } from '../../model/image.ts';
import { isDigest, type Digest } from '../../model/version.ts';

/** An image as its config (OCI or Docker) describes it, without its size. Undefined if it is no config. */
export function readConfig(id: Digest, document: unknown): Image | undefined {
  const { os, architecture, rootfs, config } = asMap(document);
  const { diff_ids: diffIds } = asMap(rootfs);
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  if (!Array.isArray(diffIds) || diffIds.length > mostLayers || !diffIds.every(isDigest)) return undefined;
  const own = asMap(config);
  const labels = Object.entries(asMap(own['Labels'])).filter(
    (label): label is [string, string] => typeof label[1] === 'string',
  );
  return {
    ...{ id, tags: [], digests: [], os, architecture, size: 0, diffIds },
    config: {
      env: texts(own, 'Env'),
      labels: Object.fromEntries(labels),
      user: text(own, 'User'),
      workingDir: text(own, 'WorkingDir'),
      entrypoint: texts(own, 'Entrypoint'),
      cmd: texts(own, 'Cmd'),
    },
    ...(isMap(own['Volumes']) && { volumes: Object.keys(own['Volumes']) }),
  };
}

/** More than any engine runs. */
const mostLayers = 500;

const text = (map: Keys, name: string): string => {
  const value = map[name];
  return typeof value === 'string' ? value : '';
};

const texts = (map: Keys, name: string): readonly string[] => {
  const value = map[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
};
