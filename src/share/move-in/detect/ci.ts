import { add, set, type Entry, type Value } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { findAptPackages } from '../find-apt-packages.ts';
import { asMap, isMap } from '../../../model/json.ts';
import { asList } from '../../../environment/shapes.ts';
import { readYaml } from '../../../environment/yaml/read-yaml.ts';
import { toValue } from '../../../environment/yaml/to-value.ts';

/** Actions that set up a tool, with the input that says its version. */
const setups: readonly (readonly [action: RegExp, tool: string, input: string])[] = [
  [/^actions\/setup-node@/, 'node', 'node-version'],
  [/^actions\/setup-python@/, 'python', 'python-version'],
  [/^actions\/setup-go@/, 'go', 'go-version'],
  [/^actions\/setup-java@/, 'java', 'java-version'],
  [/^ruby\/setup-ruby@/, 'ruby', 'ruby-version'],
  [/^(?:denoland\/setup-deno)@/, 'deno', 'deno-version'],
  [/^oven-sh\/setup-bun@/, 'bun', 'bun-version'],
];

/** What continuous integration sets up: tools, packages of apt, services of GitHub's workflows. */
export function detectCi(files: ProjectFiles): readonly Entry[] {
  const workflows = files.paths.filter((path) => path.startsWith('.github/workflows/'));
  const gitlab = files.text('.gitlab-ci.yml');
  return [
    ...workflows.flatMap((path) => readWorkflow(path, files.text(path) ?? '')),
    ...findAptPackages(gitlab ?? '').map((name) => add('.gitlab-ci.yml', 'packages.apt', name)),
  ];
}

function readWorkflow(path: string, text: string): readonly Entry[] {
  const yaml = readYaml(text);
  const { jobs } = asMap(yaml.kind === 'read' ? toValue(yaml.root).value : undefined);
  return Object.entries(asMap(jobs)).flatMap(([id, job]) => {
    const from = `${path} (${id})`;
    const { steps, services } = asMap(job);
    return [
      ...asList(steps).flatMap((step) => readStep(from, asMap(step))),
      ...Object.entries(asMap(services)).flatMap(([name, service]) => readService(from, name, asMap(service))),
    ];
  });
}

function readStep(from: string, { run, uses, with: inputs }: Readonly<Record<string, unknown>>): readonly Entry[] {
  if (typeof run === 'string') return findAptPackages(run).map((name) => add(from, 'packages.apt', name));
  if (typeof uses !== 'string') return [];
  if (/^dtolnay\/rust-toolchain@\w[\w.]*$/.test(uses)) return [set(from, 'tools.rust', uses.replace(/^.*@/, ''))];
  return setups.flatMap(([action, tool, input]) => {
    const written = action.test(uses) ? asMap(inputs)[input] : undefined;
    const text = typeof written === 'number' || typeof written === 'string' ? String(written) : '';
    const version = /^v?(\d+(?:\.\d+){0,2})(?:\.x)?$/.exec(text)?.[1];
    return version === undefined ? [] : [set(`${from}: ${uses}`, `tools.${tool}`, version)];
  });
}

function readService(from: string, name: string, service: Readonly<Record<string, unknown>>): readonly Entry[] {
  const { image, env, options } = service;
  if (typeof image !== 'string' || image.includes('${{')) return [];
  const health = /--health-cmd[= ](?:"([^"]+)"|'([^']+)'|(\S+))/.exec(typeof options === 'string' ? options : '');
  const ready = health?.slice(1).find((text) => text !== undefined);
  const variables = Object.entries(isMap(env) ? env : {}).flatMap(([key, value]): [string, Value][] =>
    ['string', 'number', 'boolean'].includes(typeof value) && !String(value).includes('${{')
      ? [[key, String(value)]]
      : [],
  );
  return [
    set(from, `services.${name.replaceAll('.', '-')}`, {
      image,
      ...(variables.length > 0 && { env: Object.fromEntries(variables) }),
      ...(ready !== undefined && { ready }),
    }),
  ];
}
