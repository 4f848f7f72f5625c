import { DevenvError } from '../errors/devenv-error.ts';
import { findUnsavedChanges } from '../capture/drift/unsaved-changes.ts';
import { contentIdOf } from '../lock/content-id.ts';
import type { Container, ContainerDetails, Mount } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Digest, Version } from '../model/version.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Containers } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Context } from '../ports/context.ts';
import { findWorkspace, readExecDefaults, readRestrictions } from '../observe/find-workspace.ts';
import { labels } from '../observe/labels.ts';
import { listChanged } from '../capture/drift/list-changed.ts';
import { readProject, type Project } from '../observe/project.ts';
import { readPersonalParts } from '../containers/personal/personal-label.ts';
import { nameResource, resolveVolume, type Place } from '../observe/place.ts';
import { findRecorded, observeStanding } from '../observe/standing.ts';
import { listUnsaved } from '../capture/carry/unsaved.ts';
import { findVersionImage } from '../observe/version-image.ts';
import { restrict } from '../containers/restrict.ts';
import { fingerprintOf, resolveSettings, workspaceVolume } from '../containers/workspace-settings.ts';
import type { WorkspaceSettings } from '../model/workspace.ts';

export interface VerifyResult {
  readonly version: number;
  /** Content id of the image that the workspace runs. */
  readonly content: Digest;
  /** Of the workspace as observed; equal on every machine that runs the same. */
  readonly fingerprint: Digest;
  readonly identical: boolean;
  readonly differences: readonly Difference[];
}

interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** Compares what runs with what the lock records. Trusts the engine's layers, not names or labels. */
export async function verify(context: Context, workspace: string): Promise<VerifyResult> {
  const project = await readProject(context);
  const { lock, environment } = project;
  if (lock === undefined)
    throw new DevenvError('VERSION_NOT_FOUND', 'This project has no version yet.', { hint: 'Run `devenv up` first.' });
  const engine = await context.engine();
  const version = currentVersion(lock);
  const found = await findWorkspace(context, engine, project.folder, workspace);
  const container = await engine.runtime.inspect(found.id);
  if (container === undefined)
    throw new DevenvError('WORKSPACE_NOT_FOUND', 'The workspace was removed while this command ran.');

  const content = await observeContent(engine.images, project, version, container);
  const settings = observeSettings(container, { project: environment.name, folder: project.folder, workspace });
  const expected = resolveSettings(restrict(environment, readRestrictions(container)));
  const unsaved = await countUnsaved(context, engine, project, found);
  const differences = [
    ...compare('content', version.content, content),
    ...compare('user', expected.user, settings.user),
    ...compare('environment', JSON.stringify(expected.env), JSON.stringify(settings.env)),
    ...compare('mounts', describeMounts(expected), describeMounts(settings)),
    ...compare('devenv.yaml', lock.shape, project.shape),
    ...compare('uncommitted changes', '0', String(unsaved)),
  ];
  return {
    version: version.number,
    content,
    fingerprint: fingerprintOf(content, settings),
    identical: differences.length === 0,
    differences,
  };
}

/** Counts the paths that `drift` lists. The engine's own list is enough if nothing changed. */
async function countUnsaved(
  context: Context,
  engine: Containers,
  project: Project,
  container: Container,
): Promise<number> {
  const listed = await engine.runtime.listChanges(container.id);
  if (findUnsavedChanges(listed).length === 0) return 0;
  const changes = await context.changes();
  const { found, leaveOut } = await listChanged(engine, changes, project, container);
  let count = 0;
  for (const { path, unkept } of found ?? (await listUnsaved(engine, changes, project, container.id, listed)))
    if (unkept !== true && !leaveOut(path)) count += 1;
  return count;
}

function compare(what: string, expected: string, found: string): Difference[] {
  return expected === found ? [] : [{ what, expected, found }];
}

async function observeContent(
  images: Images,
  project: Project,
  version: Version,
  container: ContainerDetails,
): Promise<Digest> {
  const standing = await observeStanding(images, project, container);
  const image = await images.inspect(container.image);
  if (image === undefined)
    throw new DevenvError('IMAGE_NOT_FOUND', 'The engine no longer has the image of the workspace.');
  const own = contentIdOf(await findBelowPersonal(images, project, container, image));
  // After a commit the container still runs on the version below, but equals the captured one.
  const captured = standing.captured !== undefined;
  return captured && standing.content === version.content ? version.content : own;
}

/** Finds the version's own image if the container's image is that plus one personal layer; else returns the container's. */
async function findBelowPersonal(
  images: Images,
  project: Project,
  container: ContainerDetails,
  image: Image,
): Promise<Image> {
  if (readPersonalParts(container) === undefined) return image;
  const made = findRecorded(project, container.labels[labels.content]);
  const below = made && (await findVersionImage(images, project.environment.name, made));
  const lies = below?.diffIds.every((layer, index) => image.diffIds[index] === layer) === true;
  return lies && image.diffIds.length <= below.diffIds.length + 1 ? below : image;
}

/** Reads a container's settings from the engine, without those of this machine alone. */
function observeSettings(container: ContainerDetails, place: Place): WorkspaceSettings {
  const declared = readExecDefaults(container).settings;
  const ofImage = nameResource(place, `${workspaceVolume}-`);
  const volumes = declared.mounts.filter((mount) => 'source' in mount);
  const mounts = container.mounts.flatMap((mount): WorkspaceSettings['mounts'] => {
    const volume = volumes.find((one) => isSame(resolveVolume(place, one), mount));
    if (volume !== undefined) return [volume];
    if (mount.kind === 'bind')
      return mount.target === declared.workingDir && mount.source === place.folder
        ? [{ kind: 'project', target: mount.target }]
        : [];
    if (mount.kind === 'volume' && mount.source.startsWith(ofImage)) return [];
    if (mount.kind === 'tmpfs') return [{ kind: 'temp', target: mount.target }];
    return [{ kind: mount.source.startsWith('devenv-cache-') ? 'cache' : 'temp', target: mount.target }];
  });
  const order = declared.mounts.map(({ target }) => target);
  return { ...declared, mounts: [...mounts].sort((a, b) => order.indexOf(a.target) - order.indexOf(b.target)) };
}

function isSame(wanted: Mount, found: Mount): boolean {
  const [one, other] = [wanted, found].map((mount) =>
    mount.kind === 'tmpfs' ? '' : `${mount.kind} ${String(mount.readOnly === true)} ${mount.source} ${mount.target}`,
  );
  return one === other && one !== '';
}

function describeMounts({ mounts }: WorkspaceSettings): string {
  return mounts.map(({ kind, target }) => `${target} (${kind})`).join(', ');
}
