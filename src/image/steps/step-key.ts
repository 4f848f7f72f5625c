import type { Step } from '../../model/plan.ts';
import { hashToHex } from '../../lock/hash-json.ts';

/**
 * The identity of the image of a step: equal if the parent's key and all that
 * the step does are equal. `parent`: the key of the step before, or of the image
 * that the build starts from, with its architecture. `step` is pinned.
 * `hashes`: project path → sha256. 64 hex digits.
 */
export function stepKey(parent: string, step: Step, hashes: Readonly<Record<string, string>>): string {
  const actions = step.actions.map((action) => {
    switch (action.kind) {
      case 'exec':
        return ['exec', action.argv, Object.entries(action.env ?? {}).sort()];
      case 'feature':
        return ['feature', action.digest, Object.entries(action.options).sort(), Object.entries(action.env).sort()];
      case 'copy':
        return ['copy', action.file.to, action.file.mode, hashes[action.file.from] ?? ''];
      case 'download':
        return ['download', Object.values(action.sha256), action.argv];
      case 'unpack':
        return ['unpack', action.package, action.range, Object.entries(action.pins).sort(), action.to, action.paths];
    }
  });
  // An entry of `run` depends on files that its actions do not name: `identity` has their hashes.
  const env = step.env === undefined ? [] : [step.env];
  return hashToHex(JSON.stringify(['step 1', parent, step.identity ?? '', actions, ...env]));
}

/** The image of a step on the engine. */
export interface StepImage {
  /** As `stepKey`. */
  readonly key: string;
  /** Its name there. */
  readonly reference: string;
}

/** The name of a step's image on the engine. A label alone is not enough: `docker image prune` removes images without a name. */
export const stepReference = (key: string): string => `devenv-step:${key}`;
