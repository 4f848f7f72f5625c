import type { Take } from '../capture/carry/decide-conflicts.ts';
import type { UpPlanOptions } from '../plan/plan-up.ts';

export interface UpOptions {
  readonly workspace: string;
  /** Refuse where devenv.yaml and the lock disagree. */
  readonly frozen: boolean;
  /** Drop changes that no version has. */
  readonly discard: boolean;
  /** Take them along into the container that takes the old one's place. */
  readonly carry?: boolean;
  /** Whose files count where the new version changed them, too. */
  readonly take?: Take;
  /** As `build` has it, where a version is built. */
  readonly allow?: readonly string[];
  /** Refuse where a port of the host is taken, instead of moving it. */
  readonly strictPorts: boolean;
}

export const planOptions = ({ strictPorts, frozen, carry = false }: UpOptions): UpPlanOptions => ({
  ...{ strict: strictPorts, frozen, carry },
});
