import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startNpmRegistry } from '../lab/npm-registry.ts';
import { openProject, type Project } from './project.ts';

const folder = resolve(import.meta.dirname, '../../schemas/output');
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const schemas = new Map(
  readdirSync(folder).map((file) => [
    file.replace('.schema.json', ''),
    ajv.compile(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object),
  ]),
);

describeInLab('the documents that --json prints', (lab) => {
  let project: Project;
  const checked = new Set<string>();
  /** Runs a command and holds what it prints against a schema. */
  const check = async (schema: string, args: readonly string[], status = 0, env = {}): Promise<void> => {
    const outcome = await project.attempt([...args, '--json'], { env });
    const validate = schemas.get(schema);
    const document: unknown = JSON.parse(outcome.stdout);
    expect([args, outcome.status, validate?.(document), validate?.errors ?? []]).toEqual([args, status, true, []]);
    checked.add(schema);
  };

  beforeAll(async () => {
    await lab.login('b');
    const yaml = `image: ${lab.registry.host}/documents/env\nvolumes: ["rows:/rows"]\ntasks: {a: ls, b: {run: [ls, -l], depends: [a], folder: ., description: b}}\n`;
    project = await openProject(lab.machines.b, 'documents', { yaml });
  });
  afterAll(() => project.remove());

  it('are what schemas/output says without a project', async () => {
    const tarball = Buffer.of();
    const registry = await startNpmRegistry('127.0.0.1', new Map([['@teamvm/devenv', { version: '9.0.0', tarball }]]));
    await check('self-update', ['self', 'update', '--check'], 0, { npm_config_registry: registry.url });
    await registry.stop();
  });

  it('are what schemas/output says, at each stage of a project', async () => {
    await check('status', ['status']);
    await check('run', ['run', '--list']);
    await check('plan', ['plan', '--exit-code'], 6);
    await check('history', ['history']);
    await check('error', ['exec-typo'], 2);
    await check('error', ['pull'], 2);
    await check('operations', ['up', '--dry-run']);
    await check('up', ['up']);
    await check('up', ['up']);
    await check('operations', ['up', '--dry-run']);
    await check('operations', ['destroy', '--dry-run', '--volumes']);
    await check('plan', ['plan']);
    await check('build', ['build']);
    await check('drift', ['drift']);
    const more = 'touch /opt/more; useradd kim; echo export A=b >> /etc/profile; rm /etc/issue; echo >> /etc/pam.conf';
    await project.run('exec', '--root', 'sh', '-c', more);
    await check('drift', ['drift']);
    await check('drift', ['drift', '--files']);
    await check('verify', ['verify'], 6);
    await check('status', ['status']);
    await check('commit', ['commit', '-m', 'more']);
    await check('commit', ['commit', '-m', 'nothing']);
    await check('verify', ['verify']);
    await check('sbom', ['sbom']);
    await check('sbom', ['sbom', '1', '--format', 'cyclonedx']);
    await check('report', ['report', '--output', 'report.html']);
    await check('push', ['push']);
    await check('push', ['push']);
    await check('pull', ['pull']);
    await check('bundle-export', ['bundle', 'export', '1..2', '--output', 'new.tar']);
    await check('bundle-show', ['bundle', 'show', 'new.tar']);
    await check('bundle-import', ['bundle', 'import', 'new.tar']);
    await check('export', ['export', 'compose']);
    await check('export', ['export', 'devcontainer', '--output', '.devcontainer/devcontainer.json']);
    await check('import', ['import', '.devcontainer/devcontainer.json', '--check']);
    await check('init', ['init', '--list']);
    await check('ls', ['ls']);
    await check('show', ['show']);
    await check('show', ['show', '1']);
    await check('diff', ['diff', '1', '2', '--files']);
    await check('blame', ['blame', 'base']);
    await check('blame', ['blame', '/opt/more']);
    await project.run('exec', '--root', 'touch', '/opt/dropped');
    await check('reset', ['reset', '--yes', '--no-snapshot']);
    await check('restart', ['restart']);
    await check('down', ['down']);
    await check('resolve', ['resolve']);
    await check('rebase', ['rebase']);
    await check('ssh-config', ['ssh-config', '--print']);
    await check('ssh-config', ['ssh-config']);
    await check('snapshot-create', ['snapshot', 'create', '-m', 'one']);
    await check('snapshot-push', ['snapshot', 'push', '1']);
    await check('fork', ['fork', 'other']);
    await check('code', ['code', '--print']);
    await check('snapshot-restore', ['snapshot', 'restore', '1', '--yes']);
    await check('snapshot-list', ['snapshot', 'list']);
    await check('snapshot-rm', ['snapshot', 'rm', '2', '--yes']);
    await check('snapshot-prune', ['snapshot', 'prune', '--keep', '0', '--yes']);
    await check('rollback', ['rollback', '1', '--yes']);
    await check('trust', ['trust']);
    await check('df', ['df']);
    await check('prune', ['prune', '--dry-run']);
    await check('prune-registry', ['prune', '--registry', '--dry-run']);
    await check('doctor', ['doctor']);
    await check('history', ['history']);
    await project.declare('run: [{name: one, run: exit 1}]\n');
    await check('plan', ['plan']);
    await check('status', ['status']);
    await check('error', ['up', '--frozen'], 6);
    await check('error', ['build', '--yes'], 8);
    await project.declare('unknown: 1\n');
    await check('error', ['up', '--verbose'], 3);
    await check('doctor', ['doctor'], 1);
    await project.declare('');
    await check('destroy', ['destroy', '--yes', '--discard', '--volumes', '--no-snapshot']);
    expect([...checked].sort()).toEqual([...schemas.keys()].sort());
  });
});
