export interface Space {
  readonly count: number;
  /** Bytes. */
  readonly size: number;
}

export interface ProjectSpace {
  readonly project: string;
  /** Layers that only its versions have, and images that came from bundles. */
  readonly versions: Space;
  /** What its containers wrote beyond their images. */
  readonly containers: Space;
  readonly volumes: Space;
  readonly snapshots: Space;
}

/** Space that is not of one project. */
export interface MachineSpace {
  /** Layers that versions or snapshots of several projects have, or that images of others have, too. */
  readonly shared: Space;
  /** Layers of build steps that no version has. */
  readonly steps: Space;
  readonly bases: Space;
  /** Volumes with the packages that builds download. */
  readonly caches: Space;
  /** Containers and volumes of builds. */
  readonly builders: Space;
}

type ProjectRow = Exclude<keyof ProjectSpace, 'project'>;

/** Adds up what takes space, by project and by row. */
export class SpaceSum {
  readonly #projects = new Map<string, ProjectSpace>();
  #machine: MachineSpace = { shared: none, steps: none, bases: none, caches: none, builders: none };
  /** Bytes of all rows. */
  total = 0;

  addToProject(project: string, row: ProjectRow, { size = 0, count = 0 }: Partial<Space>): void {
    const known = this.#projects.get(project) ?? {
      ...{ project, versions: none, containers: none, volumes: none, snapshots: none },
    };
    this.total += size;
    this.#projects.set(project, { ...known, [row]: plus(known[row], size, count) });
  }

  addToMachine(row: keyof MachineSpace, { size = 0, count = 0 }: Partial<Space>): void {
    this.total += size;
    this.#machine = { ...this.#machine, [row]: plus(this.#machine[row], size, count) };
  }

  /** Sorted by name. */
  get projects(): readonly ProjectSpace[] {
    return [...this.#projects.values()].sort((a, b) => (a.project < b.project ? -1 : 1));
  }

  get machine(): MachineSpace {
    return this.#machine;
  }
}

const none: Space = { count: 0, size: 0 };

const plus = (space: Space, size: number, count: number): Space => ({
  count: space.count + count,
  size: space.size + size,
});
