/* The loads that the battery's runs are made of, as data. For battery_loads.c alone. */
#ifndef CHECK_BATTERY_ROWS_H
#define CHECK_BATTERY_ROWS_H

#include <stdbool.h>

#include "check/roles.h"

/* One load of the main run. Only keys that differ from the default are written. */
struct load_row {
    load_set role;     /* one of LOADS_MAP */
    const char *shape; /* NULL: request */
    const char *method;
    enum {
        PATH_FAST,
        PATH_SLOW,
        PATH_STREAM,
        PATH_UPLOAD,
        PATH_OUTLAST,
        PATH_LARGE,
        PATH_SUBSCRIPTION
    } path;
    int clients;
    int each;   /* requests of each client; 0: until the run ends */
    bool fresh; /* new connections */
    /* `each` is the most: a moment that is missed (a busy machine, a path that is only just slow)
     * comes again, and from the signal on no client begins anew. */
    bool till_signal;
    bool then_fast; /* a pair: the second request is for the fast path */
    int body_bytes;
    const char *body_over;
    const char *rate, *start, *start_after, *stop_after, *resume;
    const char *pause; /* between two requests: one after the other without it takes a processor */
    bool till_gone; /* an open loop until the target is gone: its rate and clients follow from the
                       grace, so that there is a client for each request, should all of them hang */
    const char *resume_at;  /* `resume`, but after the loads' start: over before the signal */
    bool grace_long;        /* an answer that takes longer than the grace never ends for a client */
    const char *slow_until; /* reads slowly up to this time after the signal, and then fast: what is
                               tested is the half-sent answer, not the server's patience */
};

/* Enough that a server needs a while to accept them all, or to close them all: then what it does
 * beside that meets some of them. Of 20, Go accepted all before it closed in half of the tries. */
enum { FROZEN_CLIENTS = 64 };

enum { SLOW_BYTES_PER_SECOND = 64 * 1024 };

/* clang-format off */
static const struct load_row main_loads[] = {
    {.role = LOAD(KEPT), .path = PATH_SLOW, .clients = 5, .each = 2, .start = "50ms"},
    {.role = LOAD(WAITING), .path = PATH_SLOW, .clients = 10, .each = 40,
     .fresh = true, .till_signal = true, .start = "600ms"},
    {.role = LOAD(WAITING_POST), .method = "POST", .path = PATH_SLOW, .clients = 5, .each = 40,
     .till_signal = true, .fresh = true, .body_bytes = 16, .start = "550ms"},
    {.role = LOAD(STREAMING), .path = PATH_STREAM, .clients = 3, .each = 1, .fresh = true,
     .start = "450ms"},
    {.role = LOAD(SUBSCRIBED), .path = PATH_SUBSCRIPTION, .clients = 3, .each = 1, .fresh = true,
     .start = "450ms"},
    /* a small answer is there at once and says nothing; one of a megabyte is half sent */
    {.role = LOAD(LARGE), .path = PATH_LARGE, .clients = 3, .each = 1, .fresh = true,
     .start = "400ms", .slow_until = "0ms"},
    {.role = LOAD(LARGE_SLOW), .path = PATH_SLOW, .clients = 2, .each = 1, .fresh = true,
     .slow_until = "1s"},
    {.role = LOAD(UPLOAD), .method = "POST", .path = PATH_UPLOAD, .clients = 3, .each = 1,
     .fresh = true, .body_bytes = 65536, .body_over = "1s", .start = "300ms"},
    {.role = LOAD(IDLE_0), .path = PATH_FAST, .clients = 3, .each = 2, .resume = "0ms"},
    {.role = LOAD(IDLE_1), .path = PATH_FAST, .clients = 3, .each = 2, .resume = "1ms"},
    {.role = LOAD(IDLE_5), .path = PATH_FAST, .clients = 3, .each = 2, .resume = "5ms"},
    {.role = LOAD(IDLE_20), .path = PATH_FAST, .clients = 3, .each = 2, .resume = "20ms"},
    {.role = LOAD(IDLE_100), .path = PATH_FAST, .clients = 3, .each = 2, .resume = "100ms"},
    {.role = LOAD(IDLE_400), .path = PATH_FAST, .clients = 3, .each = 2, .resume = "400ms"},
    {.role = LOAD(IDLE_UNUSED), .path = PATH_FAST, .clients = 3, .each = 2, .resume = "never"},
    /* as many as come in two seconds; the later ones wait for a listener that closes late */
    {.role = LOAD(ARRIVALS), .path = PATH_FAST, .rate = "200/s", .fresh = true, .clients = 400,
     .start = "450ms", .stop_after = "1s"},
    {.role = LOAD(ARRIVALS_LATER), .path = PATH_FAST, .fresh = true, .till_gone = true,
     .start_after = "1s"},
    {.role = LOAD(SILENT), .shape = "silent", .clients = 3},
    {.role = LOAD(PARTIAL_HEAD), .shape = "partial-head", .path = PATH_FAST, .clients = 3,
     .each = 1, .resume = "50ms"},
    {.role = LOAD(PARTIAL_HEAD_LATE), .shape = "partial-head", .path = PATH_FAST, .clients = 2,
     .each = 1, .resume = "500ms"},
    {.role = LOAD(PARTIAL_HEAD_SILENT), .shape = "partial-head", .path = PATH_FAST, .clients = 2,
     .each = 1, .resume = "never"},
    {.role = LOAD(EXPECT), .shape = "expect-continue", .method = "POST", .path = PATH_UPLOAD,
     .clients = 2, .each = 1, .body_bytes = 1024, .resume = "50ms"},
    {.role = LOAD(PIPELINED), .shape = "pipelined", .path = PATH_SLOW, .clients = 2, .each = 2,
     .then_fast = true, .start = "500ms"},
    /* the same before the signal: what a server never does is not lost at it (abilities.c) */
    {.role = LOAD(TRIED_PIPELINED), .shape = "pipelined", .path = PATH_FAST, .clients = 1,
     .each = 2, .then_fast = true},
    {.role = LOAD(TRIED_HALF_HEAD), .shape = "partial-head", .path = PATH_FAST, .clients = 1,
     .each = 1, .resume_at = "20ms"},
    {.role = LOAD(TRIED_EXPECT), .shape = "expect-continue", .method = "POST", .path = PATH_UPLOAD,
     .clients = 1, .each = 1, .body_bytes = 1024, .resume_at = "20ms"},
    {.role = LOAD(TRIED_UPLOAD), .method = "POST", .path = PATH_UPLOAD, .clients = 1, .each = 1,
     .fresh = true, .body_bytes = 65536},
    {.role = LOAD(TRIED_POST), .method = "POST", .path = PATH_FAST, .clients = 1, .each = 1,
     .fresh = true, .body_bytes = 16},
    {.role = LOAD(STEADY), .path = PATH_FAST, .clients = 1, .start = "450ms", .pause = "2ms"},
};

static const struct load_row steady_load = {
    .role = LOAD(STEADY), .path = PATH_FAST, .clients = 2, .pause = "1ms"};
static const struct load_row control_stream_load = {
    .role = LOAD(STREAMING), .path = PATH_STREAM, .clients = 3, .each = 1, .fresh = true,
    .grace_long = true};
static const struct load_row crowd_load = {
    .role = LOAD(CROWD), .path = PATH_SUBSCRIPTION, .clients = 250, .each = 1, .fresh = true};
/* What EventSource does when its stream has ended; not before the signal had its effect. */
static const struct load_row coming_back_load = {
    .role = LOAD(COMING_BACK), .path = PATH_SUBSCRIPTION, .clients = 40, .rate = "40/s",
    .fresh = true, .start_after = "50ms", .stop_after = "1s"};
static const struct load_row waiting_load = {
    .role = LOAD(WAITING), .path = PATH_SLOW, .clients = 5, .each = 40,
    .fresh = true, .till_signal = true};
static const struct load_row outlasting_load = {
    .role = LOAD(OUTLASTING), .path = PATH_OUTLAST, .clients = 3, .each = 1, .fresh = true};
static const struct load_row frozen_new_load = {
    .role = LOAD(FROZEN), .path = PATH_FAST, .clients = FROZEN_CLIENTS, .each = 1, .fresh = true};
static const struct load_row frozen_kept_load = {
    .role = LOAD(FROZEN), .path = PATH_FAST, .clients = FROZEN_CLIENTS, .each = 2};
static const struct load_row lasting_load = {
    .role = LOAD(PARTIAL_HEAD), .shape = "partial-head", .path = PATH_FAST, .clients = 1,
    .each = 1, .resume = "100ms"};
/* New connections before, while and after the one process follows the other. */
static const struct load_row restarted_load = {
    .role = LOAD(RESTARTED), .path = PATH_FAST, .clients = 150, .rate = "100/s", .fresh = true,
    .stop_after = "1s"};
/* A handler is at work on it for some time after the signal. */
static const struct load_row working_load = {
    .role = LOAD(WAITING), .path = PATH_SLOW, .clients = 1, .each = 1, .fresh = true};
/* clang-format on */

#endif
