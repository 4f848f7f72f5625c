import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { escapeEnvValue } from '../../src/environment/env-references.ts';
import { parseConfig } from '../../src/environment/parse.ts';
import type { Environment } from '../../src/model/environment.ts';
import { writeDevcontainer } from '../../src/share/formats/write-devcontainer.ts';
import { importFile } from '../../src/share/import.ts';
import { makeContext } from '../fakes/make-context.ts';
import { image, makeSource } from './formats/make-source.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const plain = fc
  .array(fc.constantFrom('a', ' ', '$', '{', '}', '${', '$$', '${HOME}', '${localEnv:X}', ':', '#', '"', "'", '-'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
const value = fc.oneof(
  plain.map(escapeEnvValue),
  fc.constantFrom('${PATH}:/opt/x/bin', '${host:USER:-dev}', '$$${HOME}/x'),
);
const command = fc.oneof(
  plain.map((text) => `echo ${text}x`),
  fc.array(plain, { minLength: 1, maxLength: 3 }).map((words) => ['echo', ...words]),
);
const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 3 });
/** Keys of a workspace that devcontainer.json has words for. */
const written = fc.record({
  env: optional(fc.dictionary(fc.stringMatching(/^E[A-Z]{0,4}$/), value, { maxKeys: 3 })),
  user: optional(fc.constantFrom('root', 'dev', 'node')),
  folder: optional(word.map((name) => `/workspaces/${name}`)),
  ports: optional(fc.uniqueArray(fc.constantFrom(3000, '8080:80', '127.0.0.2:9000:90', 5432), { maxLength: 3 })),
  volumes: optional(
    fc.uniqueArray(fc.constantFrom('cache:/var/cache/x', './data:/data:ro', '~/.aws:/home/dev/.aws:ro', '/srv/x:/x'), {
      maxLength: 4,
    }),
  ),
  hooks: optional(
    // Not `update`, which Dev Containers also run in a new container: the export says so.
    fc.record({ create: command, start: command, attach: command }, { requiredKeys: [] }),
  ),
  init: optional(fc.boolean()),
  hostname: optional(word),
  security_opt: optional(fc.constant(['seccomp=unconfined'])),
  limits: optional(
    fc.record(
      {
        cpus: fc.constantFrom(1, 2.5),
        memory: fc.constantFrom('1g', '512m'),
        shm: fc.constant('64m'),
        ulimits: fc.constant({ nofile: 1024 }),
        cap_add: fc.constant(['SYS_PTRACE']),
        extra_hosts: fc.constant({ 'a.test': '192.0.2.1' }),
        privileged: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  ),
});

/** What a workspace is, apart from the image that it is made of. */
const meaningOf = ({
  env,
  user,
  folder,
  ports,
  volumes,
  hooks,
  init,
  hostname,
  securityOptions,
  limits,
}: Environment) => ({
  ...{ env, user, folder, hooks, init, hostname, securityOptions, limits },
  ...{
    ports: new Set(ports.map((port) => JSON.stringify(port))),
    volumes: new Set(volumes.map((one) => JSON.stringify(one))),
  },
});

it('a devcontainer.json that devenv wrote means the same when it is imported', async () => {
  await fc.assert(
    fc.asyncProperty(written, async (keys) => {
      const source = makeSource(Object.values(keys).some((one) => one !== undefined) ? stringify(keys) : '');
      const { files, notes } = writeDevcontainer(source);
      expect(notes).toEqual([]);
      const context = makeContext({ '.devcontainer.json': files[0]?.text ?? '' });
      const { yaml, fields } = await importFile(context, { file: '.devcontainer.json', check: true });
      expect(fields.filter(({ verdict }) => verdict === 'unmapped')).toEqual([]);
      const read = parseConfig(yaml, 'devenv.yaml');
      expect(read.base).toMatchObject({ kind: 'image', image });
      expect(meaningOf(read)).toEqual(meaningOf(source.environment));
    }),
    { numRuns: 150 },
  );
});
