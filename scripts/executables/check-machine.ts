import type { Platform } from './fetch-node.ts';

/** How programs of a platform begin: the magic number of their format, and the code of the processor at an offset. */
const heads: Readonly<
  Record<Platform, { readonly magic: string; readonly at: (program: Buffer) => number; readonly code: number }>
> = {
  'linux-x64': { magic: '7f454c4602', at: () => 18, code: 62 },
  'linux-arm64': { magic: '7f454c4602', at: () => 18, code: 183 },
  'darwin-x64': { magic: 'cffaedfe', at: () => 4, code: 7 },
  'darwin-arm64': { magic: 'cffaedfe', at: () => 4, code: 12 },
  // The DOS header holds the offset of the PE header, in which the processor follows "PE\0\0".
  'windows-x64': { magic: '4d5a', at: (program) => program.readUInt32LE(0x3c) + 4, code: 0x8664 },
};

/** Throws if a program is not for the platform: a package may hold another one. */
export function checkMachine(platform: Platform, program: Buffer): void {
  const { magic, at, code } = heads[platform];
  const found = program.subarray(0, magic.length / 2).toString('hex');
  if (found !== magic) throw new Error(`Node for ${platform} begins with ${found}, not with ${magic}.`);
  const machine = program.readUInt16LE(at(program));
  if (machine !== code)
    throw new Error(`Node for ${platform} is for the processor ${String(machine)}, not ${String(code)}.`);
}
