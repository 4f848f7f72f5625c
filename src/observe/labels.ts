/** Every label that devenv sets. Objects without them are never changed or deleted. */
export const labels = {
  /** `workspace`, `service`, `volume`, `network`, `snapshot`, `image`, `base`, `builder`, or `cache` for a shared volume of builders. */
  role: 'dev.teamvm.role',
  /** Name from devenv.yaml. */
  project: 'dev.teamvm.project',
  /** Absolute path of the project folder on the person's machine. Never on images. */
  folder: 'dev.teamvm.folder',
  /** Identity of the project folder, which a rename keeps. */
  identity: 'dev.teamvm.identity',
  /** Name that a container was given, and id of its image: with it, its labels are its own and no copy. */
  made: 'dev.teamvm.made',
  /** Name of the workspace within the project. */
  workspace: 'dev.teamvm.workspace',
  /** Name of a service, as devenv.yaml has it; on its container. */
  service: 'dev.teamvm.service',
  /** Names of the services that a service is started after, with commas between. */
  needs: 'dev.teamvm.needs',
  /** Id of the container whose network a service uses, else empty. */
  shares: 'dev.teamvm.shares',
  /** `completed` on a service that runs once, else empty: its image may have such a label of its own. */
  until: 'dev.teamvm.until',
  /** JSON: how to tell that a service is ready, from the HEALTHCHECK of its image. */
  health: 'dev.teamvm.health',
  /** Name of a volume, as devenv.yaml has it; on the engine's volume. */
  volume: 'dev.teamvm.volume',
  /** Number of the version a container was made from, or that an image is. */
  version: 'dev.teamvm.version',
  /** Content id of the version a container was made from; an image's follows from the image. */
  content: 'dev.teamvm.content',
  /** Hash of a container's settings. */
  settings: 'dev.teamvm.settings',
  /** JSON: how commands are run in a workspace. */
  exec: 'dev.teamvm.exec',
  /** JSON: what of a workspace is the person's own, names alone. */
  personal: 'dev.teamvm.personal',
  /** JSON: the ports that a container has on the host, also while it is stopped. */
  ports: 'dev.teamvm.ports',
  /** JSON: the version's record, so that an image explains itself without the repository; on its mark, that of a snapshot. */
  record: 'dev.teamvm.record',
  /** On an image whose standard labels (`org.opencontainers.image.…`) devenv wrote: they are no part of its content. */
  described: 'dev.teamvm.described',
  /** Id of the container that a committed version was captured from. */
  origin: 'dev.teamvm.origin',
  /** Engine time of that capture, ISO 8601 with nanoseconds. */
  captured: 'dev.teamvm.captured',
  /** JSON: the container whose uncommitted changes this one was made with, and when they were copied. */
  carried: 'dev.teamvm.carried',
  /** Id of the command that made an image or a snapshot: by it, what a killed one left is found. */
  transaction: 'dev.teamvm.transaction',
  /** The engine's name of the volume that holds a snapshot's data; on its mark. */
  store: 'dev.teamvm.store',
  /** Key of the build step that made an image. */
  step: 'dev.teamvm.step',
  /** The rules by which that step was searched for secrets without a finding. */
  searched: 'dev.teamvm.searched',
} as const;
