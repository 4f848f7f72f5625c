import type { ImagePlan } from '../../model/plan.ts';
import type { Version } from '../../model/version.ts';
import { sanitizeLine } from '../sanitize.ts';

interface StatusView {
  readonly name: string;
  readonly current?: Version;
  readonly plan: ImagePlan;
  readonly workspace?: {
    readonly container: string;
    readonly state: string;
    readonly upToDate: boolean;
    readonly unsaved: number;
    readonly drift?: readonly { readonly title: string; readonly count: number; readonly names: readonly string[] }[];
  };
  readonly personal?: {
    readonly packages: Readonly<Record<string, readonly string[]>>;
    readonly env: readonly string[];
    readonly dotfiles?: string;
  };
  readonly services?: readonly { readonly name: string; readonly state: string; readonly ready?: boolean }[];
  readonly ports?: readonly {
    readonly of: string;
    readonly address: string;
    readonly host: number;
    readonly container: number;
    readonly protocol: string;
    readonly wished: number;
    readonly open: boolean;
  }[];
}

/** Declared, recorded and running, a line each, and what to do where they differ. */
export function renderStatus(view: StatusView): string {
  const { name, current, plan, workspace, personal, services = [], ports = [] } = view;
  const changes = describeDrift(workspace?.drift ?? []);
  return [
    name,
    `  version    ${describeVersion(current)}`,
    `  yaml       ${describePlan(plan)}`,
    `  workspace  ${describeWorkspace(workspace)}`,
    ...(personal === undefined ? [] : [`  personal   ${describePersonal(personal)}`]),
    ...services.map((service, index) => `  ${index === 0 ? 'services ' : '         '}  ${describeService(service)}`),
    ...ports.map((port, index) => `  ${index === 0 ? 'ports    ' : '         '}  ${describePort(port)}`),
    ...(changes === '' ? [] : [`  drift      ${changes} (\`devenv drift\`)`]),
  ].join('\n');
}

function describeVersion(version: Version | undefined): string {
  if (version === undefined) return 'none yet; `devenv up` builds the first';
  const pushed = version.digest === undefined ? 'not pushed yet' : 'pushed';
  return sanitizeLine(`${String(version.number)} "${version.message}" by ${version.author}, ${pushed}`);
}

function describePlan(plan: ImagePlan): string {
  if (plan.kind === 'none') return 'has nothing that the version lacks';
  return `asks for ${plan.steps.map(({ title }) => sanitizeLine(title)).join('; ') || 'a new record'} (\`devenv plan\`)`;
}

function describeWorkspace(workspace: StatusView['workspace']): string {
  if (workspace === undefined) return 'none; `devenv up` makes it';
  const parts = [workspace.state];
  if (!workspace.upToDate) parts.push('made from another version (`devenv up` moves it)');
  if (workspace.unsaved > 0) parts.push(`${String(workspace.unsaved)} changes that no version has (\`devenv commit\`)`);
  return parts.join(', ');
}

function describePersonal({ packages, env, dotfiles }: NonNullable<StatusView['personal']>): string {
  const parts = [
    ...Object.values(packages).flat(),
    ...env.map((name) => `$${name}`),
    ...(dotfiles === undefined ? [] : [`dotfiles from ${dotfiles}`]),
  ];
  return sanitizeLine(`${parts.join(', ') || 'nothing'} (yours alone; in no version)`);
}

function describeService({ name, state, ready }: NonNullable<StatusView['services']>[number]): string {
  const words = state === 'absent' ? 'not made yet (`devenv up`)' : ready === true ? 'ready' : state;
  return sanitizeLine(`${name}: ${words}${ready === false ? `, not ready (\`devenv logs ${name}\`)` : ''}`);
}

function describePort(port: NonNullable<StatusView['ports']>[number]): string {
  const place = `${port.address}:${String(port.host)}${port.protocol === 'udp' ? '/udp' : ''}`;
  const notes = [
    ...(port.host === port.wished ? [] : [`${String(port.wished)} was taken`]),
    ...(port.open ? [] : ['closed']),
  ];
  return sanitizeLine(
    `${place} is ${port.of} ${String(port.container)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`,
  );
}

function describeDrift(groups: NonNullable<NonNullable<StatusView['workspace']>['drift']>): string {
  const parts = groups.slice(0, 4).map(({ title, count, names }) => {
    const more = count > names.length ? ` and ${String(count - names.length)} more` : '';
    return `${title}: ${names.join(', ')}${more}`;
  });
  if (groups.length > parts.length) parts.push(`${String(groups.length - parts.length)} more causes`);
  return sanitizeLine(parts.join('; '));
}
