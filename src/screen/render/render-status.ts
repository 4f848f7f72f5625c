import { formatCount, listSome } from '../../model/format-count.ts';
import type { ImagePlan } from '../../model/plan.ts';
import type { Version } from '../../model/version.ts';
import type { UpHook } from '../../model/workspace.ts';
import type { Status } from '../../workspace/status.ts';
import { joinLines } from '../sanitize.ts';

/** The state of a project: declared, recorded and running, and the command to run if they differ. */
export function renderStatus({ name, current, plan, workspace, personal, services, ports, before }: Status): string {
  const lines: readonly (readonly [title: string, values: readonly string[]])[] = [
    ['version', [describeVersion(current)]],
    ['devenv.yaml', [describePlan(plan)]],
    ['workspace', [describeWorkspace(workspace, before)]],
    ['hooks', (workspace?.dueHooks ?? []).map(describeHook)],
    ['personal', personal === undefined ? [] : [describePersonal(personal)]],
    ['services', services.map(describeService)],
    ['ports', ports.map(describePort)],
    ['drift', describeDrift(workspace?.drift ?? [])],
  ];
  const rows = lines.flatMap(([title, values]) =>
    values.map((value, index) => `  ${(index === 0 ? title : '').padEnd(11)}  ${value}`),
  );
  return joinLines([name, ...rows]);
}

function describeVersion(version: Version | undefined): string {
  if (version === undefined) return 'none; `devenv up` builds the first';
  const { number, message, author, digest } = version;
  return `${String(number)} "${message}" by ${author}, ${digest === undefined ? 'not pushed' : 'pushed'}`;
}

function describePlan(plan: ImagePlan): string {
  if (plan.kind === 'none') return 'no pending changes';
  if (plan.steps.length === 0) return 'pending changes that need no build (`devenv plan`)';
  const titles = plan.steps.map(({ title }) => title).join('; ');
  return `${formatCount(plan.steps.length, 'pending change')}: ${titles} (\`devenv plan\`)`;
}

function describeWorkspace(workspace: Status['workspace'], before: Status['before']): string {
  if (before !== undefined) return `still at ${before}, where this project was before; \`devenv up\` takes it over`;
  if (workspace === undefined) return 'none; `devenv up` creates it';
  const { state, upToDate, unsaved } = workspace;
  return [
    state === 'exited' ? 'stopped' : state,
    ...(upToDate ? [] : ['not at the current version (`devenv up` moves it)']),
    ...(unsaved > 0 ? [`${formatCount(unsaved, 'uncommitted change')} (\`devenv commit\`)`] : []),
  ].join(', ');
}

function describeHook(moment: UpHook): string {
  const since = {
    create: 'in this workspace',
    update: 'since the version or a watched file changed',
    start: 'since the workspace started',
  }[moment];
  return `${moment} has not succeeded ${since} (\`devenv up\` runs it)`;
}

function describePersonal({ packages, env, dotfiles }: NonNullable<Status['personal']>): string {
  const parts = [
    ...Object.values(packages).flat(),
    ...env.map((name) => `$${name}`),
    ...(dotfiles === undefined ? [] : [`dotfiles from ${dotfiles}`]),
  ];
  return `${parts.join(', ') || 'nothing'} (only yours; in no version)`;
}

function describeService({ name, state, ready, profiles = [] }: Status['services'][number]): string {
  if (state === 'absent' && profiles.length > 0)
    return `${name}: not started (\`devenv up --profile ${profiles[0] ?? ''}\`)`;
  if (state === 'absent') return `${name}: not created (\`devenv up\`)`;
  if (ready === false) return `${name}: ${state}, not ready (\`devenv logs ${name}\`)`;
  return `${name}: ${ready === true ? 'ready' : state === 'exited' ? 'stopped' : state}`;
}

function describePort({ of, address, host, container, protocol, wished, open }: Status['ports'][number]): string {
  const notes = [...(host === wished ? [] : [`port ${String(wished)} is in use`]), ...(open ? [] : ['not listening'])];
  const place = `${address}:${String(host)}${protocol === 'udp' ? '/udp' : ''}`;
  return `${place} → ${of} ${String(container)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

function describeDrift(groups: NonNullable<Status['workspace']>['drift']): readonly string[] {
  if (groups.length === 0) return [];
  const parts = groups
    .slice(0, 4)
    .map(({ title, count, names }) => `${title}: ${listSome(names, names.length, count)}`);
  const rest = groups.length - parts.length;
  if (rest > 0) parts.push(formatCount(rest, 'more cause'));
  return [`${parts.join('; ')} (\`devenv drift\`)`];
}
