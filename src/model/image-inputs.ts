export type Base =
  { readonly kind: 'image'; readonly image: string; readonly fallback?: BootstrapBase } | BootstrapBase;

/** A base assembled from the Debian mirror; no registry is involved. */
export interface BootstrapBase {
  readonly kind: 'bootstrap';
  readonly suite: string;
  /** Absent: the mirror that the host itself uses, else deb.debian.org. */
  readonly mirror?: string;
  /** Extra packages inside the base. */
  readonly include: readonly string[];
}

/** A file of the project that is copied into the image. */
export interface FileEntry {
  /** Relative to the project folder, `/`-separated. */
  readonly from: string;
  /** Absolute path in the image. */
  readonly to: string;
  /** Octal digits, e.g. `"0644"`. */
  readonly mode: string;
}

export interface RunEntry {
  readonly name: string;
  /** A command line for `sh -c`, run as root in the builder with the project at /workspace. */
  readonly run: string;
  /** Project files whose content is part of the step's identity, besides a script that `run` starts with. */
  readonly inputs: readonly string[];
}
