import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../../src/errors/devenv-error.ts';
import { explainNoFolder, explainTakenPort } from '../../../../src/adapters/docker/containers/explain-start.ts';

const told = (message: string): unknown =>
  explainTakenPort(new DevenvError('ENGINE_REFUSED', message))?.data?.['taken'];

describe('explainNoFolder', () => {
  it.each([
    'invalid mount config for type "bind": bind source path does not exist: /home/kim/.aws',
    'invalid mount config for type "bind": bind source path does not exist: /home/kim/.aws.',
    'statfs /home/kim/.aws: no such file or directory',
  ])('names the folder of "%s"', (message) => {
    const found = explainNoFolder(
      new DevenvError('ENGINE_REFUSED', `The engine cannot create the container: ${message}`),
    );
    expect(found?.message).toBe("There is no /home/kim/.aws on the engine's machine, which a volume mounts.");
  });

  it('leaves all else alone', () => {
    expect(explainNoFolder(new DevenvError('ENGINE_REFUSED', 'no such image'))).toBeUndefined();
  });
});

describe('explainTakenPort', () => {
  it.each([
    [
      'driver failed programming external connectivity on endpoint x (1f): Bind for 127.0.0.1:3000 failed: port is already allocated',
      '127.0.0.1',
      'tcp',
    ],
    ['Error starting userland proxy: listen tcp4 0.0.0.0:3000: bind: address already in use', '0.0.0.0', 'tcp'],
    ['Error starting userland proxy: listen udp4 0.0.0.0:3000: bind: address already in use', '0.0.0.0', 'udp'],
    ['failed to bind host port for 127.0.0.1:3000:172.17.0.2:80/tcp: address already in use', '127.0.0.1', 'tcp'],
    ['failed to bind host port 127.0.0.1:3000/tcp: address already in use', '127.0.0.1', 'tcp'],
    [
      'Ports are not available: exposing port TCP 127.0.0.1:3000 -> 127.0.0.1:0: listen tcp4 127.0.0.1:3000: bind: address already in use',
      '127.0.0.1',
      'tcp',
    ],
    ['cannot listen on the TCP port: listen tcp4 127.0.0.1:3000: bind: address already in use', '127.0.0.1', 'tcp'],
    ['rootlessport listen tcp [::]:3000: bind: address already in use', '::', 'tcp'],
    ['rootlessport listen tcp :3000: bind: address already in use', '0.0.0.0', 'tcp'],
  ])('reads the port out of "%s"', (message, address, protocol) => {
    expect(told(message)).toEqual({ address, host: 3000, protocol });
  });

  it('leaves all else alone', () => {
    expect(told('OCI runtime create failed: no such file')).toBeUndefined();
    expect(told('Pool overlaps with other one on this address space')).toBeUndefined();
  });
});
