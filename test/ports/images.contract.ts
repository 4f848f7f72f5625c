import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { readTar } from '../../src/model/tar/read-tar.ts';
import { tarOf, writeTar } from '../../src/model/tar/tar.ts';
import type { ImageConfig } from '../../src/model/image.ts';
import { digestOf } from '../fakes/fake-images.ts';
import { uniqueName, type Subject } from './subject.ts';

const config: ImageConfig = {
  env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'Q=a "b" $c \\d \'e\' é #x'],
  labels: { 'dev.test.kind': 'version', odd: '{"a":"$b\\\\"}' },
  user: 'nobody',
  workingDir: '/',
  entrypoint: [],
  cmd: ['bash', '-l', 'a "q" $x'],
};

/** What every adapter of `Images` does. */
export function checkImages(subject: () => Subject): void {
  const name = (): string => `localhost/${uniqueName()}`;

  describe('images', () => {
    it('imports a root file system with exactly the config that was asked for', async () => {
      const { images } = subject().engine;
      const reference = `${name()}:1`;
      await images.import(tarOf('hello', 'world\n'), reference, { ...config, workingDir: '/srv' });
      const image = await images.inspect(reference);
      expect(image?.config).toEqual({ ...config, workingDir: '/srv' });
      expect(image?.diffIds).toHaveLength(1);
      expect(image?.os).toBe('linux');
      await images.remove(reference);
    });

    it('gives the same content the same layer ids', async () => {
      const { images } = subject().engine;
      const [one, other] = [`${name()}:1`, `${name()}:1`];
      for (const reference of [one, other]) await images.import(tarOf('same', 'bytes'), reference, config);
      expect((await images.inspect(one))?.diffIds).toEqual((await images.inspect(other))?.diffIds);
      for (const reference of [one, other]) await images.remove(reference);
    });

    it('saves an image, and loads it under another name with its layers compressed', async () => {
      const { images } = subject().engine;
      const [reference, other] = [`${name()}:1`, `${name()}:1`];
      await images.import(tarOf('hello', `world ${reference}\n`), reference, config);
      const saved = new Map<string, Buffer>();
      const links = new Map<string, string>();
      for await (const { path, type, link, content } of readTar(images.save([reference]))) {
        if (type === '2') links.set(path, posix.join(posix.dirname(path), link));
        saved.set(path, await buffer(content));
      }
      const [row] = JSON.parse(saved.get('manifest.json')?.toString() ?? '[]') as {
        Config: string;
        Layers: string[];
      }[];
      const read = (path = ''): Buffer => saved.get(links.get(path) ?? path) ?? Buffer.alloc(0);
      const layer = read(row?.Layers[0]);
      const rows = [{ Config: 'config.json', RepoTags: [other], Layers: ['layer.tar'] }];
      const files: readonly (readonly [string, Buffer])[] = [
        ['layer.tar', layer[0] === 0x1f ? layer : gzipSync(layer)],
        ['config.json', read(row?.Config)],
        ['manifest.json', Buffer.from(JSON.stringify(rows))],
      ];
      const entries = files.map(([path, bytes]) => ({ path, mode: 0o644, size: bytes.length, content: [bytes] }));
      const before = await images.inspect(reference);
      await images.load(writeTar(entries));
      const after = await images.inspect(other);
      expect([after?.diffIds, after?.config]).toEqual([before?.diffIds, before?.config]);
      for (const each of [reference, other]) await images.remove(each);
    });

    it('throws the error of a tar that it loads, and has no image then', async () => {
      const { images } = subject().engine;
      const reference = `${name()}:1`;
      const rows = Buffer.from(JSON.stringify([{ Config: 'config.json', RepoTags: [reference], Layers: [] }]));
      const tar = (async function* (): AsyncGenerator<Uint8Array> {
        yield* writeTar([{ path: 'manifest.json', mode: 0o644, size: rows.length, content: [rows] }]);
        throw new DevenvError('BUNDLE_INVALID', 'no');
      })();
      await expect(images.load(tar)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
      expect(await images.inspect(reference)).toBeUndefined();
    });

    it('knows no image under a name that nobody gave', async () => {
      expect(await subject().engine.images.inspect('localhost/no/such:image')).toBeUndefined();
    });

    it('finds an image under each of its names, and removes it with the last', async () => {
      const { images } = subject().engine;
      const reference = name();
      await images.import(tarOf('named', reference), `${reference}:1`, config);
      await images.tag(`${reference}:1`, `${reference}:2`);
      const [one, two] = await Promise.all([1, 2].map((tag) => images.inspect(`${reference}:${String(tag)}`)));
      expect(two?.id).toBe(one?.id);
      expect([...(one?.tags ?? [])].sort()).toEqual([`${reference}:1`, `${reference}:2`]);
      await images.remove(`${reference}:1`);
      await images.remove(`${reference}:1`);
      expect(await images.inspect(`${reference}:1`)).toBeUndefined();
      expect(await images.inspect(`${reference}:2`)).toBeDefined();
      await images.remove(`${reference}:2`);
      expect(await images.inspect(one?.id ?? '')).toBeUndefined();
    });

    it('moves a name to the image that got it last', async () => {
      const { images } = subject().engine;
      const reference = name();
      await images.import(tarOf('first', reference), `${reference}:1`, config);
      await images.import(tarOf('second', reference), `${reference}:2`, config);
      await images.tag(`${reference}:2`, `${reference}:1`);
      expect((await images.inspect(`${reference}:1`))?.id).toBe((await images.inspect(`${reference}:2`))?.id);
      for (const tag of [1, 2]) await images.remove(`${reference}:${String(tag)}`);
    });

    it.each(['', 'devenv-test-holder-'])('labels an image without a layer, with the holder "%s"', async (holder) => {
      const { images } = subject().engine;
      const reference = name();
      await images.import(tarOf('hello', 'world\n'), `${reference}:1`, config);
      await images.label(`${reference}:1`, `${reference}:2`, { added: 'x "y" $z', odd: 'replaced' }, holder);
      const [image, labelled] = await Promise.all([1, 2].map((tag) => images.inspect(`${reference}:${String(tag)}`)));
      expect(labelled?.diffIds).toEqual(image?.diffIds);
      expect(labelled?.config.labels).toMatchObject({ ...config.labels, added: 'x "y" $z', odd: 'replaced' });
      for (const tag of [1, 2]) await images.remove(`${reference}:${String(tag)}`);
    });

    it('lists the images that carry all labels', async () => {
      const { images } = subject().engine;
      const reference = name();
      const labelled = (labels: Record<string, string>): ImageConfig => ({ ...config, labels });
      await images.import(tarOf('1', reference), `${reference}:1`, labelled({ 'dev.test.of': reference, n: '1' }));
      await images.import(tarOf('2', reference), `${reference}:2`, labelled({ 'dev.test.of': reference, n: '2' }));
      const list = async (...labels: string[]): Promise<string[]> =>
        (await images.list(labels)).flatMap(({ tags }) => tags).sort();
      expect(await list(`dev.test.of=${reference}`)).toEqual([`${reference}:1`, `${reference}:2`]);
      expect(await list(`dev.test.of=${reference}`, 'n=2')).toEqual([`${reference}:2`]);
      expect(await list('n=2', `dev.test.of=${reference}`)).toEqual([`${reference}:2`]);
      expect(await list(`dev.test.of=${reference}`, 'n=3')).toEqual([]);
      expect(await list()).toEqual(expect.arrayContaining([`${reference}:1`, `${reference}:2`]));
      for (const tag of [1, 2]) await images.remove(`${reference}:${String(tag)}`);
    });

    it('lists the newest image first', async () => {
      const { images } = subject().engine;
      const reference = name();
      const labelled = { ...config, labels: { 'dev.test.of': reference } };
      for (const tag of ['b', 'c', 'a']) {
        await images.import(tarOf(tag, reference), `${reference}:${tag}`, labelled);
        await subject().nextSecond();
      }
      const found = (await images.list([`dev.test.of=${reference}`])).flatMap(({ tags }) => tags);
      expect(found).toEqual(['a', 'c', 'b'].map((tag) => `${reference}:${tag}`));
      for (const tag of ['a', 'b', 'c']) await images.remove(`${reference}:${tag}`);
    });

    it('pulls the content that was pushed, by its digest', async () => {
      const { engine, registry } = subject();
      const { images } = engine;
      const { auth } = registry;
      const repository = `${registry.host}/engine/${uniqueName()}`;
      await images.import(tarOf('hello', repository), `${repository}:1`, config);
      const sent = await images.inspect(`${repository}:1`);
      const digest = await images.push(`${repository}:1`, { auth });
      expect(await images.resolveDigest(`${repository}:1`, auth)).toBe(digest);
      await images.remove(`${repository}:1`);
      expect(await images.inspect(`${repository}:1`)).toBeUndefined();
      const seen: string[] = [];
      await images.pull(`${repository}@${digest}`, { auth, onProgress: ({ layer }) => seen.push(layer) });
      const got = await images.inspect(`${repository}@${digest}`);
      expect(got?.diffIds).toEqual(sent?.diffIds);
      expect(got?.config).toEqual(sent?.config);
      expect(got?.digests).toContain(`${repository}@${digest}`);
      expect(seen.length).toBeGreaterThan(0);
      await images.pull(`${repository}:1`, { auth });
      await images.remove(`${repository}:1`);
      await images.remove(`${repository}@${digest}`);
      const manifest = await images.readManifest(`${repository}@${digest}`, auth);
      expect(manifest === undefined || digestOf(manifest) === digest).toBe(true);
      expect(await images.listTags(repository, 10, auth)).toEqual(['1']);
      expect(await images.deleteManifest(repository, digest, auth)).toBe(true);
      expect(await images.deleteManifest(repository, digest, auth)).toBe(false);
      expect(await images.resolveDigest(`${repository}:1`, auth)).toBeUndefined();
      expect(await images.listTags(repository, 10, auth)).toEqual([]);
    });

    it('tells an image that is missing from a login that is refused and a registry that is away', async () => {
      const { engine, registry, closed } = subject();
      const { images } = engine;
      const image = `${registry.host}/engine/none:1`;
      const wrong = { ...registry.auth, password: 'not-the-password' };
      await expect(images.pull(image, { auth: wrong })).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
      await expect(images.pull(image, {})).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
      await expect(images.pull(image, { auth: registry.auth })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
      await expect(images.resolveDigest(image, registry.auth)).resolves.toBeUndefined();
      const away = images.pull(`${closed}/engine/none:1`, { auth: registry.auth });
      await expect(away).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    });
  });
}
