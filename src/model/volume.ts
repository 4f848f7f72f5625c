/** A volume as an engine lists it. */
export interface Volume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}
