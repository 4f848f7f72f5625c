import type { ImportResult } from '../../share/import.ts';
import { renderTable } from '../render-table.ts';
import { sanitizeLine } from '../sanitize.ts';

const words = { mapped: 'mapped', reference: 'by reference', unneeded: 'not needed', unmapped: 'NOT MAPPED' } as const;

/** Each field of the file and what becomes of it. */
export function renderImport({ file, fields }: Pick<ImportResult, 'file' | 'fields'>): string {
  const rows = fields.map(({ name, verdict, to }) => [name, words[verdict], to].map(sanitizeLine));
  const lost = fields.filter(({ verdict }) => verdict === 'unmapped').length;
  const count = `${String(fields.length - lost)} of ${String(fields.length)} fields of ${sanitizeLine(file)} are in devenv.yaml or not needed.`;
  return `${renderTable(['FIELD', 'BECOMES', 'DEVENV.YAML'], rows)}\n\n${count}\n`;
}
