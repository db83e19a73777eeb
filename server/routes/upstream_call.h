/* What the routes that call the upstream share. */
#ifndef SERVER_UPSTREAM_CALL_H
#define SERVER_UPSTREAM_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include "server/http/request.h"
#include "server/trace/span.h"
#include "wire/calls.h"

/* Is there an upstream? It is opened at its first use; if none was named, the request is answered
 * with 501. */
bool upstream_is_there(struct request *r);
/* Call it for this request. `span` begins, and ends with call_span_end. */
void upstream_ask(struct request *r, struct call *call, struct span *span);
/* Has it answered with a success? */
bool upstream_gave(const struct call *call);
/* What went wrong otherwise, for the log and the client; 320 bytes are enough. */
void upstream_failure(const struct call *call, char *out, size_t size);

#endif
