import type { Finding } from './problem.ts';

/** Keys of the schema that nothing acts on yet. Delete an entry when its feature lands. */
const unsupported: readonly string[] = ['data'];

/** The same, of a service. */
const unsupportedOfServices: readonly string[] = ['ports', 'limits', 'quiesce'];

/** A key that would be ignored is an error: it is never ignored in silence. */
export function findUnsupported(value: Readonly<Record<string, unknown>>): Finding[] {
  const services = Object.entries(asMap(value['services']));
  return [
    ...unsupported.filter((key) => Object.hasOwn(value, key)).map((key) => [key]),
    ...services.flatMap(([name, service]) =>
      unsupportedOfServices.filter((key) => Object.hasOwn(asMap(service), key)).map((key) => ['services', name, key]),
    ),
  ].map((path) => ({
    path,
    at: 'key',
    message: `this is not supported yet by this version of devenv; remove it, or rename it to x-${path.at(-1) ?? ''} to keep it`,
  }));
}

const asMap = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
