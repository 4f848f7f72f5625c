import { describe, expect, it } from 'vitest';
import { exportBundle } from '../../../src/share/bundle/export.ts';
import { importIntoProject } from '../../../src/share/bundle/import.ts';
import { showBundle } from '../../../src/share/bundle/show.ts';
import { contentIdOf } from '../../../src/lock/content-id.ts';
import { findServiceImage } from '../../../src/image/service-image.ts';
import { readProject } from '../../../src/observe/project.ts';
import { bundledName, localReference, pinnedName } from '../../../src/observe/version-image.ts';
import { digestOf, configText } from '../../fakes/fake-images.ts';
import { layerOf, openOther, openVersions, yaml } from './bundle-project.ts';

const output = 'shop.tar';
const plain = { output, data: false };
const plainImport = { file: output, projectFiles: false };

describe('a bundle', () => {
  it('brings a version to a machine without a registry', async () => {
    const shop = await openVersions();
    const result = await exportBundle(shop, plain);
    expect(result).toMatchObject({ file: '/shop/shop.tar', version: 2, services: [], built: [], data: false });
    const other = openOther(shop, { 'devenv.yaml': yaml, 'devenv-lock.yaml': shop.lockText });
    expect(await importIntoProject(other, plainImport)).toEqual({
      ...{ versions: [2], services: [], data: false, here: [], written: [] },
    });
    const [, version] = shop.versions;
    if (version === undefined) throw new Error('no version');
    const reference = localReference('shop', version);
    expect(contentIdOf(other.fake.engine.images.require(reference))).toBe(version.content);
    expect(other.fake.engine.images.require(reference).diffIds).toEqual(
      shop.fake.engine.images.require(reference).diffIds,
    );
  });

  it('is the same to the byte when it is exported again, and leaves no part file', async () => {
    const shop = await openVersions();
    const { files } = shop.fake.files.large;
    await exportBundle(shop, plain);
    await exportBundle(shop, { ...plain, output: 'again.tar' });
    expect(files.get('/shop/again.tar')?.equals(files.get('/shop/shop.tar') ?? Buffer.alloc(0))).toBe(true);
    expect([...files.keys()].sort()).toEqual(['/shop/again.tar', '/shop/shop.tar']);
  });

  it.each([0.05, 0.3, 0.6, 0.9, 0.99])('continues an export that stopped after %d of the file', async (share) => {
    const shop = await openVersions();
    const { large } = shop.fake.files;
    await exportBundle(shop, plain);
    const whole = large.files.get('/shop/shop.tar') ?? Buffer.alloc(0);
    large.room = Math.floor(whole.length * share);
    await expect(exportBundle(shop, { ...plain, output: 'next.tar' })).rejects.toThrow('the disk is full');
    expect(large.files.has('/shop/next.tar')).toBe(false);
    large.room = Infinity;
    await exportBundle(shop, { ...plain, output: 'next.tar' });
    expect(large.files.get('/shop/next.tar')?.equals(whole)).toBe(true);
  });

  it('keeps complete blobs of an interrupted export, and no damaged ones', async () => {
    const shop = await openVersions();
    const { large } = shop.fake.files;
    await exportBundle(shop, plain);
    const whole = Buffer.from(large.files.get('/shop/shop.tar') ?? []);
    // The first blob begins after oci-layout (1024 bytes) and its own header (1536 bytes).
    const written: number[] = [];
    const open = large.openPart.bind(large);
    large.openPart = async (path) => {
      const part = await open(path);
      return { ...part, write: (at, bytes) => (written.push(at), part.write(at, bytes)) };
    };
    large.files.set('/shop/next.tar.part', whole.subarray(0, -2048));
    await exportBundle(shop, { ...plain, output: 'next.tar' });
    expect(Math.min(...written.filter((at) => at > 0))).toBeGreaterThan(2560);
    const damaged = Buffer.from(whole);
    damaged[2600] = (damaged[2600] ?? 0) ^ 1;
    large.files.set('/shop/third.tar.part', damaged);
    await exportBundle(shop, { ...plain, output: 'third.tar' });
    for (const path of ['/shop/next.tar', '/shop/third.tar']) expect(large.files.get(path)?.equals(whole)).toBe(true);
  });

  it('begins again where the part file is of another version', async () => {
    const shop = await openVersions();
    const { files } = shop.fake.files.large;
    await exportBundle(shop, { ...plain, range: '1' });
    await exportBundle(shop, { ...plain, output: 'two.tar' });
    const one = files.get('/shop/shop.tar') ?? Buffer.alloc(0);
    files.set('/shop/next.tar.part', one);
    await exportBundle(shop, { ...plain, output: 'next.tar' });
    expect(files.get('/shop/next.tar')?.equals(files.get('/shop/two.tar') ?? one)).toBe(true);
  });

  it('holds only what is new in a range, for machines that have the rest', async () => {
    const shop = await openVersions();
    expect(await exportBundle(shop, { ...plain, range: '1..2' })).toMatchObject({ version: 2, above: 1 });
    expect(await showBundle(shop, output, true)).toMatchObject({
      ...{ project: 'shop', above: 1, verified: true },
      versions: [{ number: 2, layers: 2, absent: 1, message: 'change 2', platform: 'linux/amd64' }],
    });
    const files = { 'devenv.yaml': yaml, 'devenv-lock.yaml': shop.lockText };
    const other = openOther(shop, files);
    await expect(importIntoProject(other, plainImport)).rejects.toMatchObject({ code: 'BUNDLE_MISMATCH', exitCode: 6 });
    expect(other.fake.engine.images.loaded).toEqual([]);
    await exportBundle(shop, { ...plain, range: '1', output: 'one.tar' });
    other.fake.files.large.files.set(
      '/shop/one.tar',
      shop.fake.files.large.files.get('/shop/one.tar') ?? Buffer.alloc(0),
    );
    expect(await importIntoProject(other, { ...plainImport, file: 'one.tar' })).toMatchObject({ versions: [1] });
    expect(await importIntoProject(other, plainImport)).toMatchObject({ versions: [2] });
    expect(await importIntoProject(other, plainImport)).toMatchObject({ versions: [], here: [2] });
  });

  it('starts a project in an empty folder if it is asked to, and overwrites nothing', async () => {
    const shop = await openVersions();
    await exportBundle(shop, plain);
    const other = openOther(shop, {});
    await expect(importIntoProject(other, plainImport)).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      suggestions: ['Change to a clone of the project, or to an empty folder and add --project-files.'],
    });
    const asked = { ...plainImport, projectFiles: true };
    expect(await importIntoProject(other, asked)).toMatchObject({
      versions: [2],
      written: ['/shop/devenv.yaml', '/shop/devenv-lock.yaml'],
    });
    expect(other.fake.files.files.get('/shop/devenv.yaml')).toBe(yaml);
    expect(other.fake.files.files.get('/shop/devenv-lock.yaml')).toBe(shop.lockText);
    await expect(importIntoProject(other, asked)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  });

  it('says which file of the project an import with its files still lacks', async () => {
    const shop = await openVersions('files: [{ from: psqlrc, to: /etc/psqlrc }]\n');
    shop.fake.files.files.set('/shop/psqlrc', 'text');
    await exportBundle(shop, plain);
    const { incomplete } = await importIntoProject(openOther(shop, {}), { ...plainImport, projectFiles: true });
    expect(incomplete).toContain('psqlrc');
  });

  it('goes on where it was killed between the two files of a project, and overwrites none that came meanwhile', async () => {
    const shop = await openVersions();
    await exportBundle(shop, plain);
    const asked = { ...plainImport, projectFiles: true };
    const killed = openOther(shop, { 'devenv-lock.yaml': shop.lockText });
    expect(await importIntoProject(killed, asked)).toMatchObject({ versions: [2] });
    expect(killed.fake.files.files.get('/shop/devenv.yaml')).toBe(yaml);
    const raced = openOther(shop, {});
    const load = raced.fake.engine.images.load.bind(raced.fake.engine.images);
    raced.fake.engine.images.load = async (tar) => {
      await load(tar);
      await raced.fake.files.writeAtomic('/shop/devenv.yaml', 'mine');
    };
    await expect(importIntoProject(raced, asked)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(raced.fake.files.files.get('/shop/devenv.yaml')).toBe('mine');
  });

  it('loads nothing that devenv-lock.yaml does not name', async () => {
    const shop = await openVersions();
    await exportBundle(shop, plain);
    const foreign = shop.lockText.replaceAll(shop.versions[1]?.content ?? '', `sha256:${'b'.repeat(64)}`);
    const other = openOther(shop, { 'devenv.yaml': yaml, 'devenv-lock.yaml': foreign });
    await expect(importIntoProject(other, plainImport)).rejects.toMatchObject({ code: 'BUNDLE_MISMATCH' });
    expect(other.fake.engine.images.loaded).toEqual([]);
  });

  it('brings the image of a service, proved by the digest in the lock', async () => {
    const rest = 'services: {db: {image: "registry.test:5000/db:1"}, cache: {image: "local-cache:1"}}\n';
    const layer = await layerOf('database');
    const config = configText({
      ...{ os: 'linux', architecture: 'amd64', diffIds: [digestOf(layer)] },
      config: { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: ['db'] },
    });
    const manifest = Buffer.from(JSON.stringify({ config: { digest: digestOf(config) } }));
    const index = Buffer.from(
      JSON.stringify({ manifests: [{ digest: digestOf(manifest), platform: { os: 'linux', architecture: 'amd64' } }] }),
    );
    const digest = digestOf(index);
    const shop = await openVersions(rest, { db: { image: 'registry.test:5000/db:1', digest } });
    const { images } = shop.fake.engine;
    for (const document of [manifest, index]) images.registry.documents.set(digestOf(document), document);
    images.addLayers(`registry.test:5000/db@${digest}`, [layer], { cmd: ['db'] });
    images.addLayers('local-cache:1', [await layerOf('cache')]);
    expect(await exportBundle(shop, plain)).toMatchObject({ services: ['db', 'cache'] });
    const files = { 'devenv.yaml': yaml + rest, 'devenv-lock.yaml': shop.lockText };
    const other = openOther(shop, files);
    expect(await importIntoProject(other, plainImport)).toMatchObject({ versions: [2], services: ['db', 'cache'] });
    expect(other.fake.engine.images.find(pinnedName('shop', digest))?.config.cmd).toEqual(['db']);
    // Its content is proved by nothing: no other project gets it by its own name.
    expect(other.fake.engine.images.find('local-cache:1')).toBeUndefined();
    const project = await readProject(other);
    const [, cache] = project.environment.services;
    expect(cache && (await findServiceImage(other.fake.engine.images, project, cache))).toMatchObject({
      reference: bundledName('shop', 'local-cache:1'),
    });

    // An engine with another image under the digest: the bundle is not made.
    images.addLayers(`registry.test:5000/db@${digest}`, [layer], { cmd: ['evil'] });
    await expect(exportBundle(shop, plain)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('brings the data of the team, proved by the digest in the lock, only if it is asked to', async () => {
    const layer = await layerOf('rows');
    const config = { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: ['seed'] };
    const image = { os: 'linux', architecture: 'amd64', diffIds: [digestOf(layer)], config };
    const manifest = Buffer.from(JSON.stringify({ config: { digest: digestOf(configText(image)) } }));
    const digest = digestOf(manifest);
    const rest = 'image: registry.test:5000/shop/env\ndata: seed\n';
    const seed = { digest, volumes: ['rows'], author: 'Ada', date: '2026-01-02T03:04:05Z' };
    const shop = await openVersions(rest, undefined, seed);
    const { images } = shop.fake.engine;
    const pinned = `registry.test:5000/shop/env@${digest}`;
    images.registry.documents.set(digest, manifest);
    images.registry.manifests.set(pinned, images.require(images.addLayers('made', [layer], { cmd: ['seed'] })));
    await exportBundle(shop, plain);
    expect(await showBundle(shop, output, true)).toMatchObject({ data: [] });
    await exportBundle(shop, { ...plain, data: true });
    const other = openOther(shop, { 'devenv.yaml': yaml + rest, 'devenv-lock.yaml': shop.lockText });
    expect(await importIntoProject(other, plainImport)).toMatchObject({ versions: [2], data: true });
    expect(other.fake.engine.images.find(pinnedName('shop', digest))?.config.cmd).toEqual(['seed']);
    const bare = await openVersions();
    await expect(exportBundle(bare, { ...plain, data: true })).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
  });

  it('replaces a damaged file, which is then imported', async () => {
    const shop = await openVersions();
    await exportBundle(shop, plain);
    const other = openOther(shop, { 'devenv.yaml': yaml, 'devenv-lock.yaml': shop.lockText }, Buffer.alloc(2048));
    await expect(importIntoProject(other, plainImport)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await exportBundle(shop, plain);
    other.fake.files.large.files.set(
      '/shop/shop.tar',
      shop.fake.files.large.files.get('/shop/shop.tar') ?? Buffer.alloc(0),
    );
    expect(await importIntoProject(other, plainImport)).toMatchObject({ versions: [2] });
  });

  it('says what it holds where the lock names none of it', async () => {
    const shop = await openVersions();
    await exportBundle(shop, plain);
    const other = openOther(shop, { 'devenv.yaml': yaml });
    await expect(importIntoProject(other, plainImport)).rejects.toMatchObject({ code: 'BUNDLE_MISMATCH' });
    expect(await showBundle(other, output, false)).toMatchObject({ project: 'shop', versions: [{ number: 2 }] });
    await other.fake.files.writeAtomic('/shop/devenv-lock.yaml', shop.lockText);
    expect(await importIntoProject(other, plainImport)).toMatchObject({ versions: [2] });
  });

  it('refuses a range that says nothing', async () => {
    const shop = await openVersions();
    for (const range of ['x', '0', '1..', '1..1', '1...2', '-1'])
      await expect(exportBundle(shop, { ...plain, range })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(exportBundle(shop, { ...plain, range: '9' })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
  });
});
