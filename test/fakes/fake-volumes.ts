import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { Volume } from '../../src/model/container.ts';
import type { Volumes } from '../../src/ports/volumes.ts';
import { carries } from './fake-images.ts';

/** Volumes in memory. */
export class FakeVolumes implements Volumes {
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  readonly #isUsed: (name: string) => boolean;

  /** `isUsed`: whether a container has a volume. */
  constructor(isUsed: (name: string) => boolean = () => false) {
    this.#isUsed = isUsed;
  }

  list(wanted: readonly string[]): Promise<readonly Volume[]> {
    const all = [...this.#labels].map(([name, labels]) => ({ name, labels, folder: '' }));
    return Promise.resolve(
      all.filter(({ labels }) => carries(labels, wanted)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }

  async create(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    if (!this.#labels.has(name)) this.#labels.set(name, labels);
  }

  async remove(name: string): Promise<void> {
    if (this.#isUsed(name))
      throw new DevenvError('ENGINE_REFUSED', `The volume ${name} is in use.`, { data: { status: 409 } });
    this.#labels.delete(name);
  }
}
