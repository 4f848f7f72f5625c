import type { Image } from '../model/image.ts';
import type { Digest } from '../model/version.ts';
import { hashJson } from './hash-json.ts';
import { nameOfVariable } from '../model/shell/variables.ts';

/** devenv's own labels say where a version comes from, not what it is. */
const ownLabels = 'dev.teamvm.';

/** Whether devenv wrote the standard labels of an image, or they are those of its base. */
const describedLabel = 'dev.teamvm.described';
const standardLabels = 'org.opencontainers.image.';

/** Podman writes its version into every image that it builds. */
const engineLabels = new Set(['io.buildah.version']);

/**
 * The content id: sha256 over the platform, the ordered diff_ids and the part
 * of the config that a program in the image can see. The same on every engine:
 * absent, null and empty are equal, and so are no working folder and `/`.
 */
export function contentIdOf(image: Image): Digest {
  const { config } = image;
  const all = present(config.labels, {});
  const isDescribed = all[describedLabel] !== undefined;
  const labels = Object.entries(all).filter(
    ([name]) =>
      !name.startsWith(ownLabels) && !engineLabels.has(name) && !(isDescribed && name.startsWith(standardLabels)),
  );
  return hashJson({
    os: image.os,
    architecture: image.architecture,
    diffIds: image.diffIds,
    env: withoutRepeats(present(config.env, [])),
    user: present(config.user, ''),
    workingDir: present(config.workingDir, '') || '/',
    entrypoint: present(config.entrypoint, []),
    cmd: present(config.cmd, []),
    labels: labels.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  });
}

/** Engines answer `null` for what is empty. */
const present = <T>(value: T | null | undefined, empty: T): T => value ?? empty;

/** As programs see them: of a variable that is set twice, the last value in the first place. */
function withoutRepeats(env: readonly string[]): string[] {
  const values = new Map<string, string>();
  for (const entry of env) values.set(nameOfVariable(entry), entry);
  return [...values.values()];
}
