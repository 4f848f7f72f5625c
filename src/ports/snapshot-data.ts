import type { Image } from '../model/image.ts';

/** Copies data of a workspace on the engine's machine. None of it passes this process. */
export interface SnapshotData {
  /** Prepares copies, so that they start at once. Close the session. */
  open(request: DataRequest): Promise<DataSession>;
  /**
   * Applies an image's topmost layer to a stopped container. False, with nothing
   * done, if the engine's storage does not show single layers.
   */
  applyLayer(image: Image, container: string, beside: string): Promise<boolean>;
  /** Removes what a killed command left. */
  clean(beside: string): Promise<void>;
}

export interface DataRequest {
  /** An image whose programs do the work: sh, GNU tar, find. */
  readonly image: string;
  readonly purpose: 'save' | 'restore';
  /** The engine's names of the volumes. */
  readonly volumes: readonly string[];
  /** The engine's name of the volume for the copies; to save, also one for each volume, which gets the copy as its content. */
  readonly store: string | readonly string[];
  /** Id or name of what this is done for, by which `clean` finds leftovers. */
  readonly beside: string;
}

/** Throws ENGINE_REFUSED, for a full disk among others. */
export interface DataSession {
  /** Copies every volume into the store, while others may write to it. Returns bytes in the order of the volumes, 0 for a volume that has a store of its own. */
  save(): Promise<readonly number[]>;
  /** Unpacks each copy into a hidden folder of its volume, ready for the exchange. */
  lay(transaction: string): Promise<void>;
  /** Replaces the content of the volumes by what was laid into them, by renames alone. Does nothing the second time. Keeps the old content aside. */
  exchange(transaction: string): Promise<void>;
  /** Removes what lies aside, old or new. */
  sweep(transaction: string): Promise<void>;
  close(): Promise<void>;
}
