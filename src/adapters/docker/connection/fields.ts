/**
 * Reads values out of JSON that somebody else wrote. What is absent or of
 * another type is empty; nothing throws.
 */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  }

  /** The elements of a list. */
  static each(value: unknown): Fields[] {
    return Array.isArray(value) ? value.map((one) => new Fields(one)) : [];
  }

  get(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? this.#value[name] : undefined;
  }

  names(): string[] {
    return Object.keys(this.#value);
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

  /** A map of strings, in the order of its names. */
  map(name: string): Record<string, string> {
    const entries = Object.entries((this.get(name) as object | null | undefined) ?? {});
    return Object.fromEntries(
      entries.filter(([, value]) => typeof value === 'string').sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
}
