import type { ItemsDelta } from '../model/item.ts';
import { sanitizeLine } from './sanitize.ts';

/** A heading and a line per item, `+` for what is set and `-` for what is not; nothing where nothing differs. */
export function renderItemsDelta(heading: string, { set, unset }: ItemsDelta): readonly string[] {
  const lines = [...Object.keys(set).map((id) => `  + ${id}`), ...unset.map((id) => `  - ${id}`)];
  return lines.length === 0 ? [] : [heading, ...lines.map(sanitizeLine)];
}
