import type { Readiness as Declared, Service } from '../../model/service.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { OutputTail } from '../../observe/output-tail.ts';
import { toArgv } from '../../model/workspace.ts';

export interface ReadyTarget {
  readonly runtime: Runtime;
  /** The service's name. */
  readonly service: string;
  /** Its address for the workspace, if not its name. */
  readonly address?: string | undefined;
  /** Its container. */
  readonly container: string;
  /** The container of the workspace, once it runs: services must be reachable from it. */
  readonly workspace: string | Promise<string>;
  readonly signal: AbortSignal;
}

type Readiness = { readonly ready: true } | { readonly ready: false; readonly detail: string };

/** The address of a service that shares the workspace's network; absent for others, which are reached by name. */
export const findAddress = ({ network }: Service): string | undefined =>
  network?.kind === 'shared' && network.of === '' ? '127.0.0.1' : undefined;

/** Milliseconds that one check may take. */
const patience = 10_000;

/**
 * Checks once whether a service is ready. A command runs in the service; a port
 * or URL is tried from the workspace, since the service's image may have no
 * program for it. Throws ENGINE_REFUSED if one of the containers does not run.
 */
export async function checkReady(
  target: ReadyTarget,
  { check, timeout = patience }: Pick<Declared, 'check' | 'timeout'>,
): Promise<Readiness> {
  switch (check.kind) {
    // They are resolved before.
    case 'image':
    case 'none':
      return { ready: true };
    case 'command':
      return run(target, target.container, toArgv(check.command), timeout);
    case 'tcp':
      return knock(target, check.host, check.port, '', timeout);
    case 'http': {
      const url = new URL(check.url);
      const path = `${url.pathname}${url.search}`;
      const request = `GET ${path} HTTP/1.0\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`;
      return knock(target, url.hostname, url.port === '' ? 80 : Number(url.port), request, timeout);
    }
  }
}

/** $1: host, $2: port, $3: a request, or empty for a connection alone. Uses bash, else nc. */
const knockScript = String.raw`
limit() { if command -v timeout >/dev/null 2>&1; then timeout 5 "$@"; else "$@"; fi; }
if command -v bash >/dev/null 2>&1; then
  line=$(limit bash -c 'exec 3<>"/dev/tcp/$1/$2" || exit 1
    if [ -n "$3" ]; then printf %s "$3" >&3; IFS= read -r line <&3; printf %s "$line"; fi' devenv "$@" 2>/dev/null) || exit 1
elif command -v nc >/dev/null 2>&1; then
  if [ -n "$3" ]; then line=$(printf %s "$3" | limit nc "$1" "$2" 2>/dev/null | head -n 1); [ -n "$line" ] || exit 1
  else limit nc -z "$1" "$2" 2>/dev/null || exit 1; fi
else
  echo "the workspace has neither bash nor nc, which could try it"; exit 2
fi
[ -z "$3" ] && exit 0
status=$(printf %s "$line" | tr -d '\r' | cut -d ' ' -f 2)
case $status in 2??|3??) exit 0;; *) echo "it answers with status $status"; exit 3;; esac
`;

async function knock(
  target: ReadyTarget,
  host: string,
  port: number,
  request: string,
  timeout: number,
): Promise<Readiness> {
  const where = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(host) ? (target.address ?? target.service) : host;
  const argv = ['/bin/sh', '-c', knockScript, 'devenv', where, String(port), request];
  const answer = await run(target, await target.workspace, argv, timeout, '0:0');
  if (answer.ready || answer.detail !== '') return answer;
  return { ready: false, detail: `nothing answers at ${where}:${String(port)}` };
}

async function run(
  { runtime, signal }: ReadyTarget,
  container: string,
  argv: readonly string[],
  timeout: number,
  user?: string,
): Promise<Readiness> {
  const tail = new OutputTail(1);
  const late = AbortSignal.timeout(timeout);
  try {
    const exitCode = await runtime.exec(container, {
      ...{ argv, ...tail.streams(), signal: AbortSignal.any([signal, late]) },
      ...(user !== undefined && { user }),
    });
    return exitCode === 0 ? { ready: true } : { ready: false, detail: tail.lines().at(-1) ?? '' };
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
    return { ready: false, detail: `a check took longer than ${String(timeout / 1000)} s` };
  }
}
