import type { Volume } from '../model/container.ts';

/** Named volumes: folders that the engine keeps beside containers. Throws ENGINE_UNREACHABLE and ENGINE_REFUSED. */
export interface Volumes {
  /** Volumes that carry all labels (`name=value`, or a name), sorted by name. */
  list(labels: readonly string[]): Promise<readonly Volume[]>;
  /** Keeps a volume of that name as it is. */
  create(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Nothing to remove is no error. Refuses a volume that a container has. */
  remove(name: string): Promise<void>;
}
