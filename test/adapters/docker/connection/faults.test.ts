import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { connectEngine } from '../../../../src/adapters/docker/connection/connect-engine.ts';
import { serve } from '../../oci/serve.ts';
import { always, FakeDaemon, type Behaviour } from '../fake-daemon.ts';

const drop: Behaviour = (request) => request.socket.destroy();

/** Behaves in turn; the last one stays. */
function inTurn(...turns: Behaviour[]): Behaviour {
  return (request, response) => (turns.length > 1 ? turns.shift() : turns[0])?.(request, response);
}

const spec = {
  name: 'some-name',
  image: 'debian',
  command: ['true'],
  env: [],
  labels: {},
  user: '',
  workingDir: '/',
  mounts: [],
};

describe('a call that may be repeated', () => {
  it.each([
    ['500', always(500, '{"message":"busy"}')],
    ['503', always(503, '<html>')],
    ['a broken connection', drop],
  ])('is, after %s', async (_name, fault) => {
    await using daemon = await FakeDaemon.start(inTurn(fault, fault, always(200, '[]')));
    expect(await (await daemon.connect()).runtime.list([])).toEqual([]);
    expect(daemon.calls).toHaveLength(3);
  });

  it('is, after an image was removed while all were listed', async () => {
    const gone = always(404, '{"message":"failed to get rootfs: content digest: not found"}');
    await using daemon = await FakeDaemon.start(inTurn(gone, always(200, '[]')));
    expect(await (await daemon.connect()).images.list([])).toEqual([]);
  });

  it('is repeated a few times only', async () => {
    await using daemon = await FakeDaemon.start(always(500, '{"message":"no \\u001b[31mmore"}'));
    const engine = await daemon.connect();
    await expect(engine.runtime.list([])).rejects.toMatchObject({
      code: 'ENGINE_REFUSED',
      message: 'The engine could not list containers: no more.',
      data: { status: 500 },
    });
    expect(daemon.calls).toHaveLength(4);
  });

  it('is not repeated when the engine said no to a change', async () => {
    await using daemon = await FakeDaemon.start(always(500, '{"message":"no such runtime"}'));
    await expect((await daemon.connect()).runtime.start('x')).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
    expect(daemon.calls).toHaveLength(1);
  });
});

it.each([
  ['500', always(500, '{"message":"busy"}'), 'ENGINE_REFUSED'],
  ['a broken connection', drop, 'ENGINE_UNREACHABLE'],
])('never repeats the making of a container, after %s', async (_name, fault, code) => {
  await using daemon = await FakeDaemon.start(fault);
  await expect((await daemon.connect()).runtime.create(spec)).rejects.toMatchObject({ code });
  expect(daemon.calls).toHaveLength(1);
});

it.each([
  ['HTML', '<html>hello</html>'],
  ['half an answer', '[{"Id":'],
  ['nothing', ''],
])('gives a typed error for %s where JSON belongs', async (_name, body) => {
  await using daemon = await FakeDaemon.start(always(200, body));
  await expect((await daemon.connect()).runtime.list([])).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
});

it('survives JSON of another shape', async () => {
  await using daemon = await FakeDaemon.start(always(200, '{"Id":7,"State":[],"Config":null}'));
  expect(await (await daemon.connect()).runtime.inspect('x')).toMatchObject({ id: '', labels: {}, env: [] });
});

it('stops reading an answer without an end', async () => {
  await using daemon = await FakeDaemon.start((_request, response) => {
    const pour = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(1 << 20, 32)));
    };
    response.on('drain', pour).on('error', () => undefined);
    pour();
  });
  await expect((await daemon.connect()).runtime.list([])).rejects.toMatchObject({ message: /bytes long/ });
});

describe('a ping', () => {
  it.each([
    ['another server', always(200, '<html>'), 'ENGINE_UNREACHABLE'],
    ['an error', always(500, ''), 'ENGINE_UNREACHABLE'],
    ['a broken connection', drop, 'ENGINE_UNREACHABLE'],
  ])('answered by %s finds no engine', async (_name, ping, code) => {
    await using daemon = await FakeDaemon.start(always(200, ''), { ping });
    await expect(daemon.connect()).rejects.toMatchObject({ code });
  });

  it('that is never answered ends after ten seconds', { timeout: 30_000 }, async () => {
    await using daemon = await FakeDaemon.start(always(200, ''), { ping: () => undefined });
    const message = expect.stringContaining('it does not answer in time') as string;
    await expect(daemon.connect()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', message });
  });

  it('refuses an engine that is too old', async () => {
    const ping: Behaviour = (_request, response) => response.writeHead(200, { 'Api-Version': '1.40' }).end('OK');
    await using daemon = await FakeDaemon.start(always(200, ''), { ping });
    await expect(daemon.connect()).rejects.toMatchObject({ code: 'ENGINE_TOO_OLD' });
  });

  it('speaks the version that both know', async () => {
    const ping: Behaviour = (_request, response) => response.writeHead(200, { 'Api-Version': '1.44' }).end('OK');
    await using daemon = await FakeDaemon.start(always(200, '[]'), { ping });
    await (await daemon.connect()).runtime.list([]);
    expect(daemon.calls[0]).toMatch(/^GET \/v1\.44\//);
  });

  it('lists what was tried', async () => {
    const surroundings = { flag: 'unix:///nowhere/at/all.sock', env: {}, home: '/nowhere' };
    await expect(connectEngine(surroundings)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('unix:///nowhere/at/all.sock (--engine): there is no such socket'),
      data: { chosen: true, tried: [{ source: '--engine' }] },
    });
  });
});

describe('a pull', () => {
  const image = always(200, '{"Id":"sha256:1"}');
  const lines = (...all: object[]): Behaviour => always(200, all.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const finished = { status: 'Status: Downloaded newer image for x' };
  const pull = async (...turns: Behaviour[]): Promise<void> => {
    await using daemon = await FakeDaemon.start(inTurn(...turns));
    await using registry = await serve((_request, response) =>
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="r"' }).end(),
    );
    const auth = { username: 'me', password: 'hunter2', server: registry.host };
    await (await daemon.connect()).images.pull(`${registry.host}/x:1`, { auth });
  };

  it('is done when the engine says so and has the image', async () => {
    await expect(pull(lines({ status: 'Pulling', id: '1' }, finished), image)).resolves.toBeUndefined();
  });

  it.each([
    ['an early end', [lines({ status: 'Pulling', id: '1' }), image], 'REGISTRY_UNREACHABLE'],
    [
      'an image that is not there',
      [lines(finished), always(404, '{"message":"No such image"}')],
      'REGISTRY_UNREACHABLE',
    ],
    ['a denied login', [lines({ errorDetail: { message: 'denied: access' }, error: 'x' })], 'REGISTRY_DENIED'],
    [
      'a denied login, at once',
      [always(500, '{"message":"unauthorized: authentication required"}')],
      'REGISTRY_DENIED',
    ],
    ['an unknown manifest', [always(404, '{"message":"manifest unknown"}')], 'IMAGE_NOT_FOUND'],
    ['a silent registry', [lines({ error: 'dial tcp: lookup r: no such host' })], 'REGISTRY_UNREACHABLE'],
    ['a wrong digest', [lines({ error: 'filesystem layer verification failed for digest' })], 'CONTENT_MISMATCH'],
    ['a full disk', [lines({ error: 'write /x: no space left on device' })], 'ENGINE_REFUSED'],
    ['broken lines', [always(200, '{"status":"Pulling"}\n<html>')], 'ENGINE_UNREACHABLE'],
  ] as const)('fails with a typed error at %s', async (_name, turns, code) => {
    const failure: unknown = await pull(...turns).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(JSON.stringify(failure) + String(failure)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('fails when the connection breaks', async () => {
    const half: Behaviour = (request, response) => {
      response.write('{"status":"Pulling"}\n', () => request.socket.destroy());
    };
    await expect(pull(half)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });
});

it('takes a push for done only with the digest that the registry gave', async () => {
  await using daemon = await FakeDaemon.start(always(200, '{"status":"Pushed","id":"1"}\n'));
  await expect((await daemon.connect()).images.push('r.example.com/x:1', {})).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
  });
});

describe('exec', () => {
  const upgraded = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';
  const states =
    (state: object): Behaviour =>
    (request, response) => {
      response.end(JSON.stringify(request.method === 'POST' ? { Id: 'abc' } : state));
    };

  it('fails when the connection dies in the middle of a frame', async () => {
    const upgrade = (socket: NodeJS.WritableStream): void => {
      socket.end(`${upgraded}\x01\0\0\0\0\0\0\x09half`);
    };
    await using daemon = await FakeDaemon.start(states({ Running: false, ExitCode: 0 }), { upgrade });
    await expect((await daemon.connect()).runtime.exec('c', { argv: ['x'] })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
  });

  it('waits for the exit code of a program that closed its output', async () => {
    let asked = 0;
    const behave: Behaviour = (request, response) => {
      if (request.method === 'GET') asked += 1;
      states({ Running: asked < 3, ExitCode: asked < 3 ? null : 7 })(request, response);
    };
    const upgrade = (socket: NodeJS.WritableStream): void => {
      socket.end(upgraded);
    };
    await using daemon = await FakeDaemon.start(behave, { upgrade });
    expect(await (await daemon.connect()).runtime.exec('c', { argv: ['x'] })).toBe(7);
  });

  it('is given up at once when the signal aborts', async () => {
    const upgrade = (socket: NodeJS.WritableStream): void => {
      socket.write(upgraded);
    };
    await using daemon = await FakeDaemon.start(states({ Running: true }), { upgrade });
    const engine = await daemon.connect();
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 50);
    await expect(engine.runtime.exec('c', { argv: ['x'], signal: controller.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });

  it('gives the engine its own words when it will not start', async () => {
    const upgrade = (socket: NodeJS.WritableStream): void => {
      const body = '{"message":"no such program"}';
      socket.write(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`);
    };
    await using daemon = await FakeDaemon.start(states({}), { upgrade });
    await expect((await daemon.connect()).runtime.exec('c', { argv: ['x'] })).rejects.toMatchObject({
      code: 'ENGINE_REFUSED',
      message: 'The engine could not run x: no such program.',
    });
  });
});

describe('a call that a signal ends', () => {
  const upgraded = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

  it('is interrupted while its program runs attached, and says nothing about the engine', async () => {
    const { signal, abort } = newSignal();
    const upgrade = (socket: NodeJS.WritableStream): void => void socket.write(upgraded);
    await using daemon = await FakeDaemon.start(always(200, '{}'), { upgrade });
    const attached = await (await daemon.connect(signal)).runtime.attach('c', streams());
    abort();
    await expect(attached.ended).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('is interrupted before the engine has attached', async () => {
    const { signal, abort } = newSignal();
    await using daemon = await FakeDaemon.start(always(200, '{}'), { upgrade: abort });
    await expect((await daemon.connect(signal)).runtime.attach('c', streams())).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });

  it.each([
    [
      'in the middle of an answer',
      (response: ServerResponse) => response.writeHead(200, { 'Content-Length': 99 }).write('['),
    ],
    ['before an answer', () => undefined],
    ['whose connection breaks in the same moment', (response: ServerResponse) => response.socket?.destroy()],
  ])('is interrupted %s', async (_when, answer) => {
    const { signal, abort } = newSignal();
    await using daemon = await FakeDaemon.start((_request, response) => {
      answer(response);
      setTimeout(abort, 20);
    });
    await expect((await daemon.connect(signal)).runtime.listChanges('c')).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });

  it('is interrupted in the middle of its progress', async () => {
    const { signal, abort } = newSignal();
    await using daemon = await FakeDaemon.start((_request, response) => {
      response.write('{"status":"Pulling"}\n');
      setTimeout(abort, 20);
    });
    const images = (await daemon.connect()).images;
    await expect(images.pull('r.example.com/x:1', { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

const streams = () => ({ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() });

function newSignal(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
