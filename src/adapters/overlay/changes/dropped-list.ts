import type { BytePath } from '../../../model/byte-path.ts';
import type { Dropped } from '../../../ports/capture.ts';
import { toPath } from './entry-table.ts';
import type { FoundRow } from '../helper/read-found-row.ts';

/** What the entries of a delta have and a version has not: the first of each kind, which may be many. */
export class DroppedList implements Dropped {
  readonly sockets: BytePath[] = [];
  readonly acls: BytePath[] = [];
  readonly attributes: BytePath[] = [];
  times = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  addSocket(path: string): void {
    this.#name(this.sockets, path);
  }

  add({ path, type, fine, attributes }: FoundRow): void {
    if (type === 'f' && fine) this.times += 1;
    if (attributes.length === 0) return;
    if (attributes.some(isAcl)) this.#name(this.acls, path);
    if (attributes.some((name) => !isAcl(name) && !kept.has(name))) this.#name(this.attributes, path);
  }

  #name(list: BytePath[], path: string): void {
    if (list.length < this.#most) list.push(toPath(path));
  }
}

const kept = new Set(['security.capability', 'security.selinux']);
const isAcl = (name: string): boolean => name.startsWith('system.posix_acl_');
