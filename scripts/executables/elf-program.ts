const [programTable, programCount, programSize] = [32, 56, 56];
const [loadedSegment, dynamicSegment] = [1, 2];
const executable = 1;
const tag = {
  end: 0,
  needed: 1,
  sizeOfCalls: 2,
  strings: 5,
  symbols: 6,
  calls: 23,
  versions: 0x6ffffffe,
  files: 0x6fffffff,
};
/** "Base of the program plus a number", by the processor's code. */
const relative: Readonly<Record<number, bigint>> = { 62: 8n, 183: 1027n };

interface Segment {
  readonly at: number;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** A dynamically linked program of 64 bits, which is changed in place. */
export class ElfProgram {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    if (bytes.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') throw new Error('Not an ELF program of 64 bits.');
    this.bytes = bytes;
  }

  /** The code of the processor. */
  get machine(): number {
    return this.bytes.readUInt16LE(18);
  }

  /** Puts machine code behind the program's own, into what fills its last page. Returns the address. */
  addCode(code: Uint8Array): number {
    const segments = this.#listSegments();
    const text = segments.find(({ type, flags }) => type === loadedSegment && (flags & executable) !== 0);
    if (text === undefined) throw new Error('The program has no code.');
    const start = Math.ceil((text.offset + text.size) / 16) * 16;
    const end = start + code.length;
    const next = segments.find(({ type, offset }) => type === loadedSegment && offset > text.offset);
    if (next === undefined || end > next.offset) throw new Error(`There is no room for ${String(code.length)} bytes.`);
    this.bytes.set(code, start);
    // Both sizes: in the file and in memory.
    for (const field of [32, 40]) this.#write(text.at + field, end - text.offset);
    return text.address + start - text.offset;
  }

  /** Forgets that the program needs a library. What it called there has to be provided. */
  dropLibrary(name: string): void {
    const entries = this.#listDynamic();
    const strings = this.#find(tag.strings);
    const isNamed = (offset: number): boolean => this.#text(strings + offset) === name;
    const dropped = entries.find((entry) => entry.tag === tag.needed && isNamed(entry.value));
    if (dropped === undefined) throw new Error(`The program does not need ${name}.`);
    const last = entries.at(-1) ?? dropped;
    this.bytes.copyWithin(dropped.at, dropped.at + 16, last.at + 16);
    this.#dropVersions(isNamed);
  }

  /** Makes the program's calls of a function of a library go to an address. */
  redirect(name: string, address: number): void {
    const [strings, symbols, calls] = [this.#find(tag.strings), this.#find(tag.symbols), this.#find(tag.calls)];
    const size = this.#listDynamic().find((entry) => entry.tag === tag.sizeOfCalls)?.value ?? 0;
    for (let at = calls; at < calls + size; at += 24) {
      const symbol = symbols + this.bytes.readUInt32LE(at + 12) * 24;
      if (this.#text(strings + this.bytes.readUInt32LE(symbol)) !== name) continue;
      this.bytes.writeBigUInt64LE(relative[this.machine] ?? 0n, at + 8);
      return this.#write(at + 16, address);
    }
    throw new Error(`The program does not call ${name}.`);
  }

  /** The loader looks for the versions of functions in each library that the program names. */
  #dropVersions(isNamed: (offset: number) => boolean): void {
    const [first, count] = [tag.versions, tag.files].map((wanted) =>
      this.#listDynamic().find((entry) => entry.tag === wanted),
    );
    if (first === undefined || count === undefined) throw new Error('The program names no versions of functions.');
    let before: number | undefined;
    for (let at = this.#offsetOf(first.value), left = count.value; left > 0; left -= 1) {
      const next = this.bytes.readUInt32LE(at + 12);
      if (isNamed(this.bytes.readUInt32LE(at + 4))) {
        if (before === undefined) this.#write(first.at + 8, first.value + next);
        else this.bytes.writeUInt32LE(next === 0 ? 0 : at + next - before, before + 12);
        return this.#write(count.at + 8, count.value - 1);
      }
      before = at;
      at += next;
    }
    throw new Error('The program names no versions of functions of the library.');
  }

  #listSegments(): readonly Segment[] {
    const table = this.#read(programTable);
    return Array.from({ length: this.bytes.readUInt16LE(programCount) }, (_, index) => {
      const at = table + index * programSize;
      const [type, flags] = [this.bytes.readUInt32LE(at), this.bytes.readUInt32LE(at + 4)];
      return { at, type, flags, offset: this.#read(at + 8), address: this.#read(at + 16), size: this.#read(at + 32) };
    });
  }

  /** The table for the loader, up to its end. */
  #listDynamic(): readonly { readonly at: number; readonly tag: number; readonly value: number }[] {
    const dynamic = this.#listSegments().find(({ type }) => type === dynamicSegment);
    if (dynamic === undefined) throw new Error('The program needs no library.');
    const rows = Array.from({ length: dynamic.size / 16 }, (_, index) => {
      const at = dynamic.offset + index * 16;
      return { at, tag: this.#read(at), value: this.#read(at + 8) };
    });
    return rows.slice(0, rows.findIndex((row) => row.tag === tag.end) + 1);
  }

  /** The offset of a table that the loader reads. */
  #find(wanted: number): number {
    const entry = this.#listDynamic().find((row) => row.tag === wanted);
    if (entry === undefined) throw new Error(`The program has no table ${String(wanted)}.`);
    return this.#offsetOf(entry.value);
  }

  #offsetOf(address: number): number {
    const segment = this.#listSegments().find(
      (one) => one.type === loadedSegment && address >= one.address && address < one.address + one.size,
    );
    if (segment === undefined) throw new Error(`Nothing of the program has the address ${String(address)}.`);
    return segment.offset + address - segment.address;
  }

  #text(offset: number): string {
    return this.bytes.toString('latin1', offset, this.bytes.indexOf(0, offset));
  }

  #read(offset: number): number {
    return Number(this.bytes.readBigUInt64LE(offset));
  }

  #write(offset: number, value: number): void {
    this.bytes.writeBigUInt64LE(BigInt(value), offset);
  }
}
