import { expect, it } from 'vitest';
import { listComponents } from '../../../src/observe/images/list-components.ts';
import type { Ask } from '../../../src/observe/images/ask-image.ts';

const digest = 'd'.repeat(64);
const facts = {
  items: {
    'apt:jq': '*',
    'download:tool':
      'amd64=https://downloads.example.com/tool-amd64 arm64=https://downloads.example.com/tool-arm64 to /x mode 0755',
    'download:other': 'https://downloads.example.com/other to /y mode 0755',
    'feature:ghcr.io/acme/go': JSON.stringify({
      digest: `sha256:${digest}`,
      options: {},
      metadata: { id: 'go', version: '1.2.3' },
    }),
    'feature:./local': 'damaged',
  },
  resolved: {
    download: {
      'tool.url.amd64': 'https://downloads.example.com/tool-amd64',
      'tool.sha256.amd64': 'a'.repeat(64),
      'tool.url.arm64': 'https://downloads.example.com/tool-arm64',
      'tool.sha256.arm64': 'b'.repeat(64),
    },
  },
  architecture: 'amd64',
};

/** An image with these files; programs other than `find` and `sh` are not there. */
function imageWith(files: Readonly<Record<string, string>>, dpkg = ''): Ask {
  return async ({ argv, stdin }) => {
    const answer = (text: string) => ({ exitCode: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0) });
    if (argv[0] === 'find' && argv[1] === '/') return answer(Object.keys(files).join('\0'));
    if (argv[0] === 'dpkg-query') return answer(dpkg);
    if (argv[0] === 'sh' && stdin !== undefined) {
      const asked = stdin.toString().split('\0').slice(0, -1);
      return answer(asked.map((path) => `${path}\0${files[path] ?? ''}\0`).join(''));
    }
    return { exitCode: 127, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  };
}

it('lists what package managers know, what files tell, and what devenv.yaml installs, each once', async () => {
  const tool = JSON.stringify({ name: '@acme/tool', version: '1.0.0' });
  const ask = imageWith(
    {
      '/usr/local/lib/node_modules/@acme/tool/package.json': tool,
      '/opt/copy/node_modules/@acme/tool/package.json': tool,
      '/usr/local/lib/node_modules/@acme/tool/node_modules/deep/package.json': '{"name": "deep", "version": "2.0.0"}',
      '/usr/local/lib/node_modules/@acme/tool/test/package.json': '{"name": "inner", "version": "9.9.9"}',
      '/usr/local/lib/node_modules/broken/package.json': '{"name": ',
      '/usr/share/nodejs/debians/node_modules/own/package.json': '{"name": "own", "version": "1.0.0"}',
      '/opt/docs/lib/python3.11/site-packages/Flask_Login-3.0.0.dist-info': '',
      '/usr/lib/python3/dist-packages/six-1.16.0.dist-info': '',
      '/var/lib/gems/3.1.0/specifications/rake-13.0.6.gemspec': '',
      '/usr/lib/ruby/gems/3.1.0/specifications/power_assert-2.0.1.gemspec': '',
      '/usr/share/rubygems-integration/all/specifications/minitest-5.15.0.gemspec': '',
    },
    'ii \tdpkg\tamd64\t1.21\nii \tjq\tamd64\t1.6\nrc \told\tamd64\t1\nii \tlibc6\ti386\t2.36\n',
  );
  const found = await listComponents(ask, facts);
  expect(found.map(({ type, name, version }) => [type, name, version ?? ''].join(' '))).toEqual([
    'deb dpkg 1.21',
    'deb jq 1.6',
    'deb libc6 2.36',
    'gem rake 13.0.6',
    'generic ./local ',
    'generic ghcr.io/acme/go 1.2.3',
    'generic other ',
    'generic tool ',
    'npm @acme/tool 1.0.0',
    'npm deep 2.0.0',
    'pypi flask-login 3.0.0',
  ]);
  expect(found.find(({ name }) => name === 'libc6')?.architecture).toBe('i386');
  expect(found.find(({ name }) => name === 'ghcr.io/acme/go')?.sha256).toBe(digest);
  expect(found.find(({ name }) => name === 'tool')).toEqual({
    ...{ type: 'generic', name: 'tool', source: 'https://downloads.example.com/tool-amd64', sha256: 'a'.repeat(64) },
  });
  expect(found.find(({ name }) => name === 'other')?.source).toBe('https://downloads.example.com/other');
});

it('names the address of a download for the architecture of the image if the lock has no pin', async () => {
  const [tool] = (await listComponents(imageWith({}), { ...facts, resolved: {}, architecture: 'arm64' })).filter(
    ({ name }) => name === 'tool',
  );
  expect(tool).toEqual({ type: 'generic', name: 'tool', source: 'https://downloads.example.com/tool-arm64' });
});

it('leaves nothing out of many large files', async () => {
  const paths = Array.from({ length: 1_200 }, (_, at) => `/node_modules/p${String(at)}/package.json`);
  const all = imageWith(
    Object.fromEntries(paths.map((path, at) => [path, `{"name": "p${String(at)}", "version": "1.0.0"}`])),
  );
  // The output of a program ends at 256 MB, of a file at 256 kB.
  const ask: Ask = async (question) => {
    const asked = question.stdin?.toString().split('\0').length ?? 0;
    return asked > 1_000 ? { exitCode: 141, stdout: Buffer.alloc(0) } : all(question);
  };
  expect(await listComponents(ask, { items: {}, resolved: {}, architecture: 'amd64' })).toHaveLength(1_200);
});
