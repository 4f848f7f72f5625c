import { pathFromText } from '../model/byte-path.ts';
import { openProjectFile } from './steps/open-project-file.ts';
import type { StepCheck, StepGuard } from './steps/reuse-step.ts';
import { isMachineKey } from '../environment/default-excludes.ts';
import { hasCode } from '../errors/devenv-error.ts';
import type { Found } from '../model/finding.ts';
import type { Allowance } from '../model/version.ts';
import type { Image, ImageConfig } from '../model/image.ts';
import type { Step } from '../model/plan.ts';
import type { Changes } from '../ports/changes.ts';
import { isAllowed, readAllowances } from '../secrets/allow.ts';
import { chooseReading, FileScanner } from '../secrets/file-scanner.ts';
import type { Context } from '../ports/context.ts';
import { leavingOut } from '../observe/leaving-out.ts';
import type { Project } from '../observe/project.ts';
import {
  refuseBadAllowances,
  refuseSecrets,
  nameTexts,
  searchTexts,
  textsOf,
  type Refusal,
} from '../secrets/refuse-secrets.ts';
import { ruleSet } from '../secrets/rule-set.ts';
import { scanSecrets } from '../secrets/scan-secrets.ts';
import type { ScanRequest } from '../secrets/find-packaged.ts';

interface BuildGuardOptions {
  readonly message: string;
  /** `PATH=REASON` */
  readonly allow: readonly string[];
  /** What is built if it is no version, for errors. It stays on this machine and may hold keys that a package made. */
  readonly local?: string;
}

/** Searches everything that a build adds for secrets. Each check throws SECRET_FOUND before anything is kept. */
export interface BuildGuard extends StepGuard {
  /** Findings that the person allowed so far, for the record. */
  readonly allowed: readonly Allowance[];
  /** Checks environment and labels of the image, and the message. */
  readonly checkConfig: (config: ImageConfig) => void;
  /** Checks the arguments of a Dockerfile, which stay in the history of its image. */
  readonly checkArgs: (args: Readonly<Record<string, string>>) => void;
  /** Checks the layers that a Dockerfile added to one of the images that it names. */
  readonly checkBase: (dockerfile: string, image: Image, parents: readonly Image[]) => Promise<void>;
  /** Checks the project files that steps copy. */
  readonly checkFiles: (steps: readonly Step[]) => Promise<void>;
}

export function guardBuild(
  context: Context,
  project: Project,
  { message, allow, local }: BuildGuardOptions,
): BuildGuard {
  refuseBadAllowances(allow);
  const known = listAllowed(project);
  const allowed: Allowance[] = [];
  const notKept = `Nothing of this step was kept${local === undefined ? ', and no version was recorded' : ''}.`;
  /** Drops what is allowed. */
  const dropAllowed = (found: readonly Found[]): readonly Found[] => {
    // A file that a step copies is searched twice: as a copy, and with the rest of the step.
    allowed.push(
      ...readAllowances(
        allow,
        found.filter((finding) => !isAllowed(finding, allowed)),
      ),
    );
    return found.filter((finding) => !isAllowed(finding, [...allowed, ...known]));
  };
  const refuse = (found: readonly Found[], leaveOut: Refusal['leaveOut'], state = notKept): void =>
    refuseSecrets(found, [], { state, leaveOut, ...(local !== undefined && { holder: local }) });
  const isOut = local === undefined ? leavingOut(project, new Set()) : isMachineKey;
  const search = async (
    step: Step,
    changes: Pick<Changes, 'read'>,
    place: Pick<ScanRequest, 'container' | 'image'>,
    state?: string,
  ): Promise<StepCheck> => {
    const scan = await scanSecrets(changes, { ...place, leaveOut: isUnpacked(step) }).catch((error: unknown) => {
      if (!hasCode(error, 'ENGINE_REFUSED')) throw error;
      context.progress.note(`What "${step.title}" wrote could not be searched for secrets: ${error.message}`);
      return undefined;
    });
    if (scan === undefined) return { clean: false, leaveOut: [] };
    const open = dropAllowed(scan.findings);
    const out = open.filter(({ path }) => isPlain(path) && isOut(pathFromText(path)));
    refuse(
      open.filter((finding) => !out.includes(finding)),
      (path) => adviseOn(step, path, local !== undefined),
      state,
    );
    const leaveOut = local === undefined ? [...new Set(out.map(({ path }) => path))] : [];
    return { clean: open.length === scan.findings.length && out.length === open.length, leaveOut };
  };
  const searchImage: StepGuard['checkImage'] = async (step, image, count) => {
    const layers = await context.layers();
    const read: Changes['read'] = (_, options) => layers.read({ image, count, beside: project.folder }, options);
    return search(
      step,
      { read },
      { container: image.id, image: image.id },
      local === undefined ? 'No version was recorded.' : 'It is not used.',
    );
  };
  return {
    allowed,
    rules: ruleSet(),
    checkConfig: (config) => {
      refuse(dropAllowed(searchTexts(textsOf(config, message, allow))), () => 'It is set in the base');
    },
    checkArgs: (args) => {
      refuse(dropAllowed(searchTexts(nameTexts('arg', args))), () => '');
    },
    checkBase: async (dockerfile, image, parents) => {
      const step = { id: 'base', title: dockerfile, cause: '', actions: [] };
      const added = image.diffIds.length - countShared(image, parents);
      const { leaveOut } = added === 0 ? { leaveOut: [] } : await searchImage(step, image, added);
      if (leaveOut.length === 0) return;
      context.progress.note(`Layers of ${dockerfile} hold ${leaveOut.join(', ')}: let the same RUN remove it.`);
    },
    checkFiles: async (steps) => {
      const advice = 'Remove it from `files` in devenv.yaml and give it to the workspace by `secrets`';
      refuse(dropAllowed(await scanFiles(context, project, steps)), () => advice);
    },
    prepare: (builder, image) => {
      // The check reports a failure.
      const prepare = async (): Promise<void> => (await context.changes()).prepare(builder, { image });
      prepare().catch(() => undefined);
    },
    checkBuilder: async (step, container, image) => search(step, await context.changes(), { container, image }),
    checkImage: searchImage,
  };
}

/** How many layers an image has of the parent of which it has most. */
function countShared(image: Image, parents: readonly Image[]): number {
  const whole = parents.filter(({ diffIds }) => diffIds.every((layer, index) => image.diffIds[index] === layer));
  return Math.max(0, ...whole.map(({ diffIds }) => diffIds.length));
}

/** True for downloads and files of a registry's package, checked by digest: they are public. */
function isUnpacked({ actions }: Step): (path: string) => boolean {
  const places = actions.flatMap((action) => {
    if (action.kind === 'download') return [action.to];
    if (action.kind !== 'unpack') return [];
    return action.paths.length === 0 ? [action.to] : action.paths.map((path) => `${action.to}/${path}`);
  });
  return (path) => places.some((place) => path === place || path.startsWith(`${place}/`));
}

/** All allowances of the lock. */
function listAllowed({ lock }: Project): readonly Allowance[] {
  if (lock === undefined) return [];
  const services = Object.values(lock.services ?? {}).flatMap((pin) => ('build' in pin ? (pin.allowed ?? []) : []));
  return [...lock.versions.flatMap((version) => version.allowed ?? []), ...services];
}

/** True for a path that needed no escapes. */
const isPlain = (path: string): boolean => path.startsWith('/') && !path.includes('\\');

function adviseOn({ id, title }: Step, path: string, local: boolean): string {
  if (id === 'base')
    return `Leave it out by a line in .dockerignore, or let the same instruction of ${title} remove it`;
  if (local) return `Let "${title}" remove it`;
  const exclude = `leave it out with \`commit: {exclude: [${JSON.stringify(path)}]}\` in devenv.yaml`;
  return id.startsWith('run:') ? `Let "${title}" remove it, ${exclude}` : `L${exclude.slice(1)}`;
}

async function scanFiles(
  { files }: Pick<Context, 'files'>,
  { folder, hashes }: Project,
  steps: readonly Step[],
): Promise<readonly Found[]> {
  const scanner = new FileScanner();
  const found: Found[] = [];
  for (const action of steps.flatMap((step) => step.actions)) {
    if (action.kind !== 'copy' || chooseReading(action.file.to) === 'none') continue;
    const { from, to } = action.file;
    const { content } = await openProjectFile(files, folder, from, hashes[from]);
    const { findings } = await scanner.scan(pathFromText(to), content);
    found.push(...findings.map((finding): Found => ({ ...finding, content: `sha256:${hashes[from] ?? ''}` })));
  }
  return found;
}
