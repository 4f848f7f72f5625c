import type { World } from './world.ts';

/**
 * A project that is up, with 1 GB in a volume, of the workspace or of a service: one large file and thousands of small ones. The service
 * has a check, as those with data have; without one, devenv waits 0.3 s to see that it stays alive.
 */
export async function fillGigabyte(
  world: World,
  name: string,
  of: 'service' | 'workspace' = 'service',
): Promise<{ readonly project: string; readonly volume: string }> {
  const project = await world.project(name, {
    'devenv.yaml': [
      `version: 1\nname: ${name}\nbase: ${world.base}`,
      of === 'workspace'
        ? 'volumes: ["data:/data"]\n'
        : `services:\n  keeper: {image: "${world.base}", command: "exec sleep infinity", volumes: ["data:/data"], ready: {command: "test -d /data"}}\n`,
    ].join('\n'),
  });
  await world.devenv(project, 'up', '--yes');
  const label = (key: string): string => `label=dev.teamvm.${key}`;
  const ofProject = ['--filter', `${label('folder')}=${project}`, '--format', '{{.Name}}'];
  const volume = (await world.docker(project, 'volume', 'ls', '--filter', label('role=volume'), ...ofProject)).trim();
  const fill =
    'head -c 800000000 /dev/urandom >/d/large; head -c 200000000 /dev/urandom | split -a 4 -b 50000 - /d/small-; sync';
  await world.docker(project, 'run', '--rm', '-v', `${volume}:/d`, world.base, 'sh', '-c', fill);
  return { project, volume };
}
