import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { Network, Networks, NewNetwork } from '../../src/ports/networks.ts';
import type { FakeContainer } from './fake-container.ts';
import { carries } from './fake-images.ts';

/** Networks in memory. */
export class FakeNetworks implements Networks {
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  readonly #containers: () => readonly FakeContainer[];

  constructor(containers: () => readonly FakeContainer[] = () => []) {
    this.#containers = containers;
  }

  list(wanted: readonly string[]): Promise<readonly Network[]> {
    const found = [...this.#labels].filter(([, labels]) => carries(labels, wanted));
    return Promise.resolve(
      found.map(([name, labels]) => ({ name, labels })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }

  async create(name: string, { labels }: NewNetwork): Promise<void> {
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

  async disconnect(name: string, container: string): Promise<void> {
    this.#containers()
      .find((one) => one.id === container || one.name === container)
      ?.networks.delete(name);
  }
}
