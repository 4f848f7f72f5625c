import { DevenvError } from '../../errors/devenv-error.ts';
import type { Action, Step } from '../../model/plan.ts';
import type { Context } from '../../ports/context.ts';
import type { Downloads, PackageVersion } from '../../ports/packages.ts';
import { readFingerprints } from './read-fingerprints.ts';
import { collectContent } from '../../ports/changes.ts';

/** Bytes. */
const largestKey = 1024 * 1024;

type Unpack = Extract<Action, { kind: 'unpack' }>;
type Download = Extract<Action, { kind: 'download' }>;

/** Where steps get what they fetch. */
export type Sources = Pick<Context, 'packages' | 'downloads'>;

interface PinnedStep {
  /** Each package has one version and one integrity. */
  readonly step: Step;
  /** For the lock: `node` → version, `node.integrity.x64` → `sha512-…`. */
  readonly resolved: Readonly<Record<string, string>>;
}

/**
 * Resolves what a step fetches: by complete pins of the lock, else by the
 * registry, or by downloading it. `architecture` as images name it: `amd64`,
 * `arm64`. Throws as Packages.resolve and Downloads.fetch.
 */
export async function pinStep(
  step: Step,
  sources: Sources,
  architecture: string,
  signal?: AbortSignal,
): Promise<PinnedStep> {
  const resolved: Record<string, string> = {};
  const actions = await Promise.all(
    step.actions.map(async (action) => {
      if (action.kind === 'download') {
        const { action: pinned, pins } = await pinDownload(action, sources, architecture, signal);
        Object.assign(resolved, action.pins, pins);
        return pinned;
      }
      if (action.kind !== 'unpack') return action;
      const pinned = await pinUnpack(action, sources, architecture, signal);
      const sameVersion = action.pins[action.name] === pinned.range;
      // Pins of other architectures hold as long as the version is the same.
      Object.assign(resolved, sameVersion ? action.pins : {}, pinned.pins);
      return pinned;
    }),
  );
  return { step: { ...step, actions }, resolved };
}

/** The package of a pinned action. */
export function pinnedPackage({ package: name, name: pin, pins }: Unpack): PackageVersion {
  const [, integrity] = Object.entries(pins).find(([key]) => key.startsWith(`${pin}.integrity`)) ?? [];
  const version = pins[pin];
  if (version === undefined || integrity === undefined) throw new Error(`${name} is not pinned`);
  return { name, version, integrity };
}

/** The file of a pinned action. */
export function pinnedDownload({ name, urls, sha256 }: Download): { readonly url: string; readonly sha256: string } {
  const [[architecture, url] = ['', '']] = Object.entries(urls);
  const sum = sha256[architecture];
  if (sum === undefined) throw new Error(`the download ${name} is not pinned`);
  return { url, sha256: sum };
}

async function pinDownload(
  action: Download,
  { downloads }: Sources,
  architecture: string,
  signal?: AbortSignal,
): Promise<{ readonly action: Download; readonly pins: Readonly<Record<string, string>> }> {
  const { name, urls, pins } = action;
  const key = urls[architecture] === undefined ? 'any' : architecture;
  const url = urls[key];
  if (url === undefined) {
    throw new DevenvError('CONFIG_INVALID', `The download ${name} has no url for the architecture ${architecture}.`, {
      hint: 'Add it to `url` in devenv.yaml.',
    });
  }
  const known = action.sha256[key] ?? pins[`${name}.sha256.${key}`];
  const isChecked = known !== undefined && action.fingerprint === undefined;
  const sha256 = isChecked ? known : await learnSha256(action, url, known, await downloads(), signal);
  return {
    action: { ...action, urls: { [key]: url }, sha256: { [key]: sha256 } },
    pins: { [`${name}.sha256.${key}`]: sha256, [`${name}.url.${key}`]: url },
  };
}

/** The sha256 of a file, which is `known` unless it is seen for the first time. A key must have its fingerprint, whatever the lock says. */
async function learnSha256(
  { fingerprint }: Download,
  url: string,
  known: string | undefined,
  downloads: Downloads,
  signal?: AbortSignal,
): Promise<string> {
  const file = await downloads.fetch(url, known, signal);
  if (fingerprint === undefined) return file.sha256;
  const found = file.size > largestKey ? [] : readFingerprints(await collectContent(file));
  if (found.length > 0 && found.every((each) => each === fingerprint)) return file.sha256;
  const what = found.length === 0 ? 'is no OpenPGP key' : `has the fingerprint ${found.join(', ')}`;
  throw new DevenvError('CONTENT_MISMATCH', `The file at ${url} ${what}, but ${fingerprint} was expected.`, {
    hint: 'Check the address, and get the fingerprint from the owner of the key.',
    state: 'Nothing of the file was used, and nothing was recorded.',
  });
}

async function pinUnpack(
  action: Unpack,
  { packages }: Sources,
  architecture: string,
  signal?: AbortSignal,
): Promise<Unpack> {
  const name = action.package
    .replace('{arch}', () => npmArchitecture(action, architecture))
    .replace('{cpu}', () => npmArchitecture(action, architecture).replace('arm64', 'aarch64'));
  const key = integrityKey(action, architecture);
  const { [action.name]: version, [key]: integrity } = action.pins;
  const found =
    version !== undefined && integrity !== undefined
      ? { version, integrity }
      : await (await packages()).resolve(name, version ?? action.range, signal);
  return {
    ...action,
    package: name,
    range: found.version,
    pins: { [action.name]: found.version, [key]: found.integrity },
  };
}

function integrityKey(action: Unpack, architecture: string): string {
  const general = `${action.name}.integrity`;
  return /\{arch\}|\{cpu\}/.test(action.package) ? `${general}.${npmArchitecture(action, architecture)}` : general;
}

function npmArchitecture({ name: tool }: Unpack, architecture: string): string {
  const known: Readonly<Record<string, string>> = { amd64: 'x64', arm64: 'arm64' };
  const name = known[architecture];
  if (name === undefined) {
    throw new DevenvError('CONFIG_INVALID', `tools.${tool} is not available for the architecture ${architecture}.`, {
      hint: 'Remove it from devenv.yaml and use a base that has it.',
    });
  }
  return name;
}
