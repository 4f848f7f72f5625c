import type { Image } from '../../model/image.ts';
import type { Step } from '../../model/plan.ts';

/** Searches what steps write for secrets. Both checks throw SECRET_FOUND. */
export interface StepGuard {
  /** The name of the rules. */
  readonly rules: string;
  /** Called when a builder runs, so that its check need not wait. `parent`: id of the builder's image. */
  readonly prepare: (builder: string, parent: string) => void;
  /** Searches the changes in a builder that has ended. */
  readonly checkBuilder: (step: Step, builder: string, parent: string) => Promise<StepCheck>;
  /** Searches the image of a step that ran before. `count`: its layers above the parent's. */
  readonly checkImage: (step: Step, image: Image, count: number) => Promise<StepCheck>;
}

export interface StepCheck {
  /** True if nothing else was found: it need not be searched again by these rules. */
  readonly clean: boolean;
  /** Absolute paths that hold secrets and are excluded from versions. */
  readonly leaveOut: readonly string[];
}
