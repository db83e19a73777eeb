// valid.mjs FILE...: is each of them valid by the schema? Says which are not, and why.
import { complaints, read, validate } from './schema.mjs';

let bad = 0;
for (const file of process.argv.slice(2)) {
    if (validate(read(file)))
        continue;
    bad++;
    console.log(`${file}: ${complaints().join('; ')}`);
}
process.exit(bad ? 1 : 0);
