/* What a browser lets a page of another origin do: the checks of the Fetch Standard (WHATWG,
 * sections "CORS check" and "CORS-preflight fetch"), as far as a page without credentials needs
 * them. Pure: text in, a word out. */
#ifndef FRONTEND_CORS_H
#define FRONTEND_CORS_H

#include <stdbool.h>
#include <stddef.h>

enum fe_cors {
    FE_CORS_ALLOWED,
    FE_CORS_STATUS,       /* a preflight was answered with another status than 2xx */
    FE_CORS_NO_ORIGIN,    /* Access-Control-Allow-Origin is missing */
    FE_CORS_OTHER_ORIGIN, /* ... names another origin, or more than one */
    FE_CORS_METHOD,       /* Access-Control-Allow-Methods lacks the method */
    FE_CORS_HEADER,       /* Access-Control-Allow-Headers lacks a header */
    FE_CORS_HIDDEN,       /* allowed; but Access-Control-Expose-Headers lacks Retry-After */
};
extern const char *const fe_cors_words[]; /* in that order; ends with NULL */

/* What the page asked for. `headers`: the names for Access-Control-Request-Headers, lower case, a
 * comma between two; only a preflight needs them and the method. */
struct fe_cors_asked {
    const char *origin, *method, *headers;
    bool preflight;
};

/* What the answer says. A field that came more than once: its values with ", " between. NULL: it
 * did not come. */
struct fe_cors_said {
    int status;
    const char *origin, *methods, *headers, *expose;
    bool retry_after; /* it has the field Retry-After */
};

/* May the page go on: send its request (of a preflight), or read the answer? `lacks` gets the name
 * of the method or header that is not allowed, else "". */
enum fe_cors fe_cors_check(const struct fe_cors_asked *asked, const struct fe_cors_said *said,
                           char *lacks, size_t size);
/* Is the page kept from it? */
static inline bool fe_cors_blocks(enum fe_cors cors)
{
    return cors != FE_CORS_ALLOWED && cors != FE_CORS_HIDDEN;
}

/* Must the browser ask before it sends a request with this header field, or this method? (Fetch,
 * "CORS-safelisted request-header" and "CORS-safelisted method"; what the browser itself writes,
 * a "forbidden request-header", never counts.) */
bool fe_cors_unsafe_header(const char *name, const char *value);
bool fe_cors_unsafe_method(const char *method);

/* Is it an origin that a page can have: scheme://host or scheme://host:port, lower case? */
bool fe_cors_is_origin(const char *text);

#endif
