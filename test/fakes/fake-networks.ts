import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { Networks } from '../../src/ports/networks.ts';
import type { FakeContainer } from './fake-container.ts';
import { carries } from './fake-images.ts';

/** Networks in memory. */
export class FakeNetworks implements Networks {
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  readonly #containers: () => readonly FakeContainer[];

  constructor(containers: () => readonly FakeContainer[] = () => []) {
    this.#containers = containers;
  }

  list(wanted: readonly string[]): Promise<readonly string[]> {
    const found = [...this.#labels].filter(([, labels]) => carries(labels, wanted)).map(([name]) => name);
    return Promise.resolve(found.sort());
  }

  async create(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    if (!this.#labels.has(name)) this.#labels.set(name, labels);
  }

  async remove(name: string): Promise<void> {
    const used = this.#containers().some(({ networks, state }) => state === 'running' && networks.has(name));
    if (!used) this.#labels.delete(name);
  }

  async connect(name: string, container: string, aliases: readonly string[]): Promise<void> {
    const found = this.#containers().find((one) => one.id === container || one.name === container);
    if (found === undefined || !this.#labels.has(name))
      throw new DevenvError('ENGINE_REFUSED', `There is no ${name} or no ${container}.`, { data: { status: 404 } });
    found.networks.set(name, aliases);
  }
}
