import type { ComposeUse } from '../../model/environment.ts';

/** `compose` as the schema allows it. */
export type WrittenCompose = string | (Pick<ComposeUse, 'file'> & Partial<ComposeUse>);

export function normaliseCompose(written: WrittenCompose): ComposeUse {
  const { file, variables = [], services, workspace } = typeof written === 'string' ? { file: written } : written;
  return {
    ...{ file: file.replace(/^\.\//, ''), variables },
    ...(services !== undefined && { services }),
    ...(workspace !== undefined && { workspace }),
  };
}
