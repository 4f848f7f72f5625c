import type { ExportResult } from '../share/export.ts';
import { quoteWords } from '../model/shell/quote-words.ts';
import { joinLines } from './sanitize.ts';

/** The files that were written, and how to use them. `file`: as the person named the first one. */
export function renderExport({ format, written }: ExportResult, file: string): string {
  const quoted = quoteWords([file]);
  const next = {
    devcontainer: 'Open the project in an editor that knows Dev Containers.',
    dockerfile: `Build it with \`docker build --file ${quoted} .\` in the project.`,
    compose: `Start it with \`docker compose --file ${quoted} up --detach\`.`,
    kubernetes: `Start it with \`kubectl apply -f ${quoted}\`.`,
    github: 'Commit it to git: the next push runs it.',
    gitlab: 'Commit it to git: the next push runs it.',
  }[format];
  return joinLines([...written.map((path) => `Wrote ${path}.`), next]);
}
