import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Collect } from '../adapters/docker/collect.ts';
import { startContainer, type Subject } from './subject.ts';

/** What every adapter of `Runtime` does with programs in a container. */
export function checkExec(subject: () => Subject): void {
  describe('exec', () => {
    let one: Awaited<ReturnType<typeof startContainer>>;
    beforeAll(async () => {
      one = await startContainer(subject());
    });
    afterAll(() => one[Symbol.asyncDispose]());

    it('keeps the two outputs apart and passes the exit code', async () => {
      const [stdout, stderr] = [new Collect(), new Collect()];
      const { runtime } = subject().engine;
      await runtime.exec(one.id, { argv: ['touch', '/srv/there'] });
      expect(await runtime.exec(one.id, { argv: ['ls', '/srv/there', '/srv/not'], stdout, stderr })).toBe(2);
      expect(stdout.bytes.toString()).toBe('/srv/there\n');
      expect(stderr.bytes.toString()).toMatch(/^ls: .*\/srv\/not.*\n$/);
    });

    it('passes user, folder and environment', async () => {
      const ask = async (argv: readonly string[]): Promise<string> => {
        const stdout = new Collect();
        const options = { argv, user: '1234', workingDir: '/usr', env: ['A=b c=d'], stdout };
        expect(await subject().engine.runtime.exec(one.id, options)).toBe(0);
        return stdout.bytes.toString();
      };
      expect(await ask(['id', '-u'])).toBe('1234\n');
      expect(await ask(['pwd'])).toBe('/usr\n');
      expect(await ask(['printenv', 'A'])).toBe('b c=d\n');
    });

    it('gives every byte of the input back, and its end', async () => {
      const input = randomBytes(3_000_000);
      const stdout = new Collect();
      const parts = function* (): Generator<Buffer> {
        for (let at = 0; at < input.length; at += 10_007) yield input.subarray(at, at + 10_007);
      };
      const options = { argv: ['cat'], stdin: Readable.from(parts()), stdout };
      expect(await subject().engine.runtime.exec(one.id, options)).toBe(0);
      expect(stdout.bytes.equals(input)).toBe(true);
    });

    it('gives a program no input if there is none', async () => {
      expect(await subject().engine.runtime.exec(one.id, { argv: ['cat'] })).toBe(0);
    });

    it('ends with the program, though its input is open and silent', async () => {
      const stdin = new Readable({ read: () => undefined });
      expect(await subject().engine.runtime.exec(one.id, { argv: ['true'], stdin })).toBe(0);
    });

    it('ends at once when the signal fires', async () => {
      const begun = Date.now();
      const signal = AbortSignal.timeout(300);
      const running = subject().engine.runtime.exec(one.id, { argv: ['sleep', '20'], signal });
      await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(Date.now() - begun).toBeLessThan(10_000);
    });

    it('gives the code of a program that cannot be found', async () => {
      expect([126, 127]).toContain(await subject().engine.runtime.exec(one.id, { argv: ['no-such-program'] }));
    });

    it('says that a container is missing, or does not run', async () => {
      const { runtime } = subject().engine;
      await expect(runtime.exec('no-such-container', { argv: ['true'] })).rejects.toMatchObject({
        code: 'ENGINE_REFUSED',
        data: { status: 404 },
      });
      await using other = await startContainer(subject());
      await runtime.stop(other.id, 0);
      await expect(runtime.exec(other.id, { argv: ['true'] })).rejects.toMatchObject({
        code: 'ENGINE_REFUSED',
        data: { status: 409 },
      });
    });
  });
}
