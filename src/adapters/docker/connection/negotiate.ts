import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Connection } from './connection.ts';
import { readText } from './read-text.ts';
import { send } from './send.ts';

/** The oldest version with everything that devenv uses, and the newest it was tried with. */
const oldest = 41;
const newest = 47;

/** Asks an engine, with one ping, which API version to speak. Throws plain errors where none answers. */
export async function negotiate(connection: Connection): Promise<Connection> {
  const response = await send(connection, {
    method: 'GET',
    path: '/_ping',
    purpose: 'answer',
    repeat: 'always',
    patience: 10_000,
  });
  const text = await readText(response, 64 * 1024);
  const status = response.statusCode ?? 0;
  const offered: unknown = response.headers['api-version'];
  if (status !== 200) throw new Error(`it answered with status ${String(status)}`);
  if (typeof offered !== 'string' || text.trim() !== 'OK') throw new Error('what answers there is no container engine');
  const prefix = `/v${chooseVersion(offered)}`;
  return { ...connection, prefix, podman: /libpod/i.test(String(response.headers.server)) };
}

/** The newest version that both sides speak. Throws ENGINE_TOO_OLD. */
export function chooseVersion(offered: string): string {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})$/.exec(offered) ?? [];
  if (major === undefined || minor === undefined) throw new Error('it names no API version');
  if (Number(major) > 1) return `1.${String(newest)}`;
  if (Number(major) < 1 || Number(minor) < oldest) {
    throw new DevenvError('ENGINE_TOO_OLD', `The engine speaks API ${offered} at most.`);
  }
  return `1.${String(Math.min(newest, Number(minor)))}`;
}
