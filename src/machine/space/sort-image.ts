import { labels } from '../../observe/labels.ts';
import type { ImageUsage } from '../../ports/engine.ts';

/** What a name of an image on the engine is for. */
export type ImagePurpose =
  | { readonly kind: 'version'; readonly project: string; readonly number: number; readonly content: string }
  | { readonly kind: 'bundled'; readonly project: string; readonly digest: string }
  | { readonly kind: 'step' }
  | { readonly kind: 'base'; readonly suite: string }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'other' };

/** What each name of an image is for. The registry's name of the newest version, `latest`, is one more name of it. */
export function sortNames(image: Pick<ImageUsage, 'labels' | 'tags'>): readonly (readonly [string, ImagePurpose])[] {
  const sorted = image.tags.map((tag) => [tag, sortName(tag, image)] as const);
  const version = sorted.find(([, { kind }]) => kind === 'version')?.[1];
  return sorted.map(([tag, purpose]) => [
    tag,
    purpose.kind === 'other' && tag.endsWith(':latest') && version !== undefined ? version : purpose,
  ]);
}

/** Of an image without labels of devenv, only a name that a bundle gave counts: anybody can give names. */
function sortName(tag: string, { labels: found }: Pick<ImageUsage, 'labels'>): ImagePurpose {
  const name = tag.replace(/^(?:localhost|docker\.io)\//, '');
  const [, project = '', rest = ''] = /^devenv\/([^/:]+):(.+)$/.exec(name) ?? [];
  const digest = /^pinned-([0-9a-f]{64})$/.exec(rest)?.[1];
  if (digest !== undefined) return { kind: 'bundled', project, digest: `sha256:${digest}` };
  if (!Object.keys(found).some((label) => label.startsWith('dev.teamvm.'))) return { kind: 'other' };
  const [, number, content = ''] = /^(\d+)-([0-9a-f]{12})$/.exec(rest) ?? [];
  if (number !== undefined) return { kind: 'version', project, number: Number(number), content };
  // Of a push or pull: the registry's repository, with the same tag.
  const [, pushed, of = ''] = /:(\d+)-([0-9a-f]{12})$/.exec(name) ?? [];
  const { [labels.project]: owner = '', [labels.version]: labelled = '' } = found;
  if (pushed !== undefined && pushed === labelled && owner !== '')
    return { kind: 'version', project: owner, number: Number(pushed), content: of };
  if (name.startsWith('devenv-step:') && (found[labels.step] ?? '') !== '') return { kind: 'step' };
  if (name.startsWith('devenv-snapshot/')) return { kind: 'snapshot' };
  const suite = /^devenv-base\/([^:]+):/.exec(name)?.[1];
  return suite === undefined ? { kind: 'other' } : { kind: 'base', suite };
}
