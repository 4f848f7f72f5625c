/** A piece of JSON Schema. */
export type Fragment = { readonly [keyword: string]: unknown };

/** The documentation of a key. `default: null` if a missing key sets nothing. */
export interface Doc {
  readonly description: string;
  readonly default: unknown;
  readonly examples: readonly unknown[];
}

/** A rule for a text, and its name in errors: `expected a …`. */
export interface Grammar {
  readonly pattern: string;
  readonly expected: string;
}

/** Keys that start with `x-` are free for users, at every level. */
const extensions = { '^x-': true } as const;

export const text = (grammar: Grammar, doc?: Doc): Fragment => ({ type: 'string', ...rule(grammar), ...doc });

/** Text that YAML would read as a number: its source counts. */
export const textOrNumber = (grammar: Grammar, doc?: Doc): Fragment => ({
  type: ['string', 'number'],
  ...rule(grammar),
  ...doc,
});

export const integer = (minimum: number, maximum: number, doc?: Doc): Fragment => ({
  type: 'integer',
  minimum,
  maximum,
  ...doc,
});

export const flag = (doc: Doc): Fragment => ({ type: 'boolean', ...doc });

export const oneOf = (values: readonly string[], doc: Doc): Fragment => ({ type: 'string', enum: values, ...doc });

export const list = (items: Fragment, doc?: Doc, minItems = 0): Fragment => ({
  type: 'array',
  items,
  ...(minItems > 0 && { minItems }),
  ...doc,
});

/** An object with these keys and no others. */
export const object = (
  properties: Readonly<Record<string, Fragment>>,
  required: readonly string[],
  doc?: Doc,
): Fragment => ({
  type: 'object',
  properties,
  patternProperties: extensions,
  additionalProperties: false,
  ...(required.length > 0 && { required }),
  ...doc,
});

/** An object whose keys the user chooses. */
export const map = (names: Grammar, values: Fragment, doc?: Doc): Fragment => ({
  type: 'object',
  patternProperties: { [names.pattern]: values, ...extensions },
  additionalProperties: false,
  keyErrorMessage: names.expected,
  ...doc,
});

/** One of several forms. They differ in their YAML type, so that errors are clear. */
export const either = (forms: readonly Fragment[], doc?: Doc): Fragment => ({ anyOf: forms, ...doc });

export const ref = (name: string, doc?: Doc): Fragment => ({ $ref: `#/definitions/${name}`, ...doc });

function rule({ pattern, expected }: Grammar): Fragment {
  return { pattern, patternErrorMessage: expected };
}
