import { pathFromText } from '../model/byte-path.ts';
import { readProjectFile } from './steps/read-project-file.ts';
import type { Checked, StepGuard } from './steps/step-guard.ts';
import { isMachineKey } from '../environment/default-excludes.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Found } from '../model/finding.ts';
import type { Allowance } from '../model/version.ts';
import type { ImageConfig } from '../model/image.ts';
import type { Step } from '../model/plan.ts';
import type { Changes } from '../ports/changes.ts';
import { isAllowed, readAllowances } from '../secrets/allow.ts';
import { chooseReading, FileScanner } from '../secrets/file-scanner.ts';
import type { Context } from '../ports/context.ts';
import { leavingOut } from '../observe/leaving-out.ts';
import type { Project } from '../observe/project.ts';
import { refuseBadAllowances, refuseSecrets, searchTexts, textsOf, type Refusal } from '../secrets/refuse-secrets.ts';
import { ruleSet } from '../secrets/rule-set.ts';
import { scanSecrets } from '../secrets/scan-secrets.ts';
import type { ScanRequest } from '../secrets/find-packaged.ts';

export interface BuildGuardOptions {
  readonly message: string;
  /** `PATH=REASON`, as the person gave them. */
  readonly allow: readonly string[];
  /** What is built where that is no version: it stays on this machine, and keys that a package made for that in it. */
  readonly local?: string;
}

/** Searches what a build adds for secrets. Each check throws SECRET_FOUND before anything of it is kept. */
export interface BuildGuard extends StepGuard {
  /** What the person let pass so far, for the record. */
  readonly allowed: readonly Allowance[];
  /** Environment and labels that the image gets, and the message. */
  readonly checkConfig: (config: ImageConfig) => void;
  /** Files of the project that steps copy. */
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
  const notKept = `Nothing of it was kept${local === undefined ? ', and no version was recorded' : ''}.`;
  /** Those that nobody let pass. */
  const sift = (found: readonly Found[]): readonly Found[] => {
    // What is copied and then searched with the rest of its step is found twice.
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
  ): Promise<Checked> => {
    const scan = await scanSecrets(changes, { ...place, leaveOut: isUnpacked(step) }).catch((error: unknown) => {
      if (!(error instanceof DevenvError) || error.code !== 'ENGINE_REFUSED') throw error;
      context.progress.note(`What "${step.title}" wrote could not be searched for secrets: ${error.message}`);
      return undefined;
    });
    if (scan === undefined) return { clean: false, leaveOut: [] };
    const open = sift(scan.findings);
    const out = open.filter(({ path }) => isPlain(path) && isOut(pathFromText(path)));
    refuse(
      open.filter((finding) => !out.includes(finding)),
      (path) => adviseOn(step, path, local !== undefined),
      state,
    );
    const leaveOut = local === undefined ? [...new Set(out.map(({ path }) => path))] : [];
    return { clean: open.length === scan.findings.length && out.length === open.length, leaveOut };
  };
  return {
    allowed,
    rules: ruleSet(),
    checkConfig: (config) => {
      refuse(sift(searchTexts(textsOf(config, message, allow))), () => 'It is set in the base');
    },
    checkFiles: async (steps) => {
      const advice = 'Take it out of `files` in devenv.yaml, or make the workspace fetch it: `secrets`';
      refuse(sift(await scanFiles(project, steps)), () => advice);
    },
    prepare: (builder, image) => {
      // What fails is told by the check.
      const prepare = async (): Promise<void> => (await context.changes()).prepare(builder, { image });
      prepare().catch(() => undefined);
    },
    checkBuilder: async (step, container, image) => search(step, await context.changes(), { container, image }),
    checkImage: async (step, image, count) => {
      const layers = await context.layers();
      const read: Changes['read'] = (_, options) => layers.read({ image, count, beside: project.folder }, options);
      return search(
        step,
        { read },
        { container: image.id, image: image.id },
        local === undefined ? 'No version was recorded.' : 'It is not used.',
      );
    },
  };
}

/** What a package of the registry brought, whose content has the digest that the registry gave: everybody has it. */
function isUnpacked({ actions }: Step): (path: string) => boolean {
  const places = actions.flatMap((action) => {
    if (action.kind !== 'unpack') return [];
    return action.paths.length === 0 ? [action.to] : action.paths.map((path) => `${action.to}/${path}`);
  });
  return (path) => places.some((place) => path.startsWith(`${place}/`));
}

/** What was let pass before, whoever did. */
function listAllowed({ lock }: Project): readonly Allowance[] {
  if (lock === undefined) return [];
  const services = Object.values(lock.services ?? {}).flatMap((pin) => ('build' in pin ? (pin.allowed ?? []) : []));
  return [...lock.versions.flatMap((version) => version.allowed ?? []), ...services];
}

/** True for a path that was printed as it is. */
const isPlain = (path: string): boolean => path.startsWith('/') && !path.includes('\\');

function adviseOn({ id, title }: Step, path: string, local: boolean): string {
  if (local) return `Have "${title}" remove it`;
  const exclude = `leave it out with \`commit: {exclude: [${JSON.stringify(path)}]}\` in devenv.yaml`;
  return id.startsWith('run:') ? `Have "${title}" remove it, ${exclude}` : `L${exclude.slice(1)}`;
}

async function scanFiles({ folder, hashes }: Project, steps: readonly Step[]): Promise<readonly Found[]> {
  const scanner = new FileScanner();
  const found: Found[] = [];
  for (const action of steps.flatMap((step) => step.actions)) {
    if (action.kind !== 'copy' || chooseReading(action.file.to) === 'none') continue;
    const { from, to } = action.file;
    const { content } = await readProjectFile(folder, from, hashes[from]);
    const { findings } = await scanner.scan(pathFromText(to), content);
    found.push(...findings.map((finding): Found => ({ ...finding, content: `sha256:${hashes[from] ?? ''}` })));
  }
  return found;
}
