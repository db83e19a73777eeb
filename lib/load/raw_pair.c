/* The attempts of a raw connection: one, or two of a pair, in the order in which they were written.
 * Each step callback in here may abort them; c->wire is not `r` any more then. */
#include "load/raw.h"

#include <curl/curl.h>

void raw_pair_connected(struct raw *r, int port)
{
    struct client *c = r->client;
    c->attempt.tries = 1;
    attempt_connected(c, port, false);
    if (c->wire != r || !attempt_open(&c->behind))
        return;
    attempt_swap(c);
    c->attempt.tries = 1;
    attempt_connected(c, port, false);
    if (c->wire == r)
        attempt_swap(c);
}

/* The bytes of the pair's first request and what is beyond them belong to different attempts. */
void raw_pair_written(struct raw *r)
{
    struct client *c = r->client;
    struct attempt *first = &c->attempt, *second = &c->behind;
    size_t mine = r->text.written < r->text.first_len ? r->text.written : r->text.first_len;
    if (r->text.first_len == r->text.len) {
        first->sent_bytes = (int64_t)r->text.written + r->body.written;
        return;
    }
    /* once the first answer is complete, the second attempt is the front one */
    if (attempt_open(second)) {
        first->sent_bytes = (int64_t)mine;
        second->sent_bytes = (int64_t)(r->text.written - mine);
    } else {
        first->sent_bytes = (int64_t)(r->text.written - mine);
    }
}

void raw_pair_tell_sent(struct raw *r)
{
    struct client *c = r->client;
    bool all = r->text.written == r->text.len && r->body.written == r->body.body.bytes;
    if (!c->attempt.sent &&
        (all || (attempt_open(&c->behind) && r->text.written >= r->text.first_len)))
        attempt_sent(c);
    if (c->wire != r || !all || !attempt_open(&c->behind) || c->behind.sent)
        return;
    attempt_swap(c);
    attempt_sent(c);
    if (c->wire == r)
        attempt_swap(c);
}

void raw_pair_end(struct client *c, const struct attempt_end *end)
{
    if (attempt_open(&c->attempt))
        attempt_end(c, end);
    if (!attempt_open(&c->behind))
        return;
    attempt_swap(c);
    struct attempt_end second = *end;
    /* the first answer was cut; of the second one nothing had come */
    if (second.code == CURLE_PARTIAL_FILE || second.code == CURLE_OK)
        second.code = CURLE_GOT_NOTHING;
    attempt_end(c, &second);
}
