/** A network as an engine lists it. */
export interface Network {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface NewNetwork {
  readonly labels: Readonly<Record<string, string>>;
  /** Its containers reach each other and nothing else. */
  readonly internal: boolean;
}

/** Networks on which containers find each other by name. Throws ENGINE_UNREACHABLE and ENGINE_REFUSED. */
export interface Networks {
  /** The networks that carry all labels (`name=value`), by name. */
  list(labels: readonly string[]): Promise<readonly Network[]>;
  /** Keeps a network of that name as it is. */
  create(name: string, network: NewNetwork): Promise<void>;
  /** Nothing to remove is no error. Keeps a network that a container is on. */
  remove(name: string): Promise<void>;
  /**
   * Puts a container, running or not, on a network under more names. A
   * connection to an earlier network of the same name is replaced.
   */
  connect(name: string, container: string, aliases: readonly string[]): Promise<void>;
  /** Takes a container, running or not, off a network. It is no error if it is not on it. */
  disconnect(name: string, container: string): Promise<void>;
}
