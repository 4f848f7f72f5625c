import { labels } from '../../observe/labels.ts';
import { readOutput } from '../../observe/read-output.ts';
import { retryPaused } from '../../observe/retry-paused.ts';
import type { Project } from '../../observe/project.ts';
import type { Context } from '../../ports/context.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** Prints each of the files that was written after the time $1: name, NUL, content, NUL. */
const script = `for f in hosts hostname resolv.conf; do
  [ -n "$(find "/etc/$f" -newermt "$1" 2>/dev/null)" ] || continue
  printf '%s\\0' "$f"; cat "/etc/$f"; printf '\\0'
done
exit 0`;

/**
 * Notes edits of the files that the engine writes for each container: no version
 * has them, and the next container starts without them. Names the key of
 * devenv.yaml instead. Reads nothing in a stopped workspace.
 */
export async function noteEngineFiles(
  { progress }: Pick<Context, 'progress'>,
  runtime: Runtime,
  { environment }: Pick<Project, 'environment'>,
  container: string,
): Promise<void> {
  const details = await runtime.inspect(container);
  if (details?.state !== 'running') return;
  const output = await retryPaused(runtime, container, () =>
    readOutput(runtime, container, ['sh', '-c', script, 'devenv', details.started]),
  );
  const parts = output?.toString('utf8').split('\0') ?? [];
  const own = [details.name, details.labels[labels.project] ?? '', details.id.slice(0, 12)];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const advice = advise(parts[at] ?? '', parts[at + 1] ?? '', { own, declared: environment.limits.extraHosts });
    if (advice !== undefined)
      progress.note(`Edits of /etc/${parts[at] ?? ''} are in no version, because the engine writes it: ${advice}`);
  }
}

interface Names {
  /** Of the container. */
  readonly own: readonly string[];
  /** Name → address, in devenv.yaml. */
  readonly declared: Readonly<Record<string, string>>;
}

function advise(file: string, text: string, names: Names): string | undefined {
  if (file === 'hosts') {
    const hosts = findHosts(text, names);
    if (hosts.length === 0) return undefined;
    return `declare the host in devenv.yaml: \`limits: {extra_hosts: {${hosts.slice(0, 5).join(', ')}}}\`.`;
  }
  if (file === 'hostname')
    return names.own.includes(text.trim().replaceAll('-', '_')) || names.own.includes(text.trim())
      ? undefined
      : 'a workspace is called as `name` in devenv.yaml says.';
  return 'set name servers in the configuration of the engine: `dns` in daemon.json of Docker, `dns_servers` in containers.conf of Podman.';
}

/**
 * The names that were added to a hosts file, each with its address as YAML. The
 * engine writes its own lines, on some engines with those of its machine, and
 * the container's own line after them.
 */
function findHosts(text: string, { own, declared }: Names): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  const engines = lines.findIndex((names) => names.some((name) => own.includes(name)));
  return lines.slice(engines + 1).flatMap(([address = '', ...names]) => {
    const isEngines = names.some(
      (name) => own.includes(name) || /^(?:localhost|ip6-.*|host\..*\.internal)$/.test(name),
    );
    if (!/^[0-9a-f:.]+$/.test(address) || isEngines) return [];
    return names.filter((name) => declared[name] === undefined).map((name) => `${name}: ${JSON.stringify(address)}`);
  });
}
