import type { Drift } from '../../model/drift.ts';
import type { WriteBack } from '../write-back/write-back.ts';
import type { CaptureStart } from './start-capture.ts';

/** What a commit is about to capture, and how far that is prepared. */
export interface CommitPreview {
  /** What the workspace has and its version has not, by cause. */
  readonly drift: Drift;
  /** What devenv.yaml will say of it. */
  readonly declaration: WriteBack;
  readonly start: CaptureStart;
}
