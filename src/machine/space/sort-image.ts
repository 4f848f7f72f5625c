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

/** Of an image without labels of devenv, only a name that a bundle gave counts: anybody can give names. */
export function sortName(tag: string, { labels: found }: Pick<ImageUsage, 'labels'>): ImagePurpose {
  const name = tag.replace(/^(?:localhost|docker\.io)\//, '');
  const [, project = '', rest = ''] = /^devenv\/([^/:]+):(.+)$/.exec(name) ?? [];
  const digest = /^pinned-([0-9a-f]{64})$/.exec(rest)?.[1];
  if (digest !== undefined) return { kind: 'bundled', project, digest: `sha256:${digest}` };
  if (!Object.keys(found).some((label) => label.startsWith('dev.teamvm.'))) return { kind: 'other' };
  const [, number, content = ''] = /^(\d+)-([0-9a-f]{12})$/.exec(rest) ?? [];
  if (number !== undefined) return { kind: 'version', project, number: Number(number), content };
  if (name.startsWith('devenv-step:') && (found[labels.step] ?? '') !== '') return { kind: 'step' };
  if (name.startsWith('devenv-snapshot/')) return { kind: 'snapshot' };
  const suite = /^devenv-base\/([^:]+):/.exec(name)?.[1];
  return suite === undefined ? { kind: 'other' } : { kind: 'base', suite };
}
