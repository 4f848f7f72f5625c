import { createServer, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { openBuildSession } from '../../../../src/adapters/docker/build/build-session.ts';
import type { Connection } from '../../../../src/adapters/docker/connection/connection.ts';

it('gives up on an engine that never takes the connection of a build', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'session-'));
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve));
  try {
    const connection = {
      ...{ name: 'unix://s', prefix: '', address: { kind: 'unix', path: 's' } },
      dial: () => connect(join(folder, 's')),
    } as unknown as Connection;
    const content = { async *context() {}, secrets: {}, purpose: 'build Dockerfile' };
    await expect(openBuildSession(connection, content, undefined, 100)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('could not build Dockerfile: it does not answer in time') as string,
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  }
});
