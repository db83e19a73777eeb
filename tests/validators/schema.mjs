// What an editor makes of scenario files: ajv, strict, by scenarios/scenario.schema.json. Comments and
// trailing commas are read as editors read them, by jsonc-parser.
import Ajv2020 from 'ajv/dist/2020.js';
import { parse, printParseErrorCode } from 'jsonc-parser';
import { readFileSync } from 'node:fs';

export const schema = JSON.parse(
    readFileSync(new URL('../../scenarios/scenario.schema.json', import.meta.url), 'utf8'));

const ajv = new Ajv2020({
    strict: true, allErrors: true,
    strictTuples: false }); // a command is a program and any number of arguments
export const validate = ajv.compile(schema);

export function read(file) {
    const errors = [];
    const value = parse(readFileSync(file, 'utf8'), errors, { allowTrailingComma: true });
    if (errors.length)
        throw new Error(`${file}: ${printParseErrorCode(errors[0].error)} at ${errors[0].offset}`);
    return value;
}

export function complaints() {
    return validate.errors.map((e) => `${e.instancePath || '$'}: ${e.message}`);
}
