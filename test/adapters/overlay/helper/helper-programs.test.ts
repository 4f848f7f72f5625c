import { expect, it } from 'vitest';
import { sizes, source } from '../../../../src/adapters/overlay/helper/generated/helper-facts.ts';
import { programs } from '../../../../src/adapters/overlay/helper/generated/helper-programs.ts';
import { hashHelperSource } from '../../../../scripts/hash-helper-source.ts';

/** Machine numbers in the header of an ELF file. */
const machines = { amd64: 62, arm64: 183 };

it('the committed programs were built from the current sources', () => {
  expect(hashHelperSource(), 'run `npm run helper`').toBe(source);
});

it.each(Object.entries(machines))('the program for %s is static', (architecture, machine) => {
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
  expect(kinds, 'a program header asks for a loader').not.toContain(3);
});
