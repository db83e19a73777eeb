// read.mjs FILE: a file with comments, as plain JSON, read as an editor reads it.
import { read } from './schema.mjs';

console.log(JSON.stringify(read(process.argv[2])));
