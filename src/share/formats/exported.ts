import type { Environment } from '../../model/environment.ts';
import type { ServicePins, Version } from '../../model/version.ts';
import { printYaml } from './print-yaml.ts';

/** What a writer of another tool's format knows. */
export interface ExportSource {
  readonly environment: Environment;
  readonly version: Pick<Version, 'number' | 'message'>;
  /** The image of the version, by digest. */
  readonly image: string;
  readonly pins: ServicePins;
  /** `NAME=value`: variables of that image, if this engine has it. */
  readonly inherited: readonly string[];
  /** The way from the folder of the file to the project: `.`, `..`. */
  readonly root: string;
  /** The task that a job of a CI service runs. */
  readonly task?: string;
}

/** What a writer made of an environment. */
export interface Exported {
  /** The file that was asked for, then those that lie beside it. */
  readonly files: readonly [ExportedFile, ...ExportedFile[]];
  /** For people: what the format cannot say. */
  readonly notes: readonly string[];
}

export interface ExportedFile {
  /** Relative to the folder of the first. */
  readonly name: string;
  readonly text: string;
}

/** A YAML file that says first what wrote it and what the format cannot say. `command`: the one that writes the format. */
export function exportYaml(
  { version, environment }: ExportSource,
  command: string,
  name: string,
  documents: readonly object[],
  notes: readonly string[],
): Exported {
  const title = `Version ${String(version.number)} of ${environment.name}, written by \`${command}\`.`;
  const text = documents.map((one, index) => printYaml(one, index === 0 ? [title, ...notes] : [])).join('---\n');
  return { files: [{ name, text }], notes };
}
