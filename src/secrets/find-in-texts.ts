import type { Finding } from '../model/finding.ts';
import { ContentScanner } from './content-scanner.ts';

export interface NamedText {
  /** As the finding is to call it: `env:NAME`, `label:NAME`, `message`. */
  readonly place: string;
  readonly text: string;
}

/** Searches what goes into an image besides files: environment, labels, messages. */
export function findInTexts(texts: readonly NamedText[]): readonly Finding[] {
  const scanner = new ContentScanner();
  const encoder = new TextEncoder();
  return texts.flatMap(({ place, text }) => {
    scanner.begin({ strictOnly: false });
    scanner.feed(encoder.encode(text));
    return scanner.end().matches.map(({ rule, masked }) => ({ path: place, rule, masked }));
  });
}
