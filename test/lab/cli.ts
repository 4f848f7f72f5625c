import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLab, findRemains } from './end.ts';
import { attachLab, startLab, type Lab } from './lab.ts';
import { everyKind, readState, type MachineKind } from './state.ts';

const usage = `Usage: npx tsx test/lab/cli.ts start [name=kind …] | status | env | stop

  start   engines and a registry that stay up: one of each kind, unless others are named
  status  what runs
  env     addresses, as lines for a shell: eval "$(npx tsx test/lab/cli.ts env)"
  stop    ends all of it

Kinds: docker-20, docker-26, docker-26-containerd, docker-26-cgroup2, podman, podman-rootless.
The lab lives in TEAMVM_LAB, or in ${join(tmpdir(), 'teamvm-lab-dev')}.`;

const folder = process.env['TEAMVM_LAB'] ?? join(tmpdir(), 'teamvm-lab-dev');

/** A lab for a developer, which stays up between test runs. */
async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === 'start') return start(args);
  if (command === 'status') return printStatus();
  if (command === 'env') return printEnv(attachLab(folder));
  if (command === 'stop') return stop();
  console.error(usage);
  process.exitCode = 2;
}

async function start(args: readonly string[]): Promise<void> {
  const state = readState(folder);
  if (state) {
    const lab = attachLab(folder);
    const engines = Object.values(lab.machines);
    if (engines.every((machine) => machine.running())) {
      await lab.registry.start();
      return printEnv(lab);
    }
    console.error('Parts of the lab are not running; starting it again.');
    await endLab(state);
  }
  const named = args.map((arg) => arg.split('=') as [string, MachineKind]);
  const machines = named.length > 0 ? Object.fromEntries(named) : everyKind;
  printEnv(await startLab<string>({ machines, folder, detached: true }));
}

async function printStatus(): Promise<void> {
  const lab = attachLab(folder);
  for (const machine of Object.values(lab.machines)) {
    const answer = await machine.tryCli(['version', '--format', '{{.Server.Version}} (API {{.Server.APIVersion}})']);
    console.log(`${machine.name}  ${machine.kind}  ${machine.address}  ${(answer.stdout || answer.stderr).trim()}`);
  }
  console.log(`registry  ${lab.registry.host}  user ${lab.registry.username}`);
}

async function stop(): Promise<void> {
  const state = readState(folder);
  if (!state) return console.error(`No lab in ${folder}.`);
  await endLab(state);
  for (const line of await findRemains(state)) {
    console.error(`still there: ${line}`);
    process.exitCode = 1;
  }
}

function printEnv(lab: Lab): void {
  const lines: Record<string, string> = { TEAMVM_LAB: lab.folder };
  for (const machine of Object.values(lab.machines)) {
    const name = machine.name.toUpperCase();
    lines[`LAB_${name}_ADDRESS`] = machine.address;
    lines[`LAB_${name}_DOCKER`] = machine.docker;
    lines[`LAB_${name}_HOME`] = machine.home;
    lines[`LAB_${name}_IP`] = machine.ip;
  }
  lines['LAB_REGISTRY'] = lab.registry.host;
  lines['LAB_REGISTRY_USER'] = lab.registry.username;
  lines['LAB_REGISTRY_PASSWORD'] = lab.registry.password;
  for (const [name, value] of Object.entries(lines)) console.log(`export ${name}='${value}'`);
}

await main(process.argv.slice(2));
