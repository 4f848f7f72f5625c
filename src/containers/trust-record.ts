import { asMap, parseJson } from '../model/json.ts';
import type { Context } from '../ports/context.ts';
import { isLent, keyOfNeed, type TrustNeed } from '../model/trust.ts';
import { hashToHex } from '../lock/hash-json.ts';
import { formatTime } from '../model/format-count.ts';

type Ports = Pick<Context, 'files' | 'machine' | 'clock'>;

/** A person's answers for one project folder, in the state folder, where no workspace can write. */
interface TrustRecord {
  readonly folder: string;
  /** Exactly what was shown and agreed to. */
  readonly needs: readonly TrustNeed[];
  /** Logins that the person does not lend here: they are not asked again. */
  readonly declined?: readonly TrustNeed[];
  /** ISO 8601. */
  readonly date: string;
}

const limit = 256 * 1024;

/** Absent if the person agreed to nothing here. */
export async function readTrust(ports: Omit<Ports, 'clock'>, folder: string): Promise<TrustRecord | undefined> {
  const text = await ports.files.readText(await recordPath(ports, folder), limit);
  // A broken record counts as none.
  const record = asMap(parseJson(text));
  return Array.isArray(record['needs']) ? (record as unknown as TrustRecord) : undefined;
}

/** Records an answer. It replaces earlier ones; only what is lent by name adds up, until `revokeTrust`. */
export async function writeTrust(
  ports: Ports,
  folder: string,
  answer: { readonly needs: readonly TrustNeed[]; readonly declined?: readonly TrustNeed[] },
): Promise<void> {
  const before = await readTrust(ports, folder);
  const needs = unite(answer.needs, (before?.needs ?? []).filter(isLent));
  const agreed = new Set(needs.map(keyOfNeed));
  const declined = unite(answer.declined ?? [], before?.declined ?? []).filter((need) => !agreed.has(keyOfNeed(need)));
  const record: TrustRecord = {
    folder,
    needs,
    ...(declined.length > 0 && { declined }),
    date: formatTime(ports.clock.now()),
  };
  await ports.files.makeFolder(ports.machine.stateFolder);
  await ports.files.writeAtomic(await recordPath(ports, folder), `${JSON.stringify(record, null, 2)}\n`);
}

/** False if there was nothing to revoke. */
export async function revokeTrust(ports: Ports, folder: string): Promise<boolean> {
  if ((await readTrust(ports, folder)) === undefined) return false;
  await ports.files.writeAtomic(await recordPath(ports, folder), '');
  return true;
}

async function recordPath({ files, machine }: Omit<Ports, 'clock'>, folder: string): Promise<string> {
  const real = (await files.realPath(folder)) ?? folder;
  return `${machine.stateFolder}/trust-${hashToHex(real).slice(0, 32)}.json`;
}

function unite(some: readonly TrustNeed[], more: readonly TrustNeed[]): readonly TrustNeed[] {
  return [...new Map([...some, ...more].map((need) => [keyOfNeed(need), need])).values()];
}
