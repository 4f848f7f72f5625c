/** Text of a build: what a command printed, or the title of an instruction that starts. */
interface TraceText {
  /** The digest of the instruction. */
  readonly source: string;
  readonly text: string;
}

/**
 * Reads a record of BuildKit's progress (`moby.buildkit.v1.StatusResponse`):
 * instructions are field 1 (digest 1, name 3, cached 4, started 5, completed 6),
 * output is field 3 (instruction 1, bytes 4). Nothing of a damaged record.
 */
export function readTrace(record: Uint8Array): readonly TraceText[] {
  return [...readFields(record)].flatMap(({ number, bytes }): TraceText[] => {
    const fields = new Map([...readFields(bytes)].map((field) => [field.number, field]));
    const textOf = (field: number): string => Buffer.from(fields.get(field)?.bytes ?? []).toString('utf8');
    if (number === 3) return [{ source: textOf(1), text: textOf(4) }];
    const starts = number === 1 && fields.has(5) && !fields.has(6);
    return starts && !textOf(3).startsWith('[internal]') ? [{ source: '', text: `${textOf(3)}\n` }] : [];
  });
}

interface ProtocolField {
  readonly number: number;
  /** Empty for a number. */
  readonly bytes: Uint8Array;
}

/** The fields of a protobuf message. */
function* readFields(message: Uint8Array): Generator<ProtocolField> {
  let at = 0;
  const readNumber = (): number => {
    let value = 0;
    for (let factor = 1; at < message.length; factor *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte % 128) * factor;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = readNumber();
    const [number, type] = [Math.floor(key / 8), key % 8];
    if (type === 0) {
      readNumber();
      yield { number, bytes: new Uint8Array() };
      continue;
    }
    const size = type === 2 ? readNumber() : type === 1 ? 8 : type === 5 ? 4 : message.length;
    yield { number, bytes: message.subarray(at, at + size) };
    at += size;
  }
}
