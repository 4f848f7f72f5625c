import { generateDocs } from './docs/generate.ts';
import { writeGenerated } from './write-generated.ts';

/** Writes the pages of docs/ that come from the program; with --check it compares them. */
writeGenerated(await generateDocs());
