#!/usr/bin/env node
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { main } = createRequire(import.meta.url)('../dist/main.cjs');
process.exit(await main(process.argv.slice(2), root));
