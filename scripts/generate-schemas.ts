import { generateSchemas } from './schema/generate.ts';
import { writeGenerated } from './write-generated.ts';

/** Writes the JSON Schemas and their validators; with --check it compares them. */
writeGenerated(await generateSchemas());
