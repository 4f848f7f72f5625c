/** A JSON object, or a YAML map, before it is checked. */
export type Keys = Readonly<Record<string, unknown>>;

/** The value of a JSON text; undefined if it is none. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

export const isMap = (value: unknown): value is Keys =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Empty for anything but a map. */
export const asMap = (value: unknown): Keys => (isMap(value) ? value : {});
