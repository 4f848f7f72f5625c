import type { Reading } from '../../../ports/changes.ts';

/** What a file is to be read for. */
export interface Wanted {
  /** One character per byte, relative, as all paths here. */
  readonly path: string;
  readonly mode: Exclude<Reading, 'none'>;
}

export interface HeldFile {
  readonly path: string;
  /** To be read, or left, before the next file is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface Copied {
  readonly path: string;
  /** Where it is in the folder that is copied from, if not at the same path. */
  readonly source?: string;
  /** `timed`: with its own time, which may be after `latest`; `leading`: with the time `latest`; `hidden`: only a mark that it is deleted, for a layer; `deleted`: for a container; `removed`: not there any more. */
  readonly how: 'copied' | 'timed' | 'leading' | 'hidden' | 'deleted' | 'removed';
}

export interface Copying {
  /** Seconds: nothing is made younger. Absent: times stay as they are. */
  readonly latest?: number;
  /** Which extended attributes are copied; of `all` those not that belong to a machine. `exact`: all, those of overlays too, and times to the nanosecond. */
  readonly attributes: 'all' | 'capability' | 'exact';
}
