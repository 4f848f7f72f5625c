import type { Mount } from '../../src/model/container.ts';
import { labels } from '../../src/observe/labels.ts';
import { nameResource } from '../../src/observe/place.ts';
import { describeMade } from '../../src/observe/own-containers.ts';
import type { FakeEngine } from './fake-engine.ts';

export interface FakeWorkspace {
  readonly workspace?: string;
  readonly folder?: string;
  /** Name of the service; absent for the workspace. */
  readonly service?: string;
  readonly needs?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Besides the project folder. */
  readonly mounts?: readonly Mount[];
  /** Id of its image. */
  readonly image?: string;
}

/** Adds a running container as devenv makes it, under a shorter name, as if a person had renamed it. Returns its id. */
export async function addContainer(engine: FakeEngine, name: string, options: FakeWorkspace = {}): Promise<string> {
  const { workspace = 'main', folder = '/shop', service, needs = [] } = options;
  const image = options.image ?? engine.images.find('shop')?.id ?? engine.images.add('shop');
  const id = await engine.runtime.create({
    ...{ name, image, command: ['sleep', 'infinity'], env: [], user: '', workingDir: '/' },
    mounts: [{ kind: 'bind', source: folder, target: '/workspace' }, ...(options.mounts ?? [])],
    labels: {
      [labels.role]: service === undefined ? 'workspace' : 'service',
      [labels.project]: 'shop',
      [labels.folder]: folder,
      [labels.workspace]: workspace,
      [labels.made]: describeMade(nameResource({ project: 'shop', folder, workspace }, service), image),
      ...(service === undefined
        ? { [labels.version]: '1' }
        : { [labels.service]: service, [labels.needs]: needs.join() }),
      ...options.labels,
    },
  });
  await engine.runtime.start(id);
  engine.runtime.calls.length = 0;
  return id;
}
