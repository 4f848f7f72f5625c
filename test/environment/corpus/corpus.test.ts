import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/environment/dockerfile/parse-dockerfile.ts';
import { parseConfig } from '../../../src/environment/parse.ts';
import { readProjectAt, refusal } from '../compose/read-compose.ts';
import { composeRows } from './compose-rows.ts';
import { devcontainerRows, express, listReasons, listUnknown } from './devcontainer-rows.ts';
import { dockerfileRows } from './dockerfile-rows.ts';
import { describeRun } from './run-rows.ts';

/** A row of the table in docs/: what a public file uses, and why devenv cannot say it; empty if it can. */
interface Verdict {
  readonly name: string;
  readonly uses: string;
  readonly reason: string;
  /** How it is brought up on an engine by real-projects.story.test.ts; empty if it is not. */
  readonly run: string;
}

describe.each(devcontainerRows)('the devcontainer.json of $name', (row) => {
  it('is read, but for what has no word', () => {
    expect(listUnknown(row)).toEqual([]);
    const { name, features } = parseConfig(stringify(express(row)), 'devenv.yaml');
    expect([name, features.requests.length]).toEqual(['shop', row.features?.length ?? 0]);
  });
});

describe.each(composeRows)('the compose file of $name', ({ given, refused }) => {
  it(refused === undefined ? 'is taken' : 'is refused with its line', async () => {
    const found = await refusal(given);
    if (refused !== undefined) return expect(found).toMatch(refused);
    expect(found).toBe('accepted');
    expect((await readProjectAt(given)).compose).toBeDefined();
  });
});

describe.each(dockerfileRows)('the Dockerfile of $name', ({ text, args = {}, takes }) => {
  it('can be the base, and it is known what of the project it takes', () => {
    const base = { kind: 'dockerfile', dockerfile: 'Dockerfile', context: '.', secrets: [] } as const;
    const { complete, sources } = parseDockerfile(text, { ...base, args });
    expect(sources.map(({ path }) => path)).toEqual(takes);
    expect(complete).toBe(true);
    const yaml = { version: 1, name: 'shop', base: { dockerfile: 'Dockerfile', args } };
    expect(parseConfig(stringify(yaml), 'devenv.yaml').base).toMatchObject({ kind: 'dockerfile' });
  });
});

describe('docs/reference/real-projects.md', () => {
  it('says of each file whether devenv can express it', async () => {
    const style = JSON.parse(readFileSync(new URL('../../../.prettierrc.json', import.meta.url), 'utf8')) as object;
    const page = await format(renderPage(await judgeAll()), { ...style, parser: 'markdown' });
    await expect(page).toMatchFileSnapshot('../../../docs/reference/real-projects.md');
  });
});

async function judgeAll(): Promise<Readonly<Record<string, readonly Verdict[]>>> {
  const ofCompose = composeRows.map(async (row): Promise<Verdict> => {
    const { name, uses } = row;
    const found = await refusal(row.given);
    const reason = found === 'accepted' ? '' : found.replace(/^.*?: .*?: /, '');
    return { name, uses, reason, run: describeRun.compose(row) };
  });
  return {
    'devcontainer.json': devcontainerRows.map((row) => ({
      name: row.name,
      uses: [...row.uses.map((use) => use.replace('!', '')), ...(row.features ?? [])].join(', '),
      reason: listReasons(row).join('; '),
      run: describeRun.devcontainer(row),
    })),
    'Compose files': await Promise.all(ofCompose),
    Dockerfiles: dockerfileRows.map(({ name, text }) => ({
      name,
      uses: [...new Set(text.match(/^[A-Z]+(?= )/gm))].join(', '),
      reason: '',
      run: describeRun.dockerfile(),
    })),
  };
}

function renderPage(tables: Readonly<Record<string, readonly Verdict[]>>): string {
  const sections = Object.entries(tables).map(([title, rows]) => {
    const good = rows.filter(({ reason }) => reason === '').length;
    const lines = rows.map(({ name, uses, reason, run }) => {
      const verdict = reason === '' ? 'yes' : `no: ${reason}`;
      return `| ${[name, uses, verdict, run].map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
    });
    return `## ${title}: ${String(good)} of ${String(rows.length)}\n\n| project | uses | can be expressed | run |\n|---|---|---|---|\n${lines.join('\n')}\n`;
  });
  return `# What real projects declare

Public files of well-known projects were read one by one. For each there is a file of devenv's own tests that uses the same features with other names and values, and this page says whether devenv can express it. \`test/environment/corpus/\` holds the files and writes this page.

The last column says which of them the tests bring up on an engine, with \`npm run test:wide\`: with one image in the place of all that their registries have, and programs that do nothing. Features lie in the project there.

${sections.join('\n')}`;
}
