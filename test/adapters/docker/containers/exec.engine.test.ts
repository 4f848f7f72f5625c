import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/ports/engine.ts';
import { wide, withRoot } from '../../../lab/choose-machines.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import { Collect } from '../collect.ts';
import { startSleeper, useEngine } from '../real-engine.ts';

describeInLab('exec', ({ machines }) => {
  describe.each(withRoot(machines))('on $kind', (machine) => {
    let engine: Engine;
    let sleeper: Awaited<ReturnType<typeof startSleeper>>;
    beforeAll(async () => {
      engine = await useEngine(machine);
      sleeper = await startSleeper(engine);
    });
    afterAll(async () => {
      await sleeper[Symbol.asyncDispose]();
      engine.close();
    });
    const sh = (script: string): readonly string[] => ['sh', '-c', script];

    it('keeps the two outputs apart and passes the exit code', async () => {
      const [stdout, stderr] = [new Collect(), new Collect()];
      const argv = sh('echo out; echo err >&2; exit 7');
      expect(await engine.runtime.exec(sleeper.id, { argv, stdout, stderr })).toBe(7);
      expect([stdout.bytes.toString(), stderr.bytes.toString()]).toEqual(['out\n', 'err\n']);
    });

    it('passes user, folder and environment', async () => {
      const stdout = new Collect();
      const options = { argv: sh('id -u; pwd; echo "$A"'), user: '1234', workingDir: '/usr', env: ['A=b c'], stdout };
      expect(await engine.runtime.exec(sleeper.id, options)).toBe(0);
      expect(stdout.bytes.toString()).toBe('1234\n/usr\nb c\n');
    });

    it('gives every byte of the input back, and its end', async () => {
      const input = randomBytes(3_000_000);
      const stdout = new Collect();
      const stdin = Readable.from(
        (function* () {
          for (let at = 0; at < input.length; at += 10_007) yield input.subarray(at, at + 10_007);
        })(),
      );
      expect(await engine.runtime.exec(sleeper.id, { argv: ['cat'], stdin, stdout })).toBe(0);
      expect(stdout.bytes.equals(input)).toBe(true);
    });

    it('has no input where none is given', async () => {
      expect(await engine.runtime.exec(sleeper.id, { argv: ['cat'] })).toBe(0);
    });

    it('ends with the program, though its input is open and silent', async () => {
      const stdin = new Readable({ read: () => undefined });
      expect(await engine.runtime.exec(sleeper.id, { argv: ['true'], stdin })).toBe(0);
    });

    // Podman 4.3 itself cuts the output of such a program now and then: that may be told or be the end, but is never a wait.
    const keepsAll = machine.kind !== 'podman';
    it(`${keepsAll ? 'loses no output of' : 'comes to the end of'} a program that ends before its input`, async () => {
      for (let turn = 0; turn < 5; turn += 1) {
        const stdin = Readable.from(endless());
        const stdout = new Collect(3);
        const argv = ['head', '-c', '300000', '/dev/zero'];
        const ended = await engine.runtime.exec(sleeper.id, { argv, stdin, stdout }).catch((error: unknown) => error);
        if (keepsAll || ended === 0) expect(ended).toBe(0);
        else expect(ended).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
        if (keepsAll) expect(stdout.bytes.equals(Buffer.alloc(300_000))).toBe(true);
        stdin.destroy();
      }
    });

    const much = wide || ['docker-26', 'podman'].includes(machine.kind);
    if (much)
      it('moves much with flat memory', async () => {
        const all = wide ? 1_000_000_000 : 200_000_000;
        let [size, peak] = [0, 0];
        const before = process.memoryUsage().rss;
        const stdout = new Writable({
          write: (chunk: Buffer, _encoding, done) => {
            size += chunk.length;
            peak = Math.max(peak, process.memoryUsage().rss - before);
            done();
          },
        });
        expect(await engine.runtime.exec(sleeper.id, { argv: ['head', '-c', String(all), '/dev/zero'], stdout })).toBe(
          0,
        );
        expect(size).toBe(all);
        expect(peak).toBeLessThan(120_000_000);
      });

    it('gives a terminal of the asked size, and the new one after a resize', async () => {
      const stdout = new Collect();
      let rows = 33;
      const code = await engine.runtime.exec(sleeper.id, {
        argv: sh('sleep 1; stty size; sleep 1; stty size; exit 3'),
        tty: true,
        stdout,
        size: () => ({ columns: 99, rows }),
        onResize: (listener) => {
          const timer = setTimeout(() => {
            rows = 44;
            listener();
          }, 1500);
          return () => {
            clearTimeout(timer);
          };
        },
      });
      expect(code).toBe(3);
      expect(stdout.bytes.toString()).toBe('33 99\r\n44 99\r\n');
    });

    it('is given up at once by the signal', async () => {
      const begun = Date.now();
      const signal = AbortSignal.timeout(300);
      await expect(engine.runtime.exec(sleeper.id, { argv: ['sleep', '20'], signal })).rejects.toMatchObject({
        code: 'INTERRUPTED',
      });
      expect(Date.now() - begun).toBeLessThan(10_000);
    });

    it('gives up when nobody reads the output', async () => {
      const stdout = new Writable({
        write: (_chunk, _encoding, done) => {
          done(Object.assign(new Error('closed'), { code: 'EPIPE' }));
        },
      });
      await expect(engine.runtime.exec(sleeper.id, { argv: ['yes'], stdout })).rejects.toMatchObject({
        code: 'INTERRUPTED',
      });
    });

    it('gives the code of a program that cannot be found', async () => {
      expect([126, 127]).toContain(await engine.runtime.exec(sleeper.id, { argv: ['no-such-program'] }));
    });

    it('says what is wrong with the container', async () => {
      await expect(engine.runtime.exec('no-such-container', { argv: ['x'] })).rejects.toMatchObject({
        data: { status: 404 },
      });
      await using other = await startSleeper(engine);
      await engine.runtime.stop(other.id, 0);
      await expect(engine.runtime.exec(other.id, { argv: ['x'] })).rejects.toMatchObject({ data: { status: 409 } });
    });
  });
});

async function* endless(): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(65_536, 1);
  for (;;) {
    await Promise.resolve();
    yield chunk;
  }
}
