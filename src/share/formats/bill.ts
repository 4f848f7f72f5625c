import type { Component } from '../../providers/billing.ts';

/** What a version of an environment consists of. */
export interface Bill {
  /** Of the environment. */
  readonly name: string;
  /** Number of the version. */
  readonly version: number;
  /** Its content id: `sha256:…`. */
  readonly content: string;
  /** ISO 8601, UTC, to the second. */
  readonly date: string;
  /** The program that wrote it: `devenv 0.1.0`. */
  readonly tool: { readonly name: string; readonly version: string };
  /** `repository@digest`, if the version was pushed. */
  readonly image?: string;
  /** As /etc/os-release has it; empty if the image has none. */
  readonly system: { readonly id: string; readonly version: string };
  /** Sorted, each once. */
  readonly components: readonly Component[];
}
