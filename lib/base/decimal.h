/* Numbers as people write them in a scenario: "500", "1.5". */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

/* Read the number at the start of `s`: digits, and perhaps a point and more digits. strtod(3) would
 * also take a sign, blanks, an exponent, hexadecimal and "inf", which the schema does not know.
 * Returns where it ends, or NULL when there is none. */
const char *decimal_parse(const char *s, double *value);

#endif
