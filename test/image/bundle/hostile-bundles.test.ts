import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { plainConfig } from '../../../src/image/bundle/plain-config.ts';
import { showBundle } from '../../../src/share/bundle/show.ts';
import { exportBundle } from '../../../src/share/bundle/export.ts';
import { importIntoProject } from '../../../src/share/bundle/import.ts';
import { up } from '../../../src/workspace/up.ts';
import { readTar } from '../../../src/model/tar/read-tar.ts';
import { tarHeader, writeTar, type TarEntry } from '../../../src/model/tar/tar.ts';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../../fakes/fake-images.ts';
import { makeContext } from '../../fakes/make-context.ts';
import { openVersions, yaml } from '../../share/bundle/bundle-project.ts';

interface File {
  readonly path: string;
  readonly bytes: Buffer;
  readonly link?: string;
}

const blob = (bytes: Buffer): File => ({ path: `blobs/sha256/${digestOf(bytes).slice(7)}`, bytes });
const text = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

async function unpack(bundle: Buffer): Promise<readonly File[]> {
  const files: File[] = [];
  for await (const { path, content } of readTar(ReadableStream.from([bundle]) as AsyncIterable<Uint8Array>))
    files.push({ path, bytes: await buffer(content) });
  return files;
}

const pack = (files: readonly File[]): Promise<Buffer> =>
  buffer(
    writeTar(
      files.map(({ path, bytes, link }): TarEntry => ({
        ...{ path, mode: 0o644, size: link === undefined && !path.endsWith('/') ? bytes.length : 0 },
        ...(link === undefined ? !path.endsWith('/') && { content: [bytes] } : { link }),
      })),
    ),
  );

type Documents = Readonly<Record<string, unknown>>;

interface Changes {
  readonly index?: (index: Documents) => Documents;
  readonly manifest?: (manifest: Documents) => Documents;
  readonly config?: (config: Documents) => Documents;
  readonly layer?: (layer: Buffer) => Buffer;
}

interface Descriptor extends Documents {
  readonly digest: string;
}

/** The bundle with changed parts of every image. All digests and sizes are right again: only what was changed is wrong. */
function rebuild(files: readonly File[], changes: Changes): readonly File[] {
  const same = <T>(value: T): T => value;
  const { index: changeIndex = same, manifest: changeManifest = same, config: changeConfig = same } = changes;
  const { layer: changeLayer = same } = changes;
  const of = (digest: string): Buffer =>
    files.find(({ path }) => path.endsWith(digest.slice(7)))?.bytes ?? Buffer.alloc(0);
  const read = (digest: string): Documents => JSON.parse(of(digest).toString()) as Documents;
  const made: File[] = [];
  const gone = new Set<string>();
  const put = (old: Descriptor, bytes: Buffer): Documents => {
    gone.add(`blobs/sha256/${old.digest.slice(7)}`);
    const file = blob(bytes);
    if (!made.some(({ path }) => path === file.path)) made.push(file);
    return { ...old, digest: digestOf(bytes), size: bytes.length };
  };
  const index = JSON.parse(files.find(({ path }) => path === 'index.json')?.bytes.toString() ?? '{}') as Documents;
  const manifests = (index['manifests'] as Descriptor[]).map((descriptor) => {
    const manifest = read(descriptor.digest);
    const layers = (manifest['layers'] as Descriptor[]).map((layer) => put(layer, changeLayer(of(layer.digest))));
    const config = manifest['config'] as Descriptor;
    const whole = { ...manifest, layers, config: put(config, text(changeConfig(read(config.digest)))) };
    return put(descriptor, text(changeManifest(whole)));
  });
  const next = { path: 'index.json', bytes: text(changeIndex({ ...index, manifests })) };
  return [
    ...files.filter(({ path }) => path !== 'index.json' && path !== 'manifest.json' && !gone.has(path)),
    ...made,
    next,
  ];
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Bytes of the layer's file header are left alone: what is flipped is its content. */
const flip = (bundle: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bundle);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
};

const ofFiles =
  (change: (files: readonly File[]) => readonly File[]) =>
  async (bundle: Buffer): Promise<Buffer> =>
    pack(change(await unpack(bundle)));

const add = (...more: readonly File[]): ((bundle: Buffer) => Promise<Buffer>) =>
  ofFiles((files) => [...files, ...more]);
const changed = (changes: Changes): ((bundle: Buffer) => Promise<Buffer>) =>
  ofFiles((files) => rebuild(files, changes));
const withLayer = (layer: (layer: Buffer) => Buffer): ((bundle: Buffer) => Promise<Buffer>) => changed({ layer });
/** Changes every one of a list of maps. */
const each = (list: unknown, change: Documents): readonly Documents[] =>
  (list as Documents[]).map((one) => ({ ...one, ...change }));

const zeros = (megabytes: number): Buffer => {
  const part = gzipSync(Buffer.alloc(16 * 1024 ** 2), { level: 9 });
  return Buffer.concat(Array.from({ length: megabytes / 16 }, () => part));
};

const cases: Readonly<Record<string, readonly [make: (bundle: Buffer) => Buffer | Promise<Buffer>, why: RegExp]>> = {
  'an empty file': [() => Buffer.alloc(0), /ends early/],
  'a text': [() => Buffer.from('hello '.repeat(200)), /not a tar/],
  'a file of zeros': [() => Buffer.alloc(4096), /no oci-layout/],
  'one that ends in its first header': [(bundle) => bundle.subarray(0, 300), /ends early/],
  'one that ends in a layer': [(bundle) => bundle.subarray(0, 2700), /ends early/],
  'one without its last block': [(bundle) => bundle.subarray(0, -1024), /ends early/],
  'one that something follows': [(bundle) => Buffer.concat([bundle, Buffer.from('more')]), /follows its end/],
  'one that a gigabyte of zeros would follow': [
    (bundle) => Buffer.concat([bundle, Buffer.alloc(100_000)]),
    /follows its end/,
  ],
  'a flipped byte in a layer': [
    (bundle) => flip(bundle, 2700),
    /does not have its digest|cannot be unpacked|does not unpack/,
  ],
  'a flipped byte in a header': [(bundle) => flip(bundle, 1030), /not a tar/],
  'a path that leads out': [add({ path: '../../etc/passwd', bytes: text('x') }), /it has a file "..\/..\/etc\/passwd"/],
  'an absolute path': [add({ path: '/etc/passwd', bytes: text('x') }), /it has a file "\/etc\/passwd"/],
  'a path with a dot in front': [add({ path: './index.json', bytes: text('x') }), /it has a file/],
  'a link': [add({ path: 'blobs/sha256/x', bytes: text(''), link: '/etc/passwd' }), /not a regular file/],
  'a folder': [add({ path: 'blobs/', bytes: text('') }), /not a regular file/],
  'a long path in a record': [add({ path: `blobs/${'a'.repeat(200)}`, bytes: text('x') }), /a record "path"/],
  'the index twice': [
    ofFiles((files) => [...files, ...files.filter(({ path }) => path === 'index.json')]),
    /index.json twice/,
  ],
  'a blob twice': [ofFiles((files) => [...files, ...files.filter(({ bytes }) => bytes[0] === 0x1f)]), /twice/],
  'a size in a record that is no count': [
    (bundle) => {
      const record = Buffer.concat([
        ...tarHeader({ path: blob(text('')).path, mode: 0o644, size: 0, comment: 'aaaa' }),
      ]);
      return Buffer.concat([
        Buffer.from(record.toString('latin1').replace('comment=aaaa', 'size=-000512'), 'latin1'),
        bundle,
      ]);
    },
    /a size in it is no number/,
  ],
  'thousands of records of no file': [
    (bundle) => {
      const record = Buffer.concat([...tarHeader({ path: 'x', mode: 0o644, size: 0, comment: 'a' })]).subarray(0, 1024);
      return Buffer.concat([...Array.from({ length: 20_001 }, () => record), bundle]);
    },
    /more than 10000 files/,
  ],
  'a blob that nothing names': [add(blob(text('more'))), /nothing in it names/],
  'ten thousand files': [
    add(...Array.from({ length: 10_001 }, (_, at) => blob(text(String(at))))),
    /more than 10000 files/,
  ],
  'a layer that is missing': [
    ofFiles((files) => files.filter(({ bytes }, at) => at === 0 || bytes[0] !== 0x1f)),
    /a layer is missing/,
  ],
  'no index': [ofFiles((files) => files.filter(({ path }) => path !== 'index.json')), /no index.json/],
  'an index of 5 MB': [
    ofFiles((files) =>
      files.map((one) => (one.path === 'index.json' ? { ...one, bytes: Buffer.alloc(5 * 1024 ** 2, 32) } : one)),
    ),
    /larger than 4 MB/,
  ],
  'an index as deep as it is long': [
    ofFiles((files) =>
      files.map((one) => (one.path === 'index.json' ? { ...one, bytes: text(nested(100_000)) } : one)),
    ),
    /not made by/,
  ],
  'an index that is no JSON': [
    ofFiles((files) => files.map((one) => (one.path === 'index.json' ? { ...one, bytes: text('{"a":') } : one))),
    /not made by/,
  ],
  'a layout of another version': [
    ofFiles((files) =>
      files.map((one) => (one.path === 'oci-layout' ? { ...one, bytes: text({ imageLayoutVersion: '2.0.0' }) } : one)),
    ),
    /not an OCI image layout/,
  ],
  'a newer format': [
    changed({
      index: (index) => ({ ...index, annotations: { ...(index['annotations'] as object), 'dev.teamvm.bundle': '2' } }),
    }),
    /its format is "2"/,
  ],
  'an image of no use': [
    changed({ index: (index) => ({ ...index, manifests: each(index['manifests'], { annotations: {} }) }) }),
    /what an image is for/,
  ],
  'no images': [changed({ index: (index) => ({ ...index, manifests: [] }) }), /no images/],
  'a manifest of another type': [
    changed({ manifest: (manifest) => ({ ...manifest, mediaType: 'text/plain' }) }),
    /unknown type/,
  ],
  'a layer of another type': [
    changed({
      manifest: (manifest) => ({ ...manifest, layers: each(manifest['layers'], { mediaType: 'application/zip' }) }),
    }),
    /a layer has an unknown type/,
  ],
  'a layer of another size': [
    changed({ manifest: (manifest) => ({ ...manifest, layers: each(manifest['layers'], { size: 7 }) }) }),
    /does not have its size/,
  ],
  'fewer layers than the config has': [
    changed({ manifest: (manifest) => ({ ...manifest, layers: [] }) }),
    /other layers than its config/,
  ],
  'a config without layers': [
    changed({ config: (config) => ({ ...config, rootfs: { diff_ids: 'all' } }) }),
    /config of an image is not valid/,
  ],
  'a config with a thousand layers': [
    changed({
      config: (config) => ({ ...config, rootfs: { diff_ids: Array.from({ length: 1000 }, () => digestOf('x')) } }),
    }),
    /config of an image is not valid/,
  ],
  'a layer that unpacks to another one': [
    withLayer(() => gzipSync(Buffer.alloc(2048))),
    /does not unpack to the layer/,
  ],
  'a layer that is cut off, with right digests': [withLayer((layer) => layer.subarray(0, -20)), /cannot be unpacked/],
  'a layer that is no gzip, with right digests': [withLayer(() => Buffer.alloc(600, 1)), /cannot be unpacked/],
};

describe('a bundle is refused whole, and nothing is loaded:', () => {
  it.each(Object.entries(cases))(
    '%s',
    async (_, [make, why]) => {
      const shop = await openVersions();
      await exportBundle(shop, { output: 'shop.tar', data: false });
      const bundle = await make(shop.fake.files.large.files.get('/shop/shop.tar') ?? Buffer.alloc(0));
      const other = makeContext({ 'devenv.yaml': yaml, 'devenv-lock.yaml': shop.lockText });
      other.fake.files.large.files.set('/shop/shop.tar', bundle);
      const refused = { code: 'BUNDLE_INVALID', exitCode: 11, message: expect.stringMatching(why) as string };
      await expect(importIntoProject(other, { file: 'shop.tar', projectFiles: false })).rejects.toMatchObject(refused);
      const options = { workspace: 'main', frozen: false, discard: false, strictPorts: false, bundle: 'shop.tar' };
      await expect(up(other, options)).rejects.toMatchObject(refused);
      await expect(showBundle(other, 'shop.tar', true)).rejects.toMatchObject(refused);
      expect(other.fake.engine.images.loaded).toEqual([]);
      expect(other.fake.engine.runtime.calls).toEqual([]);
    },
    20_000,
  );

  it('a layer that unpacks to gigabytes of zeros', async () => {
    const shop = await openVersions();
    await exportBundle(shop, { output: 'shop.tar', data: false });
    const { files } = shop.fake.files.large;
    const bundle = await withLayer(() => zeros(2048))(files.get('/shop/shop.tar') ?? Buffer.alloc(0));
    files.set('/shop/shop.tar', bundle);
    expect(bundle.length).toBeLessThan(3_000_000);
    await expect(showBundle(shop, 'shop.tar', true)).rejects.toMatchObject({
      message: expect.stringMatching(/unpacks to over 100 times its size/) as string,
    });
  }, 60_000);

  it('one whose image of a service is not the one that the lock names', async () => {
    const shop = await openVersions('services: {db: {image: "registry.test:5000/db:1"}}\n');
    await shop.fake.engine.images.tag('v1', 'registry.test:5000/db:1');
    await exportBundle(shop, { output: 'shop.tar', data: false });
    const pin = digestOf('{}');
    const forge = (one: Documents): Documents => {
      const told = one['annotations'] as Documents;
      return 'dev.teamvm.service' in told ? { ...one, annotations: { ...told, 'dev.teamvm.pin': pin } } : one;
    };
    const forged = changed({
      index: (index) => ({ ...index, manifests: (index['manifests'] as Documents[]).map(forge) }),
    });
    const bundle = await forged(shop.fake.files.large.files.get('/shop/shop.tar') ?? Buffer.alloc(0));
    for (const bytes of [bundle, await add(blob(text('{}')))(bundle)]) {
      shop.fake.files.large.files.set('/shop/forged.tar', bytes);
      await expect(showBundle(shop, 'forged.tar', false)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    }
  });

  it('one with more than 32 MB of documents', async () => {
    const shop = await openVersions();
    await exportBundle(shop, { output: 'shop.tar', data: false });
    const { files } = shop.fake.files.large;
    const bundle = await manyImages(10, (at) => at)(files.get('/shop/shop.tar') ?? Buffer.alloc(0));
    files.set('/shop/shop.tar', bundle);
    await expect(showBundle(shop, 'shop.tar', false)).rejects.toMatchObject({
      message: expect.stringMatching(/documents are larger than 32 MB/) as string,
    });
  });
});

/** Each image has a config of 3.8 MB. `which`: images with the same number have the same one. */
const manyImages = (count: number, which: (at: number) => number): ((bundle: Buffer) => Promise<Buffer>) =>
  ofFiles((files) => {
    const made = new Map<string, File>();
    const of = (digest: string): Documents =>
      JSON.parse(files.find(({ path }) => path.endsWith(digest.slice(7)))?.bytes.toString() ?? '{}') as Documents;
    const put = (value: unknown): Documents => {
      const file = blob(text(value));
      made.set(file.path, file);
      return { digest: digestOf(file.bytes), size: file.bytes.length };
    };
    const index = JSON.parse(files.find(({ path }) => path === 'index.json')?.bytes.toString() ?? '{}') as Documents;
    const [first] = index['manifests'] as [Descriptor];
    const manifest = of(first.digest);
    const config = of((manifest['config'] as Descriptor).digest);
    const gone = [first.digest, (manifest['config'] as Descriptor).digest].map((digest) => digest.slice(7));
    const configs = new Map<number, Documents>();
    const manifests = Array.from({ length: count }, (_, at) => {
      const number = which(at);
      const own =
        configs.get(number) ??
        put({
          ...config,
          number,
          config: { ...(config['config'] as object), Env: Array.from({ length: 1_270_000 }, () => '') },
        });
      configs.set(number, own);
      return { ...first, ...put({ ...manifest, number: at, config: { ...(manifest['config'] as object), ...own } }) };
    });
    return [
      ...files.filter(
        ({ path }) => !['index.json', 'manifest.json'].includes(path) && !gone.some((hex) => path.endsWith(hex)),
      ),
      ...made.values(),
      { path: 'index.json', bytes: text({ ...index, manifests }) },
    ];
  });

it('reads a document once, however many images of a bundle name it', async () => {
  const shop = await openVersions();
  await exportBundle(shop, { output: 'shop.tar', data: false });
  const { files } = shop.fake.files.large;
  files.set('/shop/shop.tar', await manyImages(1000, () => 0)(files.get('/shop/shop.tar') ?? Buffer.alloc(0)));
  const before = process.memoryUsage().heapUsed;
  expect((await showBundle(shop, 'shop.tar', false)).versions).toHaveLength(1000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 ** 2);
}, 10_000);

describe('of a version from a bundle', () => {
  it('the engine gets only what the lock names by content, and no other labels of devenv', async () => {
    const shop = await openVersions();
    await exportBundle(shop, { output: 'shop.tar', data: false });
    const hostile = changed({
      config: (config) => ({
        ...config,
        config: {
          ...(config['config'] as object),
          Labels: { 'dev.teamvm.captured': '2999', 'dev.teamvm.origin': 'c1', 'dev.teamvm.version': '2' },
        },
      }),
    });
    const other = makeContext({ 'devenv.yaml': yaml, 'devenv-lock.yaml': shop.lockText });
    other.fake.files.large.files.set(
      '/shop/shop.tar',
      await hostile(shop.fake.files.large.files.get('/shop/shop.tar') ?? Buffer.alloc(0)),
    );
    expect(await importIntoProject(other, { file: 'shop.tar', projectFiles: false })).toMatchObject({ versions: [2] });
    const image = other.fake.engine.images.find(other.fake.engine.images.loaded[0] ?? '');
    expect(image?.config.labels).toEqual({
      ...{ 'dev.teamvm.version': '2', 'dev.teamvm.role': 'image', 'dev.teamvm.project': 'shop' },
    });
  });

  it('a config keeps no check, trigger or volume, nor a second key that Go would take for the first', () => {
    const { rootfs, history } = { rootfs: { type: 'layers', diff_ids: [] }, history: [{ created_by: 'x' }] };
    const bytes = text(
      '{"os":"linux","architecture":"amd64","Config":{"User":"evil"},"config":{"User":"dev","Env":["A=1"],"env":["A=2"],' +
        '"Healthcheck":{"Test":["CMD","x"]},"OnBuild":["RUN x"],"Volumes":{"/home":{}},"Labels":{"a":"b","__proto__":"c"}},' +
        `"rootfs":${JSON.stringify(rootfs)},"history":${JSON.stringify(history)}}`,
    );
    const kept = JSON.parse(plainConfig(bytes, 'shop').toString()) as Documents;
    const labels = Object.entries((kept['config'] as Documents)['Labels'] as object);
    expect(labels).toEqual([
      ['a', 'b'],
      ['__proto__', 'c'],
      ['dev.teamvm.role', 'image'],
      ['dev.teamvm.project', 'shop'],
    ]);
    expect({ ...kept, config: { ...(kept['config'] as object), Labels: {} } }).toEqual({
      ...{ os: 'linux', architecture: 'amd64', rootfs, history },
      config: { User: 'dev', Env: ['A=1'], Labels: {} },
    });
  });
});
