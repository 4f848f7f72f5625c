import type { Image } from '../model/image.ts';

/** Moves a workspace's data on the engine's own machine; none of it passes this one. Memory does not grow with the data. */
export interface SnapshotData {
  /** Makes ready what copying needs, so that a copy starts at once. The session must be closed. */
  open(request: DataRequest): Promise<DataSession>;
  /**
   * Gives a container that does not run the changes that are an image's topmost
   * layer. False where the engine's storage does not show layers one by one:
   * nothing was done then.
   */
  applyLayer(image: Image, container: string, beside: string): Promise<boolean>;
  /** Removes what a killed program left beside a container. */
  clean(beside: string): Promise<void>;
}

export interface DataRequest {
  /** An image whose programs do the work: sh, GNU tar, find. */
  readonly image: string;
  readonly purpose: 'save' | 'restore';
  /** The engine's names of the volumes. */
  readonly volumes: readonly string[];
  /** The engine's name of the volume that holds, or is to hold, the copies. */
  readonly store: string;
  /** Id or name of what this is done for: by it, `clean` finds what was left. */
  readonly beside: string;
}

/** Throws ENGINE_REFUSED where a disk is full, among others. */
export interface DataSession {
  /** Copies every volume into the store; one that is being written to meanwhile is copied as it is met. Gives bytes, in the order of the volumes. */
  save(): Promise<readonly number[]>;
  /** Unpacks each copy into a folder of its volume that nobody looks at, and makes ready what the exchange needs. */
  lay(transaction: string): Promise<void>;
  /** Exchanges what the volumes hold for what was laid into them: renames alone, and nothing where it was done already. The old content is kept aside. */
  exchange(transaction: string): Promise<void>;
  /** Removes what was laid aside, old or new. */
  sweep(transaction: string): Promise<void>;
  close(): Promise<void>;
}
