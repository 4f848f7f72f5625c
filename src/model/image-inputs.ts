/** The image or Dockerfile that an image is built on. */
export type Base = ImageBase | BootstrapBase | DockerfileBase;

/** An image of a registry or of the engine. */
export interface ImageBase {
  readonly kind: 'image';
  readonly image: string;
  /** Assembled if the image cannot be pulled. */
  readonly fallback?: BootstrapBase;
}

/** A base assembled from a Debian mirror, without a registry. */
export interface BootstrapBase {
  readonly kind: 'bootstrap';
  readonly suite: string;
  /** Absent: the host's own mirror, else deb.debian.org. */
  readonly mirror?: string;
  /** Additional packages in the base. */
  readonly include: readonly string[];
}

/** A base built from a Dockerfile of the project by the engine's builder. */
export interface DockerfileBase {
  readonly kind: 'dockerfile';
  /** Relative to the project, `/`-separated. */
  readonly dockerfile: string;
  /** The folder that COPY and ADD take files from, relative to the project; `.` is the project itself. */
  readonly context: string;
  /** The stage to build; absent: the last one. */
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** Names of secrets that instructions may mount. */
  readonly secrets: readonly string[];
}

/** Under which the hashes of a project have what a Dockerfile is built from. No path of a project looks like it. */
export const keyOfDockerfile = ({ dockerfile, context, target, args, secrets }: DockerfileBase): string =>
  JSON.stringify([dockerfile, context, target ?? null, Object.entries(args).sort(), [...secrets].sort()]);

/** A file of the project that is copied into the image. */
export interface FileEntry {
  /** Relative to the project folder, `/`-separated. */
  readonly from: string;
  /** Absolute path in the image. */
  readonly to: string;
  /** Octal digits, e.g. `"0644"`. */
  readonly mode: string;
}

/** A released file that is downloaded into the image. */
export interface DownloadEntry {
  readonly name: string;
  /** Architecture as images name it, or `any` → address. */
  readonly urls: Readonly<Record<string, string>>;
  /** sha256 as declared, in hex, by the keys of `urls`. Missing ones are in the lock. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Whether the file is an archive to unpack. */
  readonly extract: boolean;
  /** Leading folders of the archive to leave out. */
  readonly strip: number;
  /** Absolute path in the image: the file, or the folder of what is unpacked. */
  readonly to: string;
  /** Octal digits, of a file that is not unpacked. */
  readonly mode: string;
  /** Unpacked programs that are linked into /usr/local/bin, relative to `to`. */
  readonly bin: readonly string[];
}

/** A Debian repository of a third party. */
export interface RepositoryEntry {
  readonly name: string;
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Empty: those of the image. */
  readonly architectures: readonly string[];
  readonly key:
    | { readonly kind: 'file'; readonly path: string }
    /** Armored. */
    | { readonly kind: 'text'; readonly text: string }
    /** `fingerprint`: upper-case hex. */
    | { readonly kind: 'url'; readonly url: string; readonly fingerprint: string };
}

export interface RunEntry {
  readonly name: string;
  /** A command line for `sh -c`, run as root in the builder with the project at /workspace. */
  readonly run: string;
  /** Project files whose content is part of the step's identity, besides a script at the start of `run`. */
  readonly inputs: readonly string[];
}
