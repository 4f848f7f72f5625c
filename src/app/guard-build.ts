import { readProjectFile } from '../apply/read-project-file.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Allowance, Found } from '../model/finding.ts';
import type { ImageConfig } from '../model/image.ts';
import type { Step } from '../model/plan.ts';
import { readAllowances } from '../secrets/allow.ts';
import { chooseReading, FileScanner } from '../secrets/file-scanner.ts';
import type { Context } from './context.ts';
import type { Project } from './project.ts';
import { refuseBadAllowances, refuseSecrets, searchTexts, textsOf, type Refusal } from './refuse-secrets.ts';
import { scanSecrets } from './scan-secrets.ts';

export interface BuildGuardOptions {
  readonly message: string;
  /** `PATH=REASON`, as the person gave them. */
  readonly allow: readonly string[];
}

/** Searches what a build adds for secrets. Each check throws SECRET_FOUND before anything of it is kept. */
export interface BuildGuard {
  /** What the person let pass so far, for the new version's record. */
  readonly allowed: readonly Allowance[];
  /** Environment and labels that the image gets, and the message. */
  readonly checkConfig: (config: ImageConfig) => void;
  /** Files of the project that steps copy. */
  readonly checkFiles: (steps: readonly Step[]) => Promise<void>;
  /**
   * What a person's own command wrote in a builder that runs. `parent`: id of
   * the image that the builder was made from. What other steps bring is from
   * packages. Takes as long as there are changes.
   */
  readonly checkStep: (step: Step, builder: string, parent: string) => Promise<void>;
}

export function guardBuild(context: Context, project: Project, { message, allow }: BuildGuardOptions): BuildGuard {
  refuseBadAllowances(allow);
  const known = project.lock?.versions.flatMap((version) => version.allowed ?? []) ?? [];
  const allowed: Allowance[] = [];
  const check = (findings: readonly Found[], refusal: Refusal): void => {
    allowed.push(...readAllowances(allow, findings));
    refuseSecrets(findings, [...allowed, ...known], refusal);
  };
  return {
    allowed,
    checkConfig: (config) => check(searchTexts(textsOf(config, message, allow)), refusalOf('It is set in the base')),
    checkFiles: async (steps) => {
      const refusal = refusalOf('Take it out of `files` in devenv.yaml, or make the workspace fetch it: `secrets`');
      check(await scanFiles(project, steps), refusal);
    },
    checkStep: async (step, builder, parent) => {
      if (!step.id.startsWith('run:')) return;
      const request = { container: builder, image: parent, leaveOut: () => false };
      const scan = await scanSecrets(await context.changes(), request).catch((error: unknown) => {
        if (!(error instanceof DevenvError) || error.code !== 'ENGINE_REFUSED') throw error;
        context.progress.note(`What "${step.title}" wrote could not be searched for secrets: ${error.message}`);
        return undefined;
      });
      check(scan?.findings ?? [], refusalOf(`Have "${step.title}" remove it`));
    },
  };
}

const refusalOf = (advice: string): Refusal => ({
  state: 'Nothing of it was kept, and no version was recorded.',
  leaveOut: () => advice,
});

async function scanFiles({ folder, hashes }: Project, steps: readonly Step[]): Promise<readonly Found[]> {
  const scanner = new FileScanner();
  const found: Found[] = [];
  for (const action of steps.flatMap((step) => step.actions)) {
    if (action.kind !== 'copy' || chooseReading(action.file.to) === 'none') continue;
    const { from, to } = action.file;
    const { content } = await readProjectFile(folder, from, hashes[from]);
    const { findings } = await scanner.scan(Buffer.from(to), content);
    found.push(...findings.map((finding): Found => ({ ...finding, content: `sha256:${hashes[from] ?? ''}` })));
  }
  return found;
}
