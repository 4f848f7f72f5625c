import type { ContainerDetails } from '../model/container.ts';

/** Who and where we are: facts that do not change while a command runs. */
export interface Machine {
  /** As Node names it: `linux`, `darwin`. */
  readonly platform: string;
  /** As Node names it: `x64`, `arm64`. */
  readonly architecture: string;
  /** Numeric user id; 0 for root. */
  readonly uid: number;
  readonly user: string;
  readonly hostname: string;
  /** Where records of this machine are kept. */
  readonly stateFolder: string;
  /** Where the person's own settings are. */
  readonly configFolder: string;
  /** Changes with the program's code; absent if it runs from its source. */
  readonly build?: string | undefined;
}
/** A folder as the kernel names it: a path in the file system of a device (`8:1`). */
export interface FolderLocation {
  readonly device: string;
  readonly path: string;
}

/** What the kernel says about mounts. No program of a container can change it. */
export interface Mounts {
  /**
   * What a running container has mounted, by the path inside. Absent if the
   * container does not run, or not on this machine.
   */
  read(container: Pick<ContainerDetails, 'id' | 'pid'>): Promise<ReadonlyMap<string, FolderLocation> | undefined>;
  /** Where an absolute path of this machine lies. Follows no links. */
  locate(path: string): Promise<FolderLocation | undefined>;
}
