import type { Image } from '../model/image.ts';

/** Copies data of a workspace on the engine's machine. None of it passes this process. */
export interface SnapshotData {
  /** Prepares copies, so that they start at once. Close the session. */
  open(request: DataRequest): Promise<DataSession>;
  /** Prepares copies of volumes as the content of other volumes, which are new. */
  copy(request: CopyRequest): Promise<CopySession>;
  /**
   * Applies an image's topmost layer to a stopped container. False, with nothing
   * done, if the engine's storage does not show single layers.
   */
  applyLayer(image: Image, container: string, beside: string): Promise<boolean>;
  /** Removes what a killed command left. */
  clean(beside: string): Promise<void>;
}

interface VolumesRequest {
  /** An image whose programs do the work: sh, GNU tar, find. */
  readonly image: string;
  /** The engine's names of the volumes. */
  readonly volumes: readonly string[];
  /** Id or name of what this is done for, by which `clean` finds leftovers. */
  readonly beside: string;
}

export interface DataRequest extends VolumesRequest {
  readonly purpose: 'save' | 'restore';
  /** The engine's name of the volume for the copies. */
  readonly store: string;
}

export interface CopyRequest extends VolumesRequest {
  /** The engine's name of the new volume for each. */
  readonly copies: readonly string[];
  /**
   * Ids of containers that use the volumes, if no other one writes to them and
   * all are paused while they are copied: root beside the engine needs no helper then.
   */
  readonly still?: readonly string[];
}

/** Throws ENGINE_REFUSED, for a full disk among others. */
export interface CopySession {
  /** Copies every volume, while others may write to it. Returns bytes in the order of the volumes, 0 for a copy that is a volume. */
  save(): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface DataSession extends CopySession {
  /** Unpacks each copy into a hidden folder of its volume, ready for the exchange. */
  lay(transaction: string): Promise<void>;
  /** Replaces the content of the volumes by what was laid into them, by renames alone. Does nothing the second time. Keeps the old content aside. */
  exchange(transaction: string): Promise<void>;
  /** Removes what lies aside, old or new. */
  sweep(transaction: string): Promise<void>;
}
