import type { Component } from '../../providers/billing.ts';
import type { VersionKind } from '../../model/version.ts';
import type { SizeNode } from './measure-image.ts';

/** What a team's page shows. All texts are untrusted. */
export interface TeamReport {
  /** Of the environment. */
  readonly name: string;
  /** Number of the version. */
  readonly current: number;
  /** Address of the git repository. */
  readonly source?: string;
  /** Ascending by number. */
  readonly versions: readonly ReportedVersion[];
  /** Of the image of the current version. Absent if there is no engine to look into it. */
  readonly content?: { readonly packages: readonly Component[]; readonly sizes: SizeNode };
  readonly services: readonly ReportedService[];
  /** Ports of the workspace. */
  readonly ports: readonly string[];
  /** Names of the secrets that each person needs. */
  readonly secrets: readonly string[];
}

export interface ReportedVersion {
  readonly number: number;
  readonly kind: VersionKind;
  /** The version whose items it extends. */
  readonly from?: number;
  /** Name, without the address. */
  readonly author: string;
  readonly date: string;
  readonly message: string;
  /** Bytes of the whole image. */
  readonly size: number;
  /** Against its parent: bytes; absent for the first. */
  readonly growth?: number;
  readonly layers: number;
  readonly pushed: boolean;
  /** Against its parent, in words. */
  readonly changes: readonly string[];
  /** What it declares beyond `from`: id, value, and the value as people write it. */
  readonly set: readonly (readonly [id: string, value: string, text: string])[];
  readonly unset: readonly string[];
}

export interface ReportedService {
  readonly name: string;
  /** Image, or how it is built. */
  readonly from: string;
  readonly ports: readonly string[];
  /** Names under which it is started; none: always. */
  readonly profiles: readonly string[];
}
