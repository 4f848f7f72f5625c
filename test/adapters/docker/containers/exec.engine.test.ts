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
        argv: sh(
          'for s in "33 99" "44 99"; do until [ "$(stty size)" = "$s" ]; do sleep 0.1; done; echo "$s"; done; exit 3',
        ),
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
  });
});

async function* endless(): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(65_536, 1);
  for (;;) {
    await Promise.resolve();
    yield chunk;
  }
}
