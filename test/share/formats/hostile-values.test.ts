import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { interpolate } from '../../../src/environment/compose/interpolate.ts';
import { escapeEnvValue } from '../../../src/environment/env-references.ts';
import type { Environment } from '../../../src/model/environment.ts';
import type { Exported, ExportSource } from '../../../src/share/formats/exported.ts';
import { printYaml } from '../../../src/share/formats/print-yaml.ts';
import { writeCompose } from '../../../src/share/formats/write-compose.ts';
import { writeDevcontainer } from '../../../src/share/formats/write-devcontainer.ts';
import { writeGithub } from '../../../src/share/formats/write-github.ts';
import { writeGitlab } from '../../../src/share/formats/write-gitlab.ts';
import { writeKubernetes } from '../../../src/share/formats/write-kubernetes.ts';
import { makeSource } from './make-source.ts';

/** Words that mean something in one of the formats. */
const words = [
  ...[
    '${',
    '}',
    '$',
    '$$',
    '$(HOME)',
    '${{',
    '}}',
    '${{ secrets.X }}',
    '${localEnv:HOME}',
    '${env:HOME}',
    '${HOME:-x}',
  ],
  ...["'", '"', '\\', '`', '\n', '\r', '\t', ': ', ' #', '- ', '&a', '*a', '!!int', '|', '>', '%', '@', '{', '[', ','],
  ...[
    'yes',
    'NO',
    'on',
    'null',
    '~',
    '0o7',
    '0777',
    '1_0',
    '1:30',
    '2020-01-01',
    '.inf',
    '=',
    '<<',
    '---',
    '...',
    '? ',
  ],
  ...['\u0085', '\u2028', '\u2029', '\u202e', '\ufeff', '\u0007', '\u007f', '😀', ' ', 'a', 'HOME', '::', '</script>'],
];
const hostile = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((all) => all.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')) },
);

/** One text as variable, hook, task and command of a service. */
const spread =
  (text: string) =>
  (environment: Environment): Environment => {
    const [service] = environment.services;
    if (service === undefined) throw new Error('the environment has no service');
    return {
      ...environment,
      env: { A: escapeEnvValue(text) },
      hooks: { create: [{ create: text }] },
      tasks: [{ name: 'ci', run: text, depends: [], env: { A: text } }],
      services: [{ ...service, env: { A: text }, command: [text] }],
    };
  };

const yaml = 'services: {db: {image: db}}\n';

/** Writes a text in a format; the value that its reader finds. */
function check(
  write: (source: ExportSource) => Exported,
  read: (text: string) => readonly unknown[],
  service = true,
): void {
  fc.assert(
    fc.property(hostile, (text) => {
      const source = makeSource(yaml, {}, (environment) => {
        const all = spread(text)(environment);
        return service ? all : { ...all, services: [] };
      });
      for (const found of read(write(source).files[0].text)) expect(found).toEqual(text);
    }),
    { numRuns: 60 },
  );
}

/** What the tools do with texts, as their documentation says it. */
const compose = (text: string): string => interpolate(text, () => 'LEAKED');
const kubernetes = (text: string): string =>
  text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (one, name: string) => (one === '$$' ? '$' : name === 'A' ? 'LEAKED' : one));
const gitlab = (text: string): string =>
  text.replaceAll(/\$\$|\$\w+|\$\{\w+\}/g, (one) => (one === '$$' ? '$' : 'LEAKED'));
const github = (text: string): string =>
  text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, inner: string) => /^ '((?:[^']|'')*)' $/.exec(inner)?.[1] ?? 'LEAKED');
const devcontainer = (text: string): string =>
  text.replaceAll(/\$\{(.*?)\}/g, (whole, inner: string) => {
    const [variable = '', name, fallback] = inner.split(':');
    if (['localWorkspaceFolder', 'containerWorkspaceFolder', 'devcontainerId'].some((one) => variable.startsWith(one)))
      return 'LEAKED';
    if (!['env', 'localEnv', 'containerEnv'].includes(variable)) return whole;
    return name === 'DEVENV_NO_SUCH_VARIABLE' ? (fallback ?? '') : 'LEAKED';
  });

/** Reads with the rules of YAML 1.1 and 1.2, which must agree. */
function readYaml(text: string): ReturnType<typeof JSON.parse> {
  const [one, other] = (['1.1', '1.2'] as const).map((version) => JSON.stringify(parse(text, { version })));
  expect(one).toBe(other);
  return JSON.parse(one ?? '');
}

describe('values of devenv.yaml', () => {
  it('are texts for every reader of YAML', () => {
    fc.assert(
      fc.property(hostile, hostile, (key, value) => {
        // Lone halves of a surrogate pair are no characters.
        fc.pre(!/\p{Cs}/u.test(key + value));
        fc.pre(key !== '__proto__');
        expect(readYaml(printYaml({ [key]: [value] }, [value]))).toEqual({ [key]: [value] });
      }),
      { numRuns: 200 },
    );
  });

  it('stay as they are in a compose file', () => {
    check(writeCompose, (text) => {
      const { workspace, db } = readYaml(text).services;
      return [workspace.environment.A, db.environment.A, db.command[0]].map(compose);
    });
  });

  it('stay as they are in a Kubernetes pod', () => {
    check(writeKubernetes, (text) => {
      const pod = parseAllDocuments(text).at(-1)?.toJS();
      const [workspace, db] = pod.spec.containers;
      return [workspace.env[0].value, db.env[0].value, db.args[0]].map(kubernetes);
    });
  });

  it('stay as they are in a job of GitLab', () => {
    check(writeGitlab, (text) => {
      const { variables, services } = readYaml(text).devenv;
      return [variables.A, services[0].variables.A, services[0].command[0]].map(gitlab);
    });
  });

  it('stay as they are in a workflow of GitHub', () => {
    check(writeGithub, (text) => {
      const { container, steps } = readYaml(text).jobs.devenv;
      return [container.env.A, steps[1].run, steps[2].run, steps[2].env.A].map(github);
    });
  });

  it('stay as they are in devcontainer.json', () => {
    const read = (text: string) => {
      const { containerEnv, onCreateCommand } = JSON.parse(text);
      return [containerEnv.A, onCreateCommand].map(devcontainer);
    };
    check(writeDevcontainer, read, false);
  });
});
