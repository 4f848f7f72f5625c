import type { Volume } from '../../model/container.ts';
import type { Volumes } from '../../ports/volumes.ts';
import { ask, askJson } from './connection/ask.ts';
import { carriesLabels } from './carries-labels.ts';
import type { Connection } from './connection/connection.ts';
import { Fields } from './connection/fields.ts';
import { namePath } from './images/reference.ts';

/** The volumes behind one connection. */
export class DockerVolumes implements Volumes {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async list(labels: readonly string[]): Promise<Volume[]> {
    const query = { filters: JSON.stringify({ label: labels }) };
    const call = { method: 'GET', path: '/volumes', purpose: 'list volumes', query, repeat: 'always' } as const;
    const answer = new Fields(await askJson(this.#connection, call));
    return Fields.each(answer.get('Volumes'))
      .map((volume) => ({ name: volume.text('Name'), labels: volume.map('Labels') }))
      .filter((volume) => carriesLabels(volume.labels, labels))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async create(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const body = { Name: decodeURIComponent(namePath(name)), Labels: labels };
    const call = { method: 'POST', path: '/volumes/create', purpose: `make the volume ${name}`, body } as const;
    // Podman refuses a second volume of the name; Docker keeps the first.
    await ask(this.#connection, call, [409]);
  }

  async remove(name: string): Promise<void> {
    const path = `/volumes/${namePath(name)}`;
    const call = { method: 'DELETE', path, purpose: `remove the volume ${name}`, repeat: 'lost' } as const;
    await ask(this.#connection, call, [404]);
  }
}
