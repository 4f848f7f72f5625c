import { afterAll, beforeAll, expect, it } from 'vitest';
import { runStep } from '../../../src/image/steps/run-step.ts';
import { cacheVolumes } from '../../../src/observe/images/builder-spec.ts';
import { connectEngine } from '../../../src/adapters/docker/connection/connect-engine.ts';
import type { Action } from '../../../src/model/plan.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { aptEnv, aptInstall } from '../../../src/providers/debian/apt-commands.ts';
import { importBase } from '../../lab/base.ts';
import { describeInLab } from '../../lab/describe-in-lab.ts';
import { labBase } from '../../lab/lab-engines.ts';

/** $1: a file that tells whether this ran before. Holds apt's lock as another program does, for three seconds, once. */
const holdOnce = `[ -e "$1" ] && exec apt-get update
touch "$1"
perl -e 'use Fcntl; open F, ">>", "/var/lib/apt/lists/lock"; $held = pack "s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0; fcntl F, F_SETLK, $held or die; sleep 3' &
sleep 0.5
exec apt-get update`;

/** Lists that are shared, but with no other test: those fetch lists when they like. */
const volumes = new Map(cacheVolumes.map(({ name, target }) => [`${name}-run-step`, target]));

describeInLab('steps that share the package lists of a machine', (lab) => {
  let engine: Engine;
  let builder: string;

  beforeAll(async () => {
    const { b } = lab.machines;
    await importBase(b, labBase);
    engine = await connectEngine({ flag: b.address, env: {}, home: b.home });
    builder = await engine.runtime.create({
      name: 'devenv-test-run-step',
      image: labBase,
      command: ['/bin/sleep', '600'],
      env: [],
      labels: {},
      user: '0',
      workingDir: '/',
      mounts: [...volumes].map(([source, target]) => ({ kind: 'volume', source, target })),
    });
    await engine.runtime.start(builder);
  });

  afterAll(async () => {
    await engine.runtime.remove(builder);
    for (const volume of volumes.keys()) await engine.volumes.remove(volume);
    engine.close();
  });

  async function run(...actions: readonly Action[]): Promise<readonly string[]> {
    const lines: string[] = [];
    await runStep(
      engine.runtime,
      builder,
      { id: 'test', title: 'test', cause: 'test', actions },
      {
        ...{ env: {}, workingDir: '/', ca: false, signal: undefined },
        settings: () => Promise.resolve({ env: {}, secrets: [] }),
        onLine: (line) => void lines.push(line),
      },
    );
    return lines;
  }

  const install = (name: string): Promise<readonly string[]> =>
    run({ kind: 'exec', argv: aptInstall('--', name), env: aptEnv });

  it('asks the mirror once in an hour, and anew where the lists do not suffice', async () => {
    await run({ kind: 'exec', argv: ['sh', '-c', 'rm -f /var/lib/apt/lists/devenv-*.fresh'] });
    const asksMirror = expect.stringMatching(/^(Hit|Get):1 .*InRelease/);
    expect(await install('jq')).toContainEqual(asksMirror);
    expect(await install('tree')).not.toContainEqual(asksMirror);
    await expect(install('no-such-package')).rejects.toMatchObject({
      code: 'STEP_FAILED',
      data: { exitCode: 100, output: expect.arrayContaining([asksMirror]) },
    });
    expect(await run({ kind: 'exec', argv: ['jq', '-n', '1'] })).toEqual(['1']);
  });

  it('waits for an apt-get that holds the lists and knows nothing of our lock', async () => {
    const lines = await run({ kind: 'exec', argv: ['sh', '-c', holdOnce, 'hold', '/tmp/held'] });
    expect(lines).toContainEqual(expect.stringContaining('another apt-get uses the package lists'));
    expect(lines.at(-1)).toMatch(/Reading package lists/);
  });
});
