import type { Take } from '../capture/carry/decide-conflicts.ts';
import type { Chosen } from '../containers/services/choose-services.ts';
import type { UpPlanOptions } from '../plan/plan-up.ts';

export interface UpOptions {
  readonly workspace: string;
  /** Services of profiles that start, too. */
  readonly chosen?: Chosen;
  /** Refuse if devenv.yaml and the lock disagree. */
  readonly frozen: boolean;
  /** Load what is missing from this file first. */
  readonly bundle?: string | undefined;
  /** Drop changes that no version has. */
  readonly discard: boolean;
  /** Keep what is dropped as a snapshot. Default: true. */
  readonly snapshot?: boolean;
  /** Carry them over into the new container. */
  readonly carry?: boolean;
  /** Whose files to keep if the new version changed them, too. */
  readonly take?: Take;
  /** As for `build`, if a version is built. */
  readonly allow?: readonly string[];
  readonly cacheFrom?: boolean;
  /** Refuse if a port of the host is taken, instead of moving it. */
  readonly strictPorts: boolean;
}

export const planOptions = ({ strictPorts, frozen, carry = false }: UpOptions): UpPlanOptions => ({
  ...{ strict: strictPorts, frozen, carry },
});
