/** Networks on which containers find each other by name. Throws ENGINE_UNREACHABLE and ENGINE_REFUSED. */
export interface Networks {
  /** Names of the networks that carry all labels (`name=value`), sorted. */
  list(labels: readonly string[]): Promise<readonly string[]>;
  /** Keeps a network of that name as it is. */
  create(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Nothing to remove is no error. Keeps a network that a container is on. */
  remove(name: string): Promise<void>;
  /**
   * Puts a container, running or not, on a network under more names. A
   * connection to an earlier network of the same name is replaced.
   */
  connect(name: string, container: string, aliases: readonly string[]): Promise<void>;
}
