/* Arbitrary bytes in arbitrary pieces into a connection of the reference server, with no socket and
 * no waiting: time passes only by hand. The first byte chooses the pieces, the second when the
 * drain begins. What must hold: no crash, no leak, and every byte written is framed as HTTP. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/http/http.h"
#include "server/internal.h"
#include "server/routes/routes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool begun, over;

static int take_all(struct http *h)
{
    assert(begun || strncmp(h->out.data, "HTTP/1.1 ", 9) == 0);
    begun = true;
    buf_consume(&h->out, h->out.len);
    return 0;
}

static void settled(struct http *h)
{
    over = h->peer.broken || h->state == STATE_DONE;
}

static const struct http_io io = {.send = take_all, .settled = settled};

static void feed(struct server *s, struct http *h, const uint8_t *data, size_t size)
{
    const size_t piece = data[0] ? data[0] : size;
    const size_t drain_at = data[1] ? data[1] : SIZE_MAX;
    for (size_t at = 2; at < size && !over; at += piece) {
        size_t len = size - at < piece ? size - at : piece;
        /* let what is waiting go on, as far as input is held back */
        for (int turn = 0; turn < 1000 && !over && !http_wants_input(h); turn++)
            timers_run(&s->timers, clock_ns() + 2 * 3600 * NS_PER_S);
        if (!over)
            http_input(h, (const char *)data + at, len);
        if (at >= drain_at && s->life.now == LIFE_RUNNING && !over) {
            s->life.now = LIFE_DRAINING;
            http_drain(h, 0);
        }
    }
    if (!over)
        http_eof(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    struct server_options options = server_defaults;
    options.limits.header_bytes = 1024;
    options.limits.body_bytes = 65536;
    options.at.control_port = data[0] & 1 ? 0 : -1;
    struct server s;
    struct http h;
    struct error err;
    if (server_init(&s, &options, &err) < 0)
        abort();
    s.life.now = LIFE_RUNNING;
    begun = over = false;
    http_init(&h, &s, data[0] & 1 ? control_routes : main_routes, &io, !(data[0] & 1));
    feed(&s, &h, data, size);
    for (int turn = 0; turn < 100 && !over; turn++)
        timers_run(&s.timers, clock_ns() + 2 * 3600 * NS_PER_S);
    http_free(&h, true);
    assert(s.counts.in_flight == 0);
    server_free(&s);
    return 0;
}
