/* GET or POST /api/session: opens a session, which is a cookie and nothing more, for a request that
 * has none. Close before a shutdown none is opened: a client that comes then is told to come later,
 * in JSON, or on a page for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/rand.h>

#include "base/clock.h"
#include "base/utc.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/life/leave.h"
#include "server/routes/routes.h"

enum { ID_BYTES = 16 };

static const char page[] =
    "<!doctype html>\n"
    "<html lang=\"en\">\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"refresh\" content=\"%" PRId64 "\">\n"
    "<title>Back soon</title>\n"
    "<style>\n"
    "body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; "
    "padding: 0 1.5rem;\n"
    "  color: #1d2733; background: #fff }\n"
    "@media (prefers-color-scheme: dark) { body { color: #e6eaef; background: #14191f } }\n"
    "</style>\n"
    "<main>\n"
    "<h1>We are being upgraded</h1>\n"
    "<p>Just before the upgrade, no new session begins, so that nothing is lost. "
    "Sessions that are open can finish.</p>\n"
    "<p>This page tries again by itself in <strong>%" PRId64 " seconds</strong>.</p>\n"
    "</main>\n"
    "</html>\n";

void refuse_session(struct request *r)
{
    if (!r->asks.html) {
        respond_error(r, 503, "no new session before the shutdown, come back later");
        return;
    }
    char body[sizeof page + 64];
    int64_t s = announce_retry_after_s(r->http->server);
    int len = snprintf(body, sizeof body, page, s, s);
    respond_fields(r, 503, "text/html; charset=utf-8", "Cache-Control: no-store\r\n", body,
                   (size_t)len);
}

void route_session_answer(struct request *r)
{
    unsigned char id[ID_BYTES];
    char fields[160], hex[2 * ID_BYTES + 1];
    if (r->asks.has_session) {
        respond_json(r, 200, "{\"session\":\"open\"}");
        return;
    }
    if (RAND_bytes(id, ID_BYTES) != 1) {
        respond_error(r, 500, "no random numbers for a session");
        return;
    }
    for (int i = 0; i < ID_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", id[i]);
    snprintf(fields, sizeof fields,
             "Set-Cookie: session=%s; Path=/; HttpOnly; SameSite=Lax\r\n"
             "Cache-Control: no-store\r\n",
             hex);
    static const char body[] = "{\"session\":\"new\"}";
    respond_fields(r, 200, "application/json", fields, body, strlen(body));
}
