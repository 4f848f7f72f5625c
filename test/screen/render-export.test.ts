import { expect, it } from 'vitest';
import { renderExport } from '../../src/screen/render-export.ts';
import type { ExportFormat } from '../../src/share/export.ts';

const next: Readonly<Record<ExportFormat, string>> = {
  devcontainer: 'Open the project in an editor that knows Dev Containers.',
  dockerfile: "Build it with `docker build --file 'a b' .` in the project.",
  compose: "Start it with `docker compose --file 'a b' up --detach`.",
  kubernetes: "Start it with `kubectl apply -f 'a b'`.",
  github: 'Commit it to git: the next push runs it.',
  gitlab: 'Commit it to git: the next push runs it.',
};

it.each(Object.entries(next) as [ExportFormat, string][])('says how to use the file of %s', (format, line) => {
  const made = { version: 1, files: [{ name: 'a', text: '' }], notes: [], written: ['/p/a b'] } as const;
  expect(renderExport({ format, ...made }, 'a b')).toBe(`Wrote /p/a b.\n${line}`);
});
