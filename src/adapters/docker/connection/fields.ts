import { isMap } from '../../../model/json.ts';

/** Reads values out of a JSON document of unknown form. What is absent or of another type is empty; nothing throws. */
export class Fields {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  /** The elements of the list under a name, or of the document itself. */
  each(name?: string): Fields[] {
    const value = name === undefined ? this.#value : this.get(name);
    return Array.isArray(value) ? value.map((one) => new Fields(one)) : [];
  }

  get(name: string): unknown {
    const value = this.#value;
    return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }

  /** The names of the map under a name, sorted. */
  names(name: string): string[] {
    const value = this.get(name);
    return isMap(value) ? Object.keys(value).sort() : [];
  }

  in(name: string): Fields {
    return new Fields(this.get(name));
  }

  text(name: string): string {
    const value = this.get(name);
    return typeof value === 'string' ? value : '';
  }

  number(name: string): number {
    const value = this.get(name);
    return typeof value === 'number' ? value : 0;
  }

  flag(name: string): boolean {
    return this.get(name) === true;
  }

  texts(name: string): string[] {
    const value = this.get(name);
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  }

  /** A map of strings, sorted by name. */
  map(name: string): Record<string, string> {
    const entries = this.names(name).map((key) => [key, this.in(name).get(key)]);
    return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string')) as Record<string, string>;
  }
}
