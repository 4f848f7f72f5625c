import type { Image } from '../model/image.ts';
import type { Digest } from '../model/version.ts';
import { printCanonicalJson } from './canonical-json.ts';
import { hashText } from './hash-text.ts';

/** Labels of ours say where a version comes from, not what it is. */
const ownLabels = 'dev.teamvm.';

/** Podman writes its version into every image that it builds: it says who made the image, not what it is. */
const engineLabels = new Set(['io.buildah.version']);

/**
 * The identity of an image that any engine gives alike: sha256 over what it
 * runs on, its ordered diff_ids and the part of its config that a program in
 * it could notice. What engines write differently for one meaning (absent,
 * null, empty; no working folder and `/`) counts as equal.
 */
export function contentIdOf(image: Image): Digest {
  const { config } = image;
  const labels = Object.entries(present(config.labels, {})).filter(
    ([name]) => !name.startsWith(ownLabels) && !engineLabels.has(name),
  );
  return hashText(
    printCanonicalJson({
      os: image.os,
      architecture: image.architecture,
      diffIds: image.diffIds,
      env: withoutRepeats(present(config.env, [])),
      user: present(config.user, ''),
      workingDir: present(config.workingDir, '') || '/',
      entrypoint: present(config.entrypoint, []),
      cmd: present(config.cmd, []),
      labels: labels.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    }),
  );
}

/** Engines answer `null` for what is empty. */
const present = <T>(value: T | null | undefined, empty: T): T => value ?? empty;

/** A variable that is set twice has its last value, in its first place: what programs see. */
function withoutRepeats(env: readonly string[]): string[] {
  const values = new Map<string, string>();
  for (const entry of env) values.set(entry.split('=', 1)[0] ?? entry, entry);
  return [...values.values()];
}
