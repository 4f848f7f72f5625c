import type { Volume } from '../../model/container.ts';
import { ask, askJson } from './connection/ask.ts';
import { carriesLabels } from './carries-labels.ts';
import type { Connection } from './connection/connection.ts';
import { Fields } from './connection/fields.ts';
import { namePath } from './images/reference.ts';

/** Volumes that carry all labels, sorted by name. */
export async function listVolumes(connection: Connection, labels: readonly string[]): Promise<Volume[]> {
  const query = { filters: JSON.stringify({ label: labels }) };
  const call = { method: 'GET', path: '/volumes', purpose: 'list volumes', query, repeat: 'always' } as const;
  const answer = new Fields(await askJson(connection, call));
  return Fields.each(answer.get('Volumes'))
    .map((volume) => ({ name: volume.text('Name'), labels: volume.map('Labels') }))
    .filter((volume) => carriesLabels(volume.labels, labels))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Docker keeps a volume of that name as it is. */
export async function createVolume(
  connection: Connection,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const body = { Name: decodeURIComponent(namePath(name)), Labels: labels };
  await ask(connection, { method: 'POST', path: '/volumes/create', purpose: `make the volume ${name}`, body }, [409]);
}

/** Nothing to remove is no error. */
export async function removeVolume(connection: Connection, name: string): Promise<void> {
  const path = `/volumes/${namePath(name)}`;
  await ask(connection, { method: 'DELETE', path, purpose: `remove the volume ${name}`, repeat: 'lost' }, [404]);
}
