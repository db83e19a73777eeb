/* The control listener's /notice: what is planned (GET), plan or move it (POST ?in=DURATION or
 * ?at=TIME), call it off (DELETE). */
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/life/announce.h"
#include "server/routes/health.h"
#include "server/routes/routes.h"

void control_notice_answer(struct request *r)
{
    char body[192];
    maintenance_json(r->http->server, body, sizeof body);
    respond_json(r, 200, body);
}

static char *parameter(const struct request *r, const char *key)
{
    size_t len;
    const char *value = request_query(r, key, &len);
    return value ? mem_strndup(value, len) : NULL;
}

static void say_error(struct request *r, const struct error *err)
{
    struct buf body;
    struct json_out j;
    buf_init(&body, 8192);
    json_out_init(&j, &body, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "error", err->text);
    if (err->hint[0])
        json_out_string(&j, "hint", err->hint);
    json_out_end_object(&j);
    respond(r, err->kind == ERROR_USAGE ? 400 : 409, "application/json", body.data, body.len);
    buf_free(&body);
}

void control_notice_plan(struct request *r)
{
    struct error err = {0};
    char *in = parameter(r, "in"), *at = parameter(r, "at");
    if (announce_plan(r->http->server, in, at, &err) < 0)
        say_error(r, &err);
    else
        control_notice_answer(r);
    free(in);
    free(at);
}

void control_notice_cancel(struct request *r)
{
    struct error err = {0};
    if (announce_cancel(r->http->server)) {
        control_notice_answer(r);
        return;
    }
    error_set(&err, ERROR_RUN,
              server_draining(r->http->server) ? "the drain has begun and cannot be called off"
                                               : "no shutdown is planned");
    say_error(r, &err);
}
