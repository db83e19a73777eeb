/* One file after the other of a web server, as a browser would ask for it: a GET whose body is
 * decoded, hashed as it comes, and kept only as far as the caller's buffer goes. Synchronous. */
#ifndef LOAD_FETCH_H
#define LOAD_FETCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum { FETCH_REDIRECTS = 10 };

/* What one answer was. Its strings are freed by fetch_facts_free. */
struct fetch_facts {
    int status;          /* HTTP status code; 0: no whole answer */
    char *url;           /* where it came from, after redirections on the same host */
    char *elsewhere;     /* a redirection to another host, which was not followed; or NULL */
    char *type;          /* media type in lower case, without parameters; "" when none was said */
    char *cache_control; /* the field's value (RFC 9111 section 5.2); "" when there was none */
    bool stale;          /* it says that it is out of date: Warning 11x (RFC 7234 section 5.5) */
    int64_t bytes;       /* of the decoded body */
    uint64_t hash;       /* FNV-1a, 64 bits, of the decoded body: tells changed bytes, no more */
    char problem[160];   /* libcurl's words when there was no whole answer; else "" */
};

struct fetch;

/* `timeout_ns` bounds each request. `stop` is looked at meanwhile, and ends it when it is not 0.
 * NULL and ERROR_RUN when libcurl cannot be started. */
struct fetch *fetch_new(int64_t timeout_ns, const volatile sig_atomic_t *stop, struct error *err);
/* From now on each request has a connection of its own, which is closed after its answer. */
void fetch_forbid_reuse(struct fetch *f);
/* GET `url`. `accept` is the Accept field. Redirections are followed as long as they stay on the
 * host (and the port, unless only the scheme changes) that was asked. `body` (may be NULL) is
 * emptied and takes the beginning of the decoded body, as much as fits. */
void fetch_get(struct fetch *f, const char *url, const char *accept, struct buf *body,
               struct fetch_facts *out);
void fetch_facts_free(struct fetch_facts *facts); /* accepts a zeroed one */
void fetch_free(struct fetch *f);                 /* accepts NULL */

/* `ref` as it is meant in a document at `base` (RFC 3986 section 5), without its fragment; the
 * caller frees. NULL when that is no http or https URL. */
char *fetch_resolve(const char *base, const char *ref);
/* Do two URLs have the same host and port? */
bool fetch_same_host(const char *a, const char *b);

#endif
