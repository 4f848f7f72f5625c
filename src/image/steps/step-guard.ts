import type { Image } from '../../model/image.ts';
import type { Step } from '../../model/plan.ts';

/** Searches what steps bring for secrets. Both checks throw SECRET_FOUND where no image is to have what they found. */
export interface StepGuard {
  /** Names the rules that it searches by. */
  readonly rules: string;
  /** To be called once a builder runs, so that its check need not wait. `parent`: id of the builder's image. */
  readonly prepare: (builder: string, parent: string) => void;
  /** Looks at what a step wrote, in a builder that has ended. Takes as long as there are changes. */
  readonly checkBuilder: (step: Step, builder: string, parent: string) => Promise<Checked>;
  /** The same of the image of a step that ran before; `count`: its layers above the parent's. */
  readonly checkImage: (step: Step, image: Image, count: number) => Promise<Checked>;
}

export interface Checked {
  /** True where nothing else was found: nobody needs to search it again by these rules. */
  readonly clean: boolean;
  /** Absolute paths that hold secrets, and that no version has. */
  readonly leaveOut: readonly string[];
}
