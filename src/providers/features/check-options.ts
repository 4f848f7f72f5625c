import { DevenvError } from '../../errors/devenv-error.ts';
import { findNearest } from '../../errors/find-nearest.ts';
import type { FeatureMetadata, FeatureOption, FeatureRequest } from '../../model/features/feature.ts';

/** Checks the options of a request by what its Feature knows. `asker`: who asks for it. Throws CONFIG_INVALID. */
export function checkOptions({ source, options }: FeatureRequest, metadata: FeatureMetadata, asker: string): void {
  const known = metadata.options ?? {};
  for (const [name, value] of Object.entries(options)) {
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (option === undefined) throw invalid(source, asker, `no option "${name}"`, name, Object.keys(known));
    const values = valuesOf(option);
    if (values !== undefined && !values.includes(String(value)))
      throw invalid(source, asker, `no value "${String(value)}" for its option "${name}"`, String(value), values);
  }
}

const valuesOf = ({ type, enum: values }: FeatureOption): readonly string[] | undefined =>
  type === 'boolean' ? ['true', 'false'] : values;

function invalid(
  source: string,
  asker: string,
  problem: string,
  written: string,
  known: readonly string[],
): DevenvError {
  const nearest = findNearest(written, known);
  const list = known.length === 0 ? 'It has none.' : `It has: ${known.slice(0, 30).join(', ')}.`;
  return new DevenvError(
    'CONFIG_INVALID',
    `${asker} sets what the Feature ${source} does not know: ${problem}. ${list}`,
    {
      ...(nearest !== undefined && { hint: `Did you mean "${nearest}"?` }),
      state: 'Nothing was built.',
      data: { feature: source, known },
    },
  );
}
