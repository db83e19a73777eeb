/* Reading JSON that people wrote: comments and trailing commas are allowed, and every complaint
 * names file, line, column and JSON path. Parsing itself is cJSON's. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/error.h"

struct json_doc {
    char *name; /* of the file, for messages; "" when there is none */
    char *text; /* the source, comments and trailing commas blanked out so that places stay true */
    size_t len;
    cJSON *root;
};

/* Parse `len` bytes (copied). ERROR_USAGE with the place when it is not JSON (RFC 8259, plus the
 * two liberties), holds a NUL byte, is nested deeper than 64, or has the same key twice in one
 * object. */
int json_doc_parse(struct json_doc *doc, const char *name, const char *text, size_t len,
                   struct error *err);
/* As above for a file of at most 1 MiB; "-" is standard input. */
int json_doc_load(struct json_doc *doc, const char *path, struct error *err);
void json_doc_free(struct json_doc *doc); /* accepts a zeroed one */

/* Line and column, both from 1, at which `node` starts; 0 and 0 when it is not of this document. */
void json_where(const struct json_doc *doc, const cJSON *node, int *line, int *column);
/* "$.loads[1].rate" into a fresh string. */
char *json_path(const struct json_doc *doc, const cJSON *node);

/* "FILE:LINE:COLUMN: $.PATH: " followed by the message; kind ERROR_USAGE. Returns -1. */
int json_error(const struct json_doc *doc, const cJSON *node, struct error *err, const char *fmt,
               ...) PRINTF(4, 5);

/* --- typed reading: each stores through `out` or fails with a message "expected …, not …" --- */
int json_get_string(const struct json_doc *doc, const cJSON *node, const char **out,
                    struct error *err); /* borrowed from the document */
int json_get_int(const struct json_doc *doc, const cJSON *node, int64_t min, int64_t max,
                 int64_t *out, struct error *err);
int json_get_number(const struct json_doc *doc, const cJSON *node, double *out, struct error *err);
int json_get_bool(const struct json_doc *doc, const cJSON *node, bool *out, struct error *err);
int json_get_duration(const struct json_doc *doc, const cJSON *node, int64_t *ns,
                      struct error *err);

/* An int64 as protobuf writes it in JSON (gRPC gateways, OTLP): a string of digits, or a number. 0
 * when it is neither, or NULL, or out of range. */
int64_t json_int64(const cJSON *node);

/* What a value is, for messages: "a string", "a number", "true", … */
const char *json_kind(const cJSON *node);

/* One known key of an object. */
struct json_field {
    const char *key;
    /* Reads the value into what `into` points at. */
    int (*read)(const struct json_doc *doc, const cJSON *node, void *into, struct error *err);
    bool required;
};

/* Read an object by a table ending in a NULL key: calls each key's `read` with `into`, in the
 * document's order. Not an object, an unknown key (the nearest known one is suggested), or a
 * required key that is missing: an error. "$schema" and "about" are not special: list them. */
int json_read_object(const struct json_doc *doc, const cJSON *node, const struct json_field *fields,
                     void *into, struct error *err);

/* As above for what a program wrote, perhaps a later one: unknown keys are passed over, and a key
 * that is null counts as missing. */
int json_read_known(const struct json_doc *doc, const cJSON *node, const struct json_field *fields,
                    void *into, struct error *err);

/* 0 when `node` is an array; -1 and an error that names the place otherwise. */
int json_want_array(const struct json_doc *doc, const cJSON *node, struct error *err);

#endif
