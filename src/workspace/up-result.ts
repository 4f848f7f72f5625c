import type { Decision, ServiceDecision } from '../plan/operation.ts';
import type { Digest, Version } from '../model/version.ts';
import type { CarryResult } from '../capture/carry/replay-drift.ts';
import type { Project } from '../observe/project.ts';
import { fingerprintOf, resolveSettings } from '../containers/workspace-settings.ts';

export interface UpResult {
  readonly name: string;
  readonly version: number;
  readonly content: Digest;
  readonly fingerprint: Digest;
  /** What was done, in order; empty if nothing had to be done. */
  readonly operations: readonly (Decision | ServiceDecision)[];
  /** True if this command built the version. */
  readonly built: boolean;
  /** Uncommitted changes that were carried over from the old container. */
  readonly carried?: CarryResult;
}

/** Describes what an `up` did. */
export function describeUp(
  project: Project,
  version: Version,
  operations: readonly (Decision | ServiceDecision)[],
  built: boolean,
): UpResult {
  return {
    name: project.environment.name,
    version: version.number,
    content: version.content,
    fingerprint: fingerprintOf(version.content, resolveSettings(project.environment)),
    operations,
    built,
  };
}
