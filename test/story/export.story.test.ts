import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootstrapped } from '../lab/lab-engines.ts';
import { libraryPath, prefixes } from '../lab/install.ts';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { installDevcontainers } from '../lab/devcontainers-cli.ts';
import { giveDockerPlugins } from '../lab/docker-plugins.ts';
import { run } from '../lab/run.ts';
import { splitShellLine } from '../docs/split-shell-line.ts';
import { idle, openProject, readyBase, type Project } from './project.ts';
import { findBlock } from './run-block.ts';

/** What a file system holds, as far as an image keeps it: type, mode, owner, size, target, and contents. */
const listing = `find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /workspace -o -path /var/cache -o -path /var/lib/apt/lists -o -path /var/log \\) -prune -o \\( -path /etc/hosts -o -path /etc/hostname -o -path /etc/resolv.conf -o -path /etc/mtab -o -path /.dockerenv \\) -o -type f -printf '%p %m %U:%G %s ' -exec sha256sum {} \\; -o -printf '%p %y %m %U:%G %l\\n' | sort`;

/** Builds the Dockerfile of a project, and compares file system and configuration with those of a version. */
async function expectSame({ name, machine, folder, env }: Project, number: number): Promise<void> {
  const lock = await readFile(join(folder, 'devenv-lock.yaml'), 'utf8');
  const content = /content: "?sha256:(\w{12})/.exec(lock.split(`number: ${String(number)}`)[1] ?? '')?.[1] ?? '';
  const version = `devenv/${name}:${String(number)}-${content}`;
  const ejected = `devenv/${name}:ejected`;
  const argv = ['build', '--tag', ejected, '--file', join(folder, 'Dockerfile'), folder];
  const built = await machine.tryCli(argv, { env: { ...env, DOCKER_BUILDKIT: '1' } });
  expect([built.exitCode, built.stderr]).toEqual([0, expect.any(String)]);
  const look = (image: string) =>
    machine.cli(['run', '--rm', '--network', 'none', '--user', '0', '--entrypoint', 'sh', image, '-c', listing]);
  expect((await look(ejected)).split('\n')).toEqual((await look(version)).split('\n'));
  const format = '{{json .Config.Env}} {{.Config.User}} {{.Config.WorkingDir}} {{json .Config.Cmd}}';
  const config = (image: string) => machine.cli(['inspect', '--format', format, image]);
  expect(await config(ejected)).toBe(await config(version));
}

describeInLab('A version as a Dockerfile', (lab) => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.a, 'eject', {
      yaml: `user: root
run: [{name: one, run: "./one.sh \\"$HOME\\"", inputs: [one.sh]}, {name: two, run: "echo 'cat <<EOF' > /opt/two"}]
files: [{from: "a[1].txt", to: /etc/a.txt, mode: "0640"}]
`,
    });
    await project.write(
      'one.sh',
      '#!/bin/sh\necho "one $1" > /opt/one; mkdir -p /opt/old/deep; touch /opt/old/deep/file\n',
      0o755,
    );
    await project.write('a[1].txt', 'a\n');
    await project.run('up', '--yes');
  });
  afterAll(() => project.remove());

  it('builds the same file system, with what was committed by hand', async () => {
    const byHand = `rm -rf /opt/old; printf '#!/bin/sh\\n' > /opt/tool; chmod 4755 /opt/tool; ln -s tool /opt/link; ln /opt/two /opt/three; touch "/opt/odd name" "$(printf '/opt/\\377')"; rm /etc/a.txt; mkdir /etc/a.txt`;
    await project.run('exec', '--root', 'sh', '-c', byHand);
    await project.run('commit', '-m', 'by hand');
    const { written, notes } = await project.json<{ written: string[]; notes: string[] }>(
      'export',
      'dockerfile',
      '--output',
      'Dockerfile',
    );
    expect(written).toEqual([join(project.folder, 'Dockerfile'), join(project.folder, 'Dockerfile.changes.tar')]);
    expect(notes).toEqual([
      expect.stringContaining(`${readyBase} is known by its tag alone`),
      expect.stringMatching(/^\d+ changed paths/),
    ]);
    await expectSame(project, 2);
  });

  it('is refused where it would replace a file, or lie outside of the project', async () => {
    expect((await project.attempt(['export', 'dockerfile', '-o', 'Dockerfile'])).status).toBe(1);
    expect((await project.attempt(['export', 'dockerfile', '-o', '../Dockerfile'])).status).toBe(2);
  });
});

describeInLab('A version as a Dockerfile, from a base that no registry has', (lab) => {
  const { bootstrap, include } = { bootstrap: 'bookworm', include: bootstrapped.base.include.join(', ') };
  const bases: readonly (readonly [string, string])[] = [
    ['a Dockerfile', '{dockerfile: docker/dev.Dockerfile}'],
    ...(wide ? [['the Debian mirror', `{bootstrap: ${bootstrap}, include: [${include}]}`] as const] : []),
  ];

  it.each(bases)('builds the same file system from %s', async (_name, base) => {
    const script = String.raw`set -e
      # Comments, quotes and the end of a line are kept: 'it''s', "$HOME" \
      mkdir -p /opt/deep/er

      cat > /opt/text <<'EOF'
      # a line
        $HOME \
      EOF
      printf '%s\n' "$PATH" > /opt/path`;
    const project = await openProject(lab.machines.a, 'eject-base', {
      base,
      yaml: `files: [{from: tool.conf, to: /etc/tool.conf}]\nrun:\n  - name: lines\n    run: |\n      ${script}\n  - {name: line, run: 'echo "$HOME \\$A" > "/opt/one line"; chmod 2755 /opt/deep'}\n`,
    });
    try {
      await project.write('docker/dev.Dockerfile', `FROM ${readyBase}\nENV TOOL="a b"\nRUN echo base > /opt/base\n`);
      await project.write('tool.conf', 'colour=blue\n');
      await project.run('up', '--yes');
      await project.run('exec', '--root', 'sh', '-c', 'rm /opt/text; echo hand > /opt/hand');
      await project.run('commit', '-m', 'by hand');
      await project.run('export', 'dockerfile', '--output', 'Dockerfile');
      await expectSame(project, 2);
    } finally {
      await project.remove();
    }
  });
});

if (wide)
  describeInLab('A version as a Kubernetes pod', (lab) => {
    let project: Project;
    beforeAll(async () => {
      await lab.login('podman');
      project = await openProject(lab.machines.podman, 'pod', {
        yaml: `image: ${lab.registry.host}/pod/env
user: root
env: {GREETING: "a$$(HOME) 'b' \\"c\\" : yes"}
services: {echo: {image: ${readyBase}, command: "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done", tmpfs: ["/scratch:size=1m"], volumes: ["rows:/rows"]}}
`,
      });
      await project.run('up', '--yes');
      await project.run('push');
    });
    afterAll(async () => {
      await project.remove();
    });

    it('runs with podman kube play', async () => {
      await project.run('export', 'kubernetes', '--output', 'kubernetes.yaml');
      const { machine, folder } = project;
      const podman = async (...args: string[]) => {
        const argv = [join(prefixes.podman, 'usr/bin/podman'), '--remote', '--url', machine.address, ...args] as [
          string,
          ...string[],
        ];
        return machine.run(argv, {
          cwd: folder,
          env: { ...process.env, ...machine.env, LD_LIBRARY_PATH: libraryPath },
        });
      };
      const file = join(folder, 'kubernetes.yaml');
      const lines = findBlock('docs/guides/moving-out.md', 'sh', 3).text.split('\n').flatMap(splitShellLine);
      const { words = [] } = lines.find(({ words: [name] }) => name === 'podman') ?? {};
      const played = await podman(...words.slice(1));
      try {
        expect([played.exitCode, played.stderr]).toEqual([0, expect.any(String)]);
        const look = 'printf %s "$GREETING"; pwd; getent hosts echo; test -d /rows || echo apart';
        expect(await machine.cli(['exec', 'pod-workspace', 'sh', '-c', look])).toMatch(
          /^a\$\(HOME\) 'b' "c" : yes\/workspace\n127\.0\.0\.1\s+echo.*\napart$/,
        );
        expect(
          await machine.cli(['exec', 'pod-echo', '/bin/sh', '-c', 'touch /rows/one /scratch/two; getent hosts echo']),
        ).toMatch(/^127/);
      } finally {
        await podman('kube', 'down', file);
        await podman('volume', 'rm', '--force', 'pod-rows', 'pod-project');
      }
    });
  });

if (wide)
  describeInLab('A version in Dev Containers', (lab) => {
    const services: readonly (readonly [string, string])[] = [
      ['alone', ''],
      ['beside a service', `services: {db: {image: ${readyBase}, command: "${idle}"}}\n`],
    ];
    it.each(services)('is what their own program opens, with its hooks and variables: %s', async (_, more) => {
      await lab.login('b');
      const project = await openProject(lab.machines.b, 'opened', {
        yaml: `image: ${lab.registry.host}/opened/env
folder: /srv/shop
env: {GREETING: "a$$(HOME) 'b'"}
volumes: ["cache:/var/cache/shop"]
hooks: {create: "pwd > ~/created", start: {one: "echo $GREETING > ~/started"}}
run: [{name: tool, run: "echo made > /opt/tool"}]
${more}`,
      });
      const { machine, folder } = project;
      const config = join(folder, '../docker');
      await giveDockerPlugins(config);
      await cp(join(machine.home, '.docker/config.json'), join(config, 'config.json'));
      const script = await installDevcontainers();
      const devcontainer = async (command: string, ...args: string[]): Promise<string> => {
        const own = ['--docker-path', machine.docker, '--workspace-folder', folder];
        const env = { ...machine.env, DOCKER_CONFIG: config, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };
        return run(process.execPath, [script, command, ...own, ...args], { cwd: folder, env });
      };
      try {
        await project.run('up', '--yes');
        await project.run('push');
        await project.run('export', 'devcontainer', '--output', '.devcontainer/devcontainer.json');
        await project.run('destroy', '--yes', '--discard', '--volumes', '--no-snapshot');
        expect(JSON.parse((await devcontainer('up')).trim().split('\n').at(-1) ?? '')).toMatchObject({
          ...{ outcome: 'success', remoteUser: 'dev', remoteWorkspaceFolder: '/srv/shop' },
        });
        const look =
          'id -un; pwd; cat ~/created ~/started /opt/tool; echo "$GREETING"; ls devenv.yaml; mountpoint -q /var/cache/shop && echo mounted; getent hosts db | wc -l';
        expect((await devcontainer('exec', 'sh', '-c', look)).split('\n')).toEqual([
          ...['dev', '/srv/shop', '/srv/shop', "a$(HOME) 'b'", 'made', "a$(HOME) 'b'", 'devenv.yaml', 'mounted'],
          ...[more === '' ? '0' : '1', ''],
        ]);
      } finally {
        for (const label of [
          `devcontainer.local_folder=${folder}`,
          `com.docker.compose.project.working_dir=${join(folder, '.devcontainer')}`,
        ]) {
          const ids = (await machine.cli(['ps', '--all', '--quiet', '--filter', `label=${label}`])).split('\n');
          for (const id of ids.filter(Boolean)) await machine.cli(['rm', '--force', '--volumes', id]);
        }
        await project.remove();
      }
    });
  });
