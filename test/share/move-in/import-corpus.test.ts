import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readEnvironment } from '../../../src/environment/read-environment.ts';
import { parseConfig } from '../../../src/environment/parse.ts';
import { importFile, type ImportResult } from '../../../src/share/import.ts';
import { composeRows } from '../../environment/corpus/compose-rows.ts';
import { devcontainerRows, express, type DevcontainerRow } from '../../environment/corpus/devcontainer-rows.ts';
import { dockerfileRows } from '../../environment/corpus/dockerfile-rows.ts';
import { makeContext } from '../../fakes/make-context.ts';

type Json = Readonly<Record<string, unknown>>;

const safe = 'git config --global --add safe.directory ${containerWorkspaceFolder}';

/** The fields of a devcontainer.json that use what a row names, with other names and values than the project has. */
const fragments: Readonly<Record<string, Json>> = {
  image: { image: 'debian:bookworm' },
  '(no-image)': {},
  'build.dockerfile': { build: { dockerfile: 'Dockerfile' } },
  'dockerFile!': { dockerFile: 'Dockerfile' },
  'build.context': { build: { context: '..' } },
  'context!': { context: '..' },
  'build.target': { build: { target: 'dev' } },
  'build.args': { build: { args: { VARIANT: 'bookworm' } } },
  'build.cacheFrom': { build: { cacheFrom: 'registry.example.com/shop:cache' } },
  dockerComposeFile: { dockerComposeFile: '../compose.yaml' },
  service: { service: 'app' },
  containerEnv: { containerEnv: { LANG: 'C.UTF-8' } },
  remoteEnv: { remoteEnv: { EDITOR: 'vi' } },
  'remoteEnv:localEnv': { remoteEnv: { TIER: '${localEnv:TIER:dev}' } },
  'remoteEnv:containerEnv-PATH': { remoteEnv: { PATH: '${containerEnv:PATH}:/opt/tool/bin' } },
  'runArgs:-e': { runArgs: ['-e', 'CI=true'] },
  'runArgs:--env-file': { runArgs: ['--env-file', '.devcontainer/env'] },
  remoteUser: { remoteUser: 'dev' },
  'runArgs:-u': { runArgs: ['-u', 'dev'] },
  updateRemoteUserUID: { updateRemoteUserUID: true },
  workspaceFolder: { workspaceFolder: '/workspaces/${localWorkspaceFolderBasename}' },
  workspaceMount: {
    workspaceMount: 'source=${localWorkspaceFolder},target=/workspaces/shop,type=bind,consistency=cached',
  },
  'workspaceMount:volume': { workspaceMount: 'source=shop,target=/workspaces/shop,type=volume' },
  forwardPorts: { forwardPorts: [3000] },
  appPort: { appPort: ['8080:80'] },
  'forwardPorts:host:port': { forwardPorts: ['db:5432'] },
  'mounts:volume': { mounts: ['source=cache,target=/var/cache/build,type=volume'] },
  'mounts:bind-home': {
    mounts: [
      {
        type: 'bind',
        source: '${localEnv:HOME}${localEnv:USERPROFILE}/.config/tool',
        target: '/home/dev/.config/tool',
      },
    ],
  },
  'mounts:bind-project': { mounts: ['source=${localWorkspaceFolder}/data,target=/data,type=bind'] },
  'mounts:bind-device': { mounts: ['source=/dev/ttyACM0,target=/dev/ttyACM0,type=bind'] },
  'runArgs:--mount-home': {
    runArgs: ['--mount', 'type=bind,source=${env:HOME}/.config/tool,target=/home/dev/.config/tool'],
  },
  'runArgs:--mount-docker.sock': {
    runArgs: ['--mount=type=bind,source=/var/run/docker.sock,target=/var/run/docker.sock'],
  },
  privileged: { privileged: true },
  'runArgs:--privileged': { runArgs: ['--privileged'] },
  'runArgs:--cap-add': { runArgs: ['--cap-add=SYS_PTRACE'] },
  'runArgs:--ulimit': { runArgs: ['--ulimit', 'nofile=65536'] },
  'runArgs:--add-host': { runArgs: ['--add-host=files.example.com:10.0.0.2'] },
  'runArgs:--security-opt': { runArgs: ['--security-opt', 'seccomp=unconfined'] },
  init: { init: true },
  'runArgs:--init': { runArgs: ['--init'] },
  'runArgs:--net=host': { runArgs: ['--net=host'] },
  'runArgs:--rm': { runArgs: ['--rm'] },
  shutdownAction: { shutdownAction: 'none' },
  overrideCommand: { overrideCommand: true },
  'onCreateCommand:str': { onCreateCommand: 'npm ci' },
  'onCreateCommand:arr': { onCreateCommand: ['make', 'tools'] },
  'updateContentCommand:str': { updateContentCommand: 'npm ci' },
  'updateContentCommand:obj': { updateContentCommand: { server: 'make server', web: ['npm', 'ci'] } },
  'postCreateCommand:str': { postCreateCommand: `${safe} && make setup` },
  'postCreateCommand:obj': { postCreateCommand: { server: 'make server', web: ['npm', 'ci'] } },
  'postStartCommand:str': { postStartCommand: 'make serve' },
  'postAttachCommand:str': { postAttachCommand: 'git status --short' },
  waitFor: { waitFor: 'onCreateCommand' },
  initializeCommand: { initializeCommand: 'touch made-on-the-machine' },
  features: {},
  overrideFeatureInstallOrder: { overrideFeatureInstallOrder: ['ghcr.io/devcontainers/features/common-utils'] },
  customizations: { customizations: { vscode: { extensions: ['a.b'] } } },
  'settings!': { settings: { a: 1 } },
  'extensions!': { extensions: ['a.b'] },
  $schema: { $schema: 'https://example.com/schema.json' },
  portsAttributes: { portsAttributes: { '3000': { label: 'Shop' } } },
  otherPortsAttributes: { otherPortsAttributes: { onAutoForward: 'silent' } },
  hostRequirements: { hostRequirements: { cpus: 4 } },
};

/** As people write it: comments, a trailing comma, a line before the brace, a repeated key. */
function writeFile({ uses, features = [] }: DevcontainerRow): string {
  const named = features.map((name, index) => {
    const bare = name.replace('(legacy)', '');
    const source = name.startsWith('local:')
      ? name.slice('local:'.length)
      : name.startsWith('(legacy)')
        ? bare
        : `ghcr.io/${bare.includes('/') ? bare.replace('/', '/features/') : `devcontainers/features/${bare}`}:1`;
    return [source, index % 2 === 0 ? {} : 'latest'] as const;
  });
  const parts = [
    { name: 'Shop' },
    ...uses.map((use) => fragments[use] ?? {}),
    ...(named.length === 0 ? [] : [{ features: Object.fromEntries(named) }]),
  ];
  const json = parts.reduce<Record<string, unknown>>((all, part) => {
    for (const [key, value] of Object.entries(part)) {
      const before = all[key];
      if (Array.isArray(before) && Array.isArray(value)) all[key] = [...(before as unknown[]), ...(value as unknown[])];
      else if (typeof before === 'object' && typeof value === 'object') all[key] = { ...before, ...value };
      else all[key] = value;
    }
    return all;
  }, {});
  const lines = JSON.stringify(json, undefined, 2).split('\n');
  return [
    'https://example.com/docs',
    '{',
    '  // "image": "no",',
    '  "name": "Old", /* again below */',
    ...lines.slice(1, -1),
    '  ,',
    '}',
  ]
    .join('\n')
    .replace(/,?\n {2},\n/, ',\n');
}

const project = {
  '.devcontainer/Dockerfile': 'ARG VARIANT=a\nFROM debian:12 AS dev\n',
  '.devcontainer/env': 'A=1\n',
  'compose.yaml':
    'services:\n  app: {image: "debian:bookworm", command: sleep infinity, volumes: ["work:/work"]}\n  db: {image: "postgres:16"}\nvolumes: {work: }\n',
  ...Object.fromEntries(
    ['rust', 'headless-browser', 'node-extras'].flatMap((name) => [
      [
        `.devcontainer/${name}/devcontainer-feature.json`,
        JSON.stringify({ id: name, version: '1.0.0', options: { version: { type: 'string', default: '' } } }),
      ],
      [`.devcontainer/${name}/install.sh`, 'true\n'],
    ]),
  ),
};

/** The table of a file in a project. Nothing of it runs: the context has no processes but the fakes. */
async function check(files: Readonly<Record<string, string>>, file: string, service?: string): Promise<ImportResult> {
  const context = makeContext(files, {
    ports: { git: { judgeFile: () => Promise.resolve('no repository') } as never },
  });
  const result = await importFile(context, { file, service, check: true });
  expect(context.fake.files.files.has('/shop/devenv.yaml')).toBe(false);
  await readEnvironment(context.files, '/shop', result.yaml, {});
  return result;
}

const checkDevcontainer = (row: DevcontainerRow): Promise<ImportResult> =>
  check({ ...project, '.devcontainer/devcontainer.json': writeFile(row) }, '.devcontainer/devcontainer.json');

const lost = ({ fields }: ImportResult): readonly string[] =>
  fields.filter(({ verdict }) => verdict === 'unmapped').map(({ name, to }) => `${name}: ${to}`);

describe.each(devcontainerRows)('the devcontainer.json of $name', (row) => {
  it('means the same as what was written by hand', async () => {
    expect(row.uses.filter((use) => fragments[use] === undefined)).toEqual([]);
    const result = await checkDevcontainer(row);
    const byHand = parseConfig(stringify(express(row)), 'devenv.yaml');
    const imported = parseConfig(result.yaml, 'devenv.yaml');
    const { hooks, base, features, folder, ...rest } = byHand;
    expect(imported).toMatchObject(JSON.parse(JSON.stringify(rest)) as object);
    if (!row.uses.includes('dockerComposeFile')) expect(imported).toMatchObject({ folder });
    if (base.kind === 'dockerfile' || row.uses.includes('image')) expect(imported.base.kind).toBe(base.kind);
    const bare = (source: string): string => source.replace('./.devcontainer/', './');
    expect(imported.features.requests.map(({ source }) => bare(source))).toEqual(
      features.requests.map(({ source }) => source),
    );
    expect(Object.keys(imported.hooks)).toEqual(expect.arrayContaining(Object.keys(hooks)));
    expect(result.yaml).not.toContain('safe.directory');
  });
});

/** The service that a row works in. */
const serviceOf = (use: string | undefined): string | undefined => /workspace: (\w+)/.exec(use ?? '')?.[1];

async function checkCompose({ given }: (typeof composeRows)[number]): Promise<ImportResult> {
  const files = typeof given.compose === 'string' ? { 'compose.yaml': given.compose } : given.compose;
  const file = /file: ([\w./-]+)/.exec(given.use ?? '')?.[1] ?? given.use ?? 'compose.yaml';
  const dockerfiles = [
    'Dockerfile',
    'Dockerfile.dev',
    'dev/Dockerfile',
    'server/Dockerfile',
    'docker/Dockerfile',
    'prod.Dockerfile',
  ];
  const built = [
    ...dockerfiles,
    'web/Dockerfile.dev',
    'front/Dockerfile',
    'back/Dockerfile',
    '.devcontainer/Dockerfile',
  ];
  const text = 'FROM debian:12 AS dev\nFROM dev AS api\nFROM dev AS ui\n';
  return check({ ...Object.fromEntries(built.map((path) => [path, text])), ...files }, file, serviceOf(given.use));
}

describe.each(composeRows)('the compose file of $name', (row) => {
  it(row.refused === undefined ? 'is kept by reference' : 'is not used, and the table says why', async () => {
    const result = await checkCompose(row);
    if (row.refused === undefined) expect(lost(result)).toEqual([]);
    else expect(lost(result).join('\n')).toMatch(row.refused);
  });
});

describe.each(dockerfileRows)('the Dockerfile of $name', ({ text }) => {
  it('is the base, by reference', async () => {
    const result = await check({ 'dev/Dockerfile': text.replace(/^COPY .*\n/gm, '') }, 'dev/Dockerfile');
    expect(lost(result)).toEqual([]);
    expect(parseConfig(result.yaml, 'f').base).toMatchObject({ kind: 'dockerfile', dockerfile: 'dev/Dockerfile' });
  });
});

describe('docs/reference/import-coverage.md', () => {
  it('says of each file which fields are not mapped, and most have none', async () => {
    const devcontainers = await Promise.all(
      devcontainerRows.map(async (row) => ({ name: row.name, result: await checkDevcontainer(row) })),
    );
    const composes = await Promise.all(
      composeRows.map(async (row) => ({ name: row.name, result: await checkCompose(row) })),
    );
    const whole = (rows: readonly { readonly result: ImportResult }[]): number =>
      rows.filter(({ result }) => lost(result).length === 0).length;
    expect(whole(devcontainers) / devcontainers.length).toBeGreaterThanOrEqual(0.91);
    expect(whole(composes)).toBeGreaterThanOrEqual(22);
    const sections = Object.entries({ 'devcontainer.json': devcontainers, 'Compose files': composes }).map(
      ([title, rows]) => {
        const lines = rows.map(({ name, result }) => {
          const count = (verdict: string): string =>
            String(result.fields.filter((field) => field.verdict === verdict).length);
          const cells = [
            name,
            count('mapped'),
            count('reference'),
            count('unneeded'),
            lost(result).join('; ') || 'none',
          ];
          return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
        });
        return `## ${title}: ${String(whole(rows))} of ${String(rows.length)} completely\n\n| project | mapped | by reference | not needed | not mapped |\n|---|---|---|---|---|\n${lines.join('\n')}\n`;
      },
    );
    const page = `# What \`devenv import\` takes over

For each public file of [What real projects declare](real-projects.md) there is a file of devenv's own tests that uses the same features with other names and values. This page says what \`devenv import\` makes of it, in numbers of fields: keys of \`devenv.yaml\`, parts that devenv reads where they are, and fields that need no key because they are for an editor or hold in any case. \`test/share/move-in/\` writes this page.

${sections.join('\n')}`;
    const style = JSON.parse(readFileSync(new URL('../../../.prettierrc.json', import.meta.url), 'utf8')) as object;
    await expect(await format(page, { ...style, parser: 'markdown' })).toMatchFileSnapshot(
      '../../../docs/reference/import-coverage.md',
    );
  });
});
