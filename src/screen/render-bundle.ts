import { basename } from 'node:path';
import { quoteWords } from '../model/shell/quote-words.ts';
import type { ExportedBundle } from '../share/bundle/export.ts';
import { formatSize } from './format-size.ts';
import { renderTable } from './render-table.ts';
import { sanitizeLine } from './sanitize.ts';

/** What was written, what is not in it, and what comes next. */
export function renderBundleExport({ file, size, version, above, services, built, data }: ExportedBundle): string {
  const beside = [...services.map((name) => `service ${name}`), ...(data ? ["the team's data"] : [])];
  const what =
    above === undefined
      ? `version ${String(version)}`
      : `what version ${String(version)} has above version ${String(above)}`;
  const lines = [
    `Wrote ${what}${beside.length > 0 ? `, with ${beside.join(', ')},` : ''} to ${file} (${formatSize(size)}).`,
  ];
  if (built.length > 0)
    lines.push(`Not in it, because each machine builds them from devenv.yaml: services ${built.join(', ')}.`);
  if (above !== undefined) lines.push(`A machine needs version ${String(above)} before it can import the file.`);
  const name = quoteWords([basename(file)]);
  lines.push(`On the other machine, in a clone of the project: \`devenv up --bundle ${name}\`.`);
  if (above === undefined)
    lines.push(`In an empty folder: \`devenv bundle import ${name} --project-files\`, then \`devenv up\`.`);
  return lines.join('\n');
}

interface Imported {
  readonly versions: readonly number[];
  readonly services: readonly string[];
  readonly data: boolean;
  readonly here: readonly number[];
  readonly written: readonly string[];
  readonly incomplete?: string;
}

export function renderBundleImport({ versions, services, data, here, written, incomplete }: Imported): string {
  const loaded = [
    ...versions.map((number) => `version ${String(number)}`),
    ...services.map((name) => `service ${name}`),
    ...(data ? ["the team's data"] : []),
  ];
  const lines = loaded.length > 0 ? [`Imported ${loaded.join(', ')}.`] : [];
  if (here.length > 0) lines.push(`Already on this engine: version ${here.join(', ')}.`);
  for (const path of written) lines.push(`Wrote ${path}.`);
  if (incomplete !== undefined)
    lines.push(
      sanitizeLine(incomplete),
      'A bundle does not hold such files: copy them from the project, then run `devenv up`.',
    );
  else if (written.length > 0) lines.push('Run `devenv up` to create the workspace.');
  else if (loaded.length > 0) lines.push('Run `devenv up` to move the workspace to the current version.');
  return lines.join('\n');
}

interface ShownImage {
  readonly platform: string;
  readonly size: number;
  readonly layers: number;
  readonly absent: number;
}

interface Shown {
  readonly file: string;
  readonly size: number;
  readonly project: string;
  readonly above?: number;
  readonly versions: readonly (ShownImage & { readonly number: number; readonly message: string })[];
  readonly services: readonly (ShownImage & { readonly name: string; readonly image: string })[];
  readonly data: readonly ShownImage[];
  readonly verified: boolean;
}

/** A table of what a bundle holds. */
export function renderBundle(bundle: Shown): string {
  const row = (what: string, { platform, size, layers, absent }: ShownImage, text: string): string[] => [
    ...[what, platform, formatSize(size)],
    absent === 0 ? String(layers) : `${String(layers - absent)} of ${String(layers)}`,
    text,
  ];
  const rows = [
    ...bundle.versions.map((one) => row(`version ${String(one.number)}`, one, one.message)),
    ...bundle.services.map((one) => row(`service ${one.name}`, one, one.image)),
    ...bundle.data.map((one) => row('data', one, '')),
  ];
  const above =
    bundle.above === undefined ? '' : `, for machines that have version ${String(bundle.above)} of the project`;
  return [
    `Bundle of ${sanitizeLine(bundle.project)}, ${formatSize(bundle.size)}${above}`,
    renderTable(['CONTENT', 'PLATFORM', 'SIZE', 'LAYERS', ''], rows),
    ...(bundle.verified ? ['Verified: every layer has its digests.'] : []),
  ].join('\n');
}
