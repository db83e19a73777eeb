/* Where spans go: an OTLP/HTTP receiver (opentelemetry-proto, docs/specification.md, "OTLP/HTTP"),
 * to which they are sent in batches. What it does not take is kept, up to a bound, and then dropped
 * and counted. */
#ifndef SERVER_COLLECTOR_H
#define SERVER_COLLECTOR_H

#include "base/buf.h"
#include "base/error.h"
#include "server/life/steps.h"

struct collector;
struct server;

/* Is it an http or https URL? 0, or -1 with err filled (ERROR_USAGE). */
int collector_check(const char *url, struct error *err);
/* `url` has been checked; `resource` is JSON: what comes before the spans of each batch, with
 * their "[". NULL when libcurl cannot be started. */
struct collector *collector_open(struct server *s, const char *url, const char *resource);
/* One span, already JSON. */
void collector_add(struct collector *c, const struct buf *span);
/* Send what is there, at most 1.5 s long, then step_over: also when it could not be sent, since the
 * shutdown is none the worse for it; the log says how many are lost. */
void collector_flush(struct collector *c, struct step *step);
/* The loop has stopped, and is about to run once more. */
void collector_stop(struct collector *c);

#endif
