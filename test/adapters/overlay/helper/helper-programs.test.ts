import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { sizes, source } from '../../../../src/adapters/overlay/helper/generated/helper-facts.ts';
import { programs } from '../../../../src/adapters/overlay/helper/generated/helper-programs.ts';

/** Of the header of an ELF file: what machine it is for. */
const machines = { amd64: 62, arm64: 183 };

it('are made of the source as it is', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../native/beside.c'));
  expect(createHash('sha256').update(text).digest('hex'), 'run `npm run helper`').toBe(source);
});

it.each(Object.entries(machines))('are static programs for %s', (architecture, machine) => {
  const program = Buffer.from(programs[architecture] ?? '', 'base64');
  expect(program).toHaveLength(sizes[architecture] ?? 0);
  expect(program.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  expect(program.readUInt16LE(18)).toBe(machine);
  const [table, size, count] = [
    Number(program.readBigUInt64LE(32)),
    program.readUInt16LE(54),
    program.readUInt16LE(56),
  ];
  const kinds = Array.from({ length: count }, (_, index) => program.readUInt32LE(table + index * size));
  expect(kinds, 'none that asks for a loader of the image').not.toContain(3);
});
