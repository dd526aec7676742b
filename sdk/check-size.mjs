// Fails when checkout.js grows over its budget: every shop page pays for these bytes.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 5 * 1024;
const size = gzipSync(readFileSync('dist/checkout.js'), { level: 9 }).length;
console.log(`checkout.js: ${size} bytes gzipped, budget ${BUDGET}`);
if (size > BUDGET) process.exit(1);
