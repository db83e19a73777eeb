/* A field of an answer's head that libcurl has read. */
#ifndef LOAD_FIELD_H
#define LOAD_FIELD_H

#include <curl/curl.h>

#include "base/buf.h"

enum { FIELD_MAX = 8 * 1024 };

/* The value of a field of the last answer; several fields of one name are one list (RFC 9110
 * section 5.3). NULL: there is none. It stands in `out`, which this begins (with FIELD_MAX) and the
 * caller frees in any case. */
const char *field_value(CURL *easy, const char *name, struct buf *out);

#endif
