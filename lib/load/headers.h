/* What an answer's head says about the answer: status, framing, and whether the connection goes on.
 * Fed line by line, as libcurl's header callback gives them; the raw clients, watch and skew read
 * heads with it too. */
#ifndef LOAD_HEADERS_H
#define LOAD_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/event_words.h"

struct answer {
    int status;            /* of the final response; 0: none seen */
    int64_t header_bytes;  /* of the final response */
    int64_t body_bytes;    /* as delivered, chunks decoded */
    int64_t length;        /* Content-Length, or -1 */
    int64_t interim_bytes; /* of the heads of 1xx responses before it */
    bool begun;            /* a status line that is not 1xx was seen */
    bool header_done;      /* and the blank line that ends its head */
    bool chunked;
    bool close; /* the connection does not go on after this answer (RFC 9112 section 9.3) */
};

void answer_init(struct answer *a);

/* Take one line of a head, with its line ending. Interim (1xx) responses are skipped whole
 * (RFC 9110 section 15.2), and so are the trailer fields of a chunked body. */
void answer_line(struct answer *a, const char *line, size_t len);

/* Is `token` one of the comma-separated ones in the value, whatever its case? */
bool answer_has_token(const char *value, size_t len, const char *token);

/* How the body ends (RFC 9112 section 6.3): "length", "chunked", "close", "none"; "" as long as
 * the head is not complete. `head`: the request was HEAD. Static storage. */
enum framing answer_framing(const struct answer *a, bool head);

#endif
