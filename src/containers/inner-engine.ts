import { collectOutput } from '../observe/read-output.ts';
import { readLastLines } from '../observe/output-tail.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Runtime } from '../ports/runtime.ts';

/** Seconds that an engine in a workspace may take to stop: it ends its own containers first. */
export const innerEngineStopTimeout = 30;

const shownLines = 10;

/**
 * What the first process of a workspace runs to start an engine of its own, for
 * the user of that name, and to end it. With control groups of version 2, a
 * group that has others below it may hold no process itself.
 */
export const startInnerEngine = (user: string): string => `if command -v dockerd >/dev/null; then
  rm -f /var/run/docker.pid /var/run/docker/containerd/containerd.pid
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p /sys/fs/cgroup/init
    while read -r process; do echo "$process" >/sys/fs/cgroup/init/cgroup.procs; done </sys/fs/cgroup/cgroup.procs
    for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control; done
  fi 2>/dev/null
  dockerd --group "$(id -g ${user})" & engine=$!
  echo "$engine" >/run/devenv-dockerd.pid
fi
trap '[ -z "$engine" ] || { kill "$engine"; wait "$engine"; }; exit 0' TERM INT
`;

/** Ends with 3 if there is no engine, and with 4 if it ended or does not answer in a minute. */
const awaitScript = `command -v dockerd >/dev/null || exit 3
answers() { if command -v docker >/dev/null; then docker -H unix:///var/run/docker.sock version; else [ -S /var/run/docker.sock ]; fi; }
tries=0
until answers >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || exit 4
  [ "$tries" -lt 10 ] || kill -0 "$(cat /run/devenv-dockerd.pid)" 2>/dev/null || exit 4
  sleep 0.2
done`;

/** Waits until the engine in a workspace that was just started answers. Throws INNER_ENGINE_FAILED. */
export async function awaitInnerEngine(runtime: Runtime, container: string): Promise<void> {
  const { exitCode } = await collectOutput(runtime, container, {
    argv: ['/bin/sh', '-c', awaitScript],
    user: '0:0',
  });
  if (exitCode === 0) return;
  if (exitCode === 3) {
    throw new DevenvError('INNER_ENGINE_FAILED', 'devenv.yaml has `docker: inside`, and the image has no dockerd.', {
      hint: 'Add an engine to the image, on Debian with `packages: {apt: [docker.io]}`, or use `docker: host`.',
    });
  }
  const lines = await readLastLines(runtime, container, shownLines);
  throw new DevenvError(
    'INNER_ENGINE_FAILED',
    ['The engine in the workspace did not start. It said last:', ...lines.map((line) => `  ${line}`)].join('\n'),
  );
}
