import { findNearestVersion } from '../find-nearest-version.ts';
import type { MissingVersion, Sources } from '../sources.ts';

/** The messages of scripts that check versions and hashes themselves. */
export const programSources: Sources = {
  missing: parseMissing,
  mismatched: parseMismatched,
  nearest: findNearestVersion,
};

export function parseMissing(output: readonly string[]): readonly MissingVersion[] {
  return output.flatMap((line) => {
    const [, name, version, versions = ''] = /^There is no (\S+) (\S+)\. Versions:(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || version === undefined) return [];
    return [
      { name, version, available: versions.split(' ').filter((word) => /^[A-Za-z0-9][\w.+-]{0,100}$/.test(word)) },
    ];
  });
}

function parseMismatched(output: readonly string[]): readonly string[] {
  const said = /^The source has another file of (\S+ \S+) than devenv-lock\.yaml names\.$/;
  return output.flatMap((line) => said.exec(line.trim())?.[1] ?? []);
}
