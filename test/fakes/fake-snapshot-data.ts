import type {
  CopyRequest,
  CopySession,
  DataRequest,
  DataSession,
  SnapshotData,
} from '../../src/ports/snapshot-data.ts';

/** Data of volumes in memory: a text each. Copies lie in stores, in the order of the volumes. */
export class FakeSnapshotData implements SnapshotData {
  /** Name of a volume → its data. */
  readonly volumes = new Map<string, string>();
  /** Name of a store → its copies. */
  readonly stores = new Map<string, readonly string[]>();
  /** False for an engine whose storage shows no layers. */
  layered = true;
  /** Ids of containers that got the layer of an image. */
  readonly filled: string[] = [];
  readonly #laid = new Map<string, string>();

  async open({ volumes, store }: DataRequest): Promise<DataSession> {
    const key = (name: string, transaction: string): string => `${name} ${transaction}`;
    return {
      save: async () => {
        const copies = volumes.map((name) => this.volumes.get(name) ?? '');
        this.stores.set(store, copies);
        return copies.map((copy) => copy.length);
      },
      lay: async (transaction) => {
        const copies = this.stores.get(store);
        if (copies === undefined) throw new Error(`There is no store ${store}.`);
        for (const [index, name] of volumes.entries()) this.#laid.set(key(name, transaction), copies[index] ?? '');
      },
      exchange: async (transaction) => {
        for (const name of volumes) {
          const laid = this.#laid.get(key(name, transaction));
          if (laid !== undefined) this.volumes.set(name, laid);
        }
      },
      sweep: async (transaction) => {
        for (const name of volumes) this.#laid.delete(key(name, transaction));
      },
      close: async () => undefined,
    };
  }

  async copy({ volumes, copies }: CopyRequest): Promise<CopySession> {
    return {
      save: async () => {
        const data = volumes.map((name) => this.volumes.get(name) ?? '');
        for (const [index, name] of copies.entries()) this.volumes.set(name, data[index] ?? '');
        return data.map(() => 0);
      },
      close: async () => undefined,
    };
  }

  async applyLayer(_image: unknown, container: string): Promise<boolean> {
    if (this.layered) this.filled.push(container);
    return this.layered;
  }

  async clean(): Promise<void> {
    // Nothing is left beside a container in memory.
  }

  /** True if nothing lies beside the data of a volume. */
  get swept(): boolean {
    return this.#laid.size === 0;
  }
}
