import { sep } from 'node:path';
import { DevenvError } from '../errors/devenv-error.ts';
import { listHostNames } from '../environment/env-references.ts';
import { listProxyUsers, listTrustNeeds, type CommandContent } from '../environment/list-trust-needs.ts';
import type { Environment } from '../model/environment.ts';
import { listProxySecrets } from '../model/network/proxies.ts';
import { isLent, keyOfNeed, type TrustNeed } from '../model/trust.ts';
import type { Context } from '../ports/context.ts';
import { findReal } from './make-mount-points.ts';
import { readTrust, writeTrust } from './trust-record.ts';

type Ports = Pick<
  Context,
  'files' | 'machine' | 'prompt' | 'progress' | 'clock' | 'variables' | 'commandFiles' | 'network'
>;

interface Subject {
  /** Absolute, where devenv.yaml lies. */
  readonly folder: string;
  readonly environment: Environment;
}

export interface Trust {
  readonly folder: string;
  /** All requests that need the person's agreement. */
  readonly needs: readonly TrustNeed[];
  /** Needs without agreement. */
  readonly missing: readonly TrustNeed[];
  /** True if nothing is missing. */
  readonly trusted: boolean;
  /** Agreed to earlier, but no longer needed. */
  readonly before?: readonly TrustNeed[];
  /** Logins that the person does not want to lend here. */
  readonly declined?: readonly TrustNeed[];
}

/** Observes what a project needs beyond its containers, and the person's agreement. `logins`: those that a session would lend. */
export async function observeTrust(ports: Ports, subject: Subject, logins: readonly TrustNeed[] = []): Promise<Trust> {
  const { folder, environment } = subject;
  const { variables } = ports;
  const wanted = [
    ...listHostNames(environment.env),
    ...(environment.compose?.variables ?? []),
    ...environment.secrets.map(({ name }) => name),
  ];
  const names = wanted.filter((name) => (variables[name] ?? '') !== '');
  const facts = {
    links: await findLinks(ports, subject),
    variables: new Set(names),
    files: await takeFiles(ports, subject),
    proxyLogin: listProxyUsers(environment).length > 0 && listProxySecrets((await ports.network()).proxies).length > 0,
  };
  const needs = [...listTrustNeeds(environment, facts), ...logins];
  if (needs.length === 0) return { folder, needs, missing: [], trusted: true };
  const record = await readTrust(ports, folder);
  const agreed = new Set(record?.needs.map(keyOfNeed));
  const asked = new Set(needs.map(keyOfNeed));
  const missing = needs.filter((need) => !agreed.has(keyOfNeed(need)));
  const before = record?.needs.filter((need) => !asked.has(keyOfNeed(need)));
  const trusted = missing.length === 0;
  const declined = record?.declined;
  return { folder, needs, missing, trusted, ...(before && { before }), ...(declined && { declined }) };
}

/**
 * Requires the person's agreement to exactly what devenv.yaml asks for. Shows it
 * and asks at the terminal; throws NOT_TRUSTED with `data.missing`. `--yes`
 * does not agree. Call it before anything of the environment is used. Returns
 * the needs: a command runs only with the files that were agreed to.
 */
export async function requireTrust(ports: Ports, subject: Subject): Promise<readonly TrustNeed[]> {
  const trust = await observeTrust(ports, subject);
  if (trust.trusted) return trust.needs;
  const lines = describeTrust(trust);
  if (ports.prompt.interactive) {
    for (const line of lines) ports.progress.note(line);
    if (await ports.prompt.confirm('Do you agree to exactly that?', false)) {
      await writeTrust(ports, subject.folder, trust);
      return trust.needs;
    }
  }
  throw refuseTrust(lines, trust);
}

export function refuseTrust(lines: readonly string[], { needs, missing, before }: Omit<Trust, 'folder' | 'trusted'>) {
  return new DevenvError('NOT_TRUSTED', lines.join('\n'), {
    state: 'Nothing was run, mounted, lent or changed.',
    data: { needs, missing, ...(before !== undefined && { before }) },
  });
}

/** Describes each need in a line, and marks those that are new since the last agreement. */
export function describeTrust({ needs, missing, before }: Omit<Trust, 'folder' | 'trusted'>): string[] {
  const isNew = new Set(missing.map(keyOfNeed));
  const changed = missing.length < needs.length || before?.some((need) => !isLent(need)) === true;
  const heading = changed
    ? 'This project asks for more of your machine than you agreed to (+ is new):'
    : 'This project asks for access to your machine:';
  return [
    heading,
    ...needs.map((need) => {
      const mark = changed && isNew.has(keyOfNeed(need)) ? '+ ' : '  ';
      const known = before?.find(({ kind, content }) => kind === need.kind && content === need.content);
      return `${mark}${printNeed(need)}${known === undefined ? '' : ' (changed since you agreed)'}`;
    }),
  ];
}

const verbs: Readonly<Record<TrustNeed['kind'], (content: string) => string>> = {
  mount: (content) => `mounts ${content}`,
  command: (content) => `runs on this machine, for ${content}`,
  privilege: (content) => `gets ${content}`,
  variable: (content) => `takes ${content} from your environment`,
  repository: (content) => `mounts ${content}`,
  proxy: (content) => `gets ${content}`,
  login: (content) => `uses your git login for ${content}`,
};

export const printNeed = ({ kind, where, content, files = [] }: TrustNeed): string =>
  `${where}: ${verbs[kind](content.replace(/\s+/g, ' '))}${files.length === 0 ? '' : `, with ${files.join(', ')} as now`}`;

async function takeFiles(
  { commandFiles }: Ports,
  { folder, environment }: Subject,
): Promise<ReadonlyMap<string, CommandContent>> {
  const found = new Map<string, CommandContent>();
  for (const { name, command } of environment.secrets) {
    if (command !== undefined) found.set(name, await commandFiles.take(folder, command));
  }
  return found;
}

/** Finds mounted folders of the project that are links out of it. */
async function findLinks({ files }: Ports, { folder, environment }: Subject): Promise<ReadonlyMap<string, string>> {
  const volumes = [...environment.volumes, ...environment.services.flatMap((service) => service.volumes)];
  const folders = volumes.filter(({ kind }) => kind === 'folder').map(({ source }) => source);
  const links = new Map<string, string>();
  if (folders.length === 0) return links;
  const root = (await files.realPath(folder)) ?? folder;
  for (const source of folders) {
    const { real } = await findReal(files, `${folder}/${source}`);
    if (!`${real}${sep}`.startsWith(`${root}${sep}`)) links.set(source, real);
  }
  return links;
}
