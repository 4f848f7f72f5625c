import type { FolderLocation, Mounts } from '../../src/ports/machine.ts';

/** Mounts on one device. Containers have mounted what the engine was asked for, unless a test exchanges it. */
export class FakeMounts implements Mounts {
  /** Path inside → what is mounted there. Empty: the kernel cannot be asked. */
  readonly mounted = new Map<string, string>();

  read(): Promise<ReadonlyMap<string, FolderLocation> | undefined> {
    const found = [...this.mounted].map(([target, path]) => [target, { device: '8:1', path }] as const);
    return Promise.resolve(found.length === 0 ? undefined : new Map(found));
  }

  locate(path: string): Promise<FolderLocation> {
    return Promise.resolve({ device: '8:1', path });
  }
}
