import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { ImageConfig } from '../../src/model/image.ts';
import { writeTar } from '../../src/model/tar/tar.ts';
import type { DockerfileBuild } from '../../src/ports/build/builder.ts';
import { startContainer, uniqueName, type Subject } from './subject.ts';

const config: ImageConfig = {
  env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'Q=a "b" $c'],
  labels: { 'dev.test.kind': 'version', odd: '{"a":"$b\\\\"}' },
  ...{ user: 'nobody', workingDir: '/srv', entrypoint: [], cmd: ['bash', '-l', 'a "q" $x'] },
};

/** What every adapter of `Builder` does. */
export function checkBuilder(subject: () => Subject): void {
  describe('builder', () => {
    it('makes one layer of what changed, with exactly the config that was asked for', async () => {
      const { images, builder, runtime } = subject().engine;
      await using one = await startContainer(subject(), {
        labels: { 'dev.test.kind': 'builder' },
        env: ['Q=of the builder'],
      });
      await runtime.exec(one.id, { argv: ['touch', '/srv/new'] });
      const reference = `localhost/${uniqueName()}:1`;
      const id = await builder.commit(one.id, reference, config);
      const image = await images.inspect(reference);
      expect((await images.inspect(id))?.id).toBe(image?.id);
      expect(image?.config).toEqual({ ...config, env: image?.config.env });
      expect(withoutOwn(image?.config.env ?? [])).toEqual([...config.env].sort());
      expect(image?.diffIds.slice(0, -1)).toEqual((await images.inspect(subject().base))?.diffIds);
      await images.remove(reference);
    });

    it('leaves the container running', async () => {
      const { images, builder, runtime } = subject().engine;
      await using one = await startContainer(subject());
      const reference = `localhost/${uniqueName()}:1`;
      for (const still of [false, true]) {
        await builder.commit(one.id, reference, config, { still });
        expect((await runtime.inspect(one.id))?.state).toBe('running');
      }
      await images.remove(reference);
    });

    it('keeps no image if the container has a variable that the config does not have', async () => {
      const { images, builder } = subject().engine;
      await using one = await startContainer(subject(), { env: ['TOKEN=secret'] });
      const reference = `localhost/${uniqueName()}:1`;
      await expect(builder.commit(one.id, reference, config)).rejects.toMatchObject({
        code: 'INTERNAL',
        message: expect.stringMatching(/env TOKEN\.$/),
      });
      expect(await images.inspect(reference)).toBeUndefined();
    });

    it('builds a stage of a Dockerfile with its context, arguments and labels, and tells its output', async () => {
      const { images, builder } = subject().engine;
      const lines: string[] = [];
      const build = describeBuild(
        [
          `FROM ${subject().base} AS first`,
          'ARG GREETING=none',
          'COPY note /srv/note',
          'RUN grep -q content /srv/note && echo "said $GREETING"',
          'ENV FROM_DOCKERFILE=yes',
          'FROM first',
          'RUN exit 4',
        ],
        { note: 'content\n' },
      );
      const args = { GREETING: 'hello "you"' };
      const labels = { 'dev.test.kind': 'built' };
      const id = await builder.build({ ...build, args, labels, target: 'first', onLine: (line) => lines.push(line) });
      const image = await images.inspect(build.reference);
      expect(image?.id).toBe((await images.inspect(id))?.id);
      expect(image?.config.env).toContain('FROM_DOCKERFILE=yes');
      expect(image?.config.labels).toMatchObject(labels);
      expect(lines.join('\n')).toMatch(/^said hello "you"$/m);
      await images.remove(build.reference);
    });

    it('runs a command in place of the entrypoint of the image, and captures the container without it', async () => {
      const { images, builder, runtime } = subject().engine;
      const build = describeBuild([`FROM ${subject().base}`, 'ENTRYPOINT ["/bin/false"]']);
      await builder.build(build);
      await using one = await startContainer(subject(), { image: build.reference });
      expect((await runtime.inspect(one.id))?.state).toBe('running');
      const reference = `localhost/${uniqueName()}:1`;
      // Podman leaves a label of its own in what it builds.
      const labels = { ...(await images.inspect(build.reference))?.config.labels, ...config.labels };
      await builder.commit(one.id, reference, { ...config, labels });
      expect((await images.inspect(reference))?.config.entrypoint).toEqual([]);
      await images.remove(reference);
    });

    it('tells the exit code and the last lines of a command that fails, and leaves no image', async () => {
      const { images, builder } = subject().engine;
      const build = describeBuild([`FROM ${subject().base}`, 'RUN echo one; echo two >&2; exit 3']);
      await expect(builder.build(build)).rejects.toMatchObject({
        code: 'STEP_FAILED',
        // Two streams: either line may come first.
        message: expect.stringMatching(/command "echo one.*exit 3" ended with exit code 3(?=[^]*one)(?=[^]*two)/),
        data: { exitCode: 3 },
      });
      expect(await images.inspect(build.reference)).toBeUndefined();
    });

    it('refuses a Dockerfile that the engine cannot read', async () => {
      const build = describeBuild([`FROM ${subject().base}`, 'RUN true', 'COPPY a b']);
      await expect(subject().engine.builder.build(build)).rejects.toMatchObject({
        code: 'DOCKERFILE_INVALID',
        message: expect.stringMatching(/COPPY/),
      });
    });

    it('tells an image that its registry does not give', async () => {
      const build = describeBuild([`FROM ${subject().closed}/none/such:1`]);
      await expect(subject().engine.builder.build(build)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    });

    it('passes on what stops the context', async () => {
      const gone = new DevenvError('FILE_UNREADABLE', 'note cannot be read.');
      const context = async function* (): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(new Uint8Array(512));
        throw gone;
      };
      const build = { ...describeBuild([]), context };
      await expect(subject().engine.builder.build(build)).rejects.toBe(gone);
    });

    it('keeps caches of commands apart for different projects', async () => {
      const { capabilities, builder } = subject().engine;
      const id = uniqueName();
      // Only BuildKit can tell them apart.
      if (!capabilities.mountsBuildSecrets) return;
      const run = (line: string, cachesOf: string): DockerfileBuild => ({
        ...describeBuild([`FROM ${subject().base}`, `RUN --mount=type=cache,id=${id},target=/kept ${line}`]),
        cachesOf,
      });
      const lines: string[] = [];
      await builder.build(run('echo "before: $(cat /kept/file 2>/dev/null)"; echo filled >/kept/file', 'one'));
      for (const cachesOf of ['other', 'one'])
        await builder.build({
          ...run(`echo "${cachesOf}: $(cat /kept/file 2>/dev/null)"`, cachesOf),
          onLine: (line) => lines.push(line),
        });
      expect(lines.map((line) => line.trim())).toEqual(expect.arrayContaining(['one: filled', 'other:']));
    });

    it('gives secrets to the commands that ask for them, and to no layer', async () => {
      const { capabilities, builder, images } = subject().engine;
      if (!capabilities.mountsBuildSecrets) return;
      const value = 'x'.repeat(300);
      const build = describeBuild([
        `FROM ${subject().base}`,
        'RUN --mount=type=secret,id=TOKEN test "$(wc -c </run/secrets/TOKEN)" = 300',
        'RUN test ! -e /run/secrets/TOKEN',
      ]);
      await builder.build({ ...build, secrets: { TOKEN: value } });
      await images.remove(build.reference);
      const asked = { ...describeBuild([`FROM ${subject().base}`, 'RUN --mount=type=secret,id=OTHER,required true']) };
      await expect(builder.build(asked)).rejects.toMatchObject({ code: 'STEP_FAILED' });
    });
  });
}

/** A build of these lines, with a context of these files. */
export function describeBuild(lines: readonly string[], files: Readonly<Record<string, string>> = {}): DockerfileBuild {
  const entries = Object.entries({ ...files, 'docker/Dockerfile': `${lines.join('\n')}\n` });
  const context = () =>
    writeTar(entries.map(([path, text]) => ({ path, mode: 0o644, size: text.length, content: [Buffer.from(text)] })));
  const reference = `localhost/${uniqueName()}:1`;
  const rest = { args: {}, labels: {}, cachesOf: 'test', proxies: {}, hidden: [], onLine: () => undefined };
  return { reference, context, dockerfile: 'docker/Dockerfile', ...rest };
}

/** Podman adds variables of its own to every image that it captures. */
const withoutOwn = (env: readonly string[]): string[] => env.filter((one) => !/^(TERM|container)=/.test(one)).sort();
