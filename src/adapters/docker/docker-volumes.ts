import type { Volumes } from '../../ports/volumes.ts';
import { ask, getJson, labelled } from './connection/ask.ts';
import { carriesLabels } from './carries-labels.ts';
import type { Connection } from './connection/connection.ts';
import { namePath } from './images/reference.ts';

/** The volumes behind one connection. */
export const dockerVolumes = (connection: Connection): Volumes => ({
  list: async (labels) =>
    (await getJson(connection, '/volumes', 'list volumes', { query: labelled(labels) }))
      .each('Volumes')
      .map((volume) => ({ name: volume.text('Name'), labels: volume.map('Labels') }))
      .filter((volume) => carriesLabels(volume.labels, labels))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),

  create: async (name, labels) => {
    const body = { Name: decodeURIComponent(namePath(name)), Labels: labels };
    const call = { method: 'POST', path: '/volumes/create', purpose: `create the volume ${name}`, body } as const;
    // Podman refuses a second volume of the name; Docker keeps the first.
    await ask(connection, call, [409]);
  },

  remove: async (name) => {
    const path = `/volumes/${namePath(name)}`;
    const call = { method: 'DELETE', path, purpose: `remove the volume ${name}`, repeat: 'lost' } as const;
    await ask(connection, call, [404]);
  },
});
