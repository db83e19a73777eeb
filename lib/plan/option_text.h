/* An option of the command line by the rules of the scenario that its text goes into: what is wrong
 * with it is said of the option, and of no place in a text that no person wrote. */
#ifndef PLAN_OPTION_TEXT_H
#define PLAN_OPTION_TEXT_H

#include <stddef.h>

#include "base/json.h"

/* One of parse.h: takes the string in, in a fresh copy. */
typedef int option_reader(const struct json_doc *doc, const cJSON *node, char **out,
                          struct error *err);

/* 0, or ERROR_USAGE: "option '--path': expected a path that begins with '/', not 'x'". */
int option_check(const char *name, const char *value, option_reader *read, struct error *err);

/* A scenario can only hold UTF-8 (RFC 8259 section 8.1). Returns the first byte that is not,
 * counted from 1; 0: all is well. */
size_t option_not_utf8(const char *s);

#endif
