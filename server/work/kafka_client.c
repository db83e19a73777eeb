/* librdkafka's clients: how they are set, and what they say. None of their calls that block is made
 * on the loop. */
#include "server/work/kafka.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/aside.h"

struct setting {
    const char *key, *value;
};

/* A broker may be silent for a second. */
static const struct setting every_one[] = {
    {"client.id", "drainctl"},
    {"log_level", "0"},
    {"socket.timeout.ms", "1000"},
    {"socket.connection.setup.timeout.ms", "1000"},
    {"api.version.request.timeout.ms", "1000"},
    {"reconnect.backoff.ms", "50"},
    {"reconnect.backoff.max.ms", "2000"},
    {NULL, NULL},
};

static const struct setting of_producer[] = {
    {"enable.idempotence", "true"},
    {"acks", "all"},
    {"linger.ms", "0"},
    {"message.timeout.ms", "1000"},
    {"request.timeout.ms", "1000"},
    {NULL, NULL},
};

/* statistics.interval.ms: they are not looked at, but librdkafka sends heartbeats only when it
 * wakes up, and that is once a second otherwise. */
static const struct setting of_consumer[] = {
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"auto.offset.reset", "earliest"},
    {"allow.auto.create.topics", "true"},
    {"partition.assignment.strategy", "cooperative-sticky"},
    {"fetch.error.backoff.ms", "100"},
    {"queued.min.messages", "1000"},
    {"statistics.interval.ms", "50"},
    {NULL, NULL},
};

static bool set(rd_kafka_conf_t *conf, const char *key, const char *value, struct error *err)
{
    char why[200];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return true;
    error_set(err, ERROR_RUN, "librdkafka does not take %s: %s", key, why);
    return false;
}

static bool set_all(rd_kafka_conf_t *conf, const struct setting *s, struct error *err)
{
    while (s->key && set(conf, s->key, s->value, err))
        s++;
    return !s->key;
}

static bool set_ms(rd_kafka_conf_t *conf, const char *key, int64_t ms, struct error *err)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, ms);
    return set(conf, key, text, err);
}

/* A fifth more than the lease, so that the default (5 s) is what a broker takes (6 s). A process
 * that is alive but hangs, or that takes long to finish what it holds before it gives a partition
 * back, has at least five minutes. */
static bool set_group(rd_kafka_conf_t *conf, const struct kafka_queue *q, struct error *err)
{
    static const int64_t most_ms = 3600 * 1000, poll_ms = 300 * 1000;
    int64_t ms = q->lease_ns / NS_PER_MS * 6 / 5;
    ms = ms < 100 ? 100 : ms > most_ms ? most_ms : ms;
    return set(conf, "group.id", q->url.group, err) &&
           set_ms(conf, "session.timeout.ms", ms, err) &&
           set_ms(conf, "heartbeat.interval.ms", ms / 12, err) &&
           set_ms(conf, "max.poll.interval.ms", ms > poll_ms ? ms : poll_ms, err);
}

/* What the URL may set, and librdkafka's name of it. */
enum param { PARAM_CA, PARAM_CERT, PARAM_KEY, PARAM_MECHANISM, PARAMS };
const char *const kafka_params[PARAMS + 1] = {
    [PARAM_CA] = "ca", [PARAM_CERT] = "cert", [PARAM_KEY] = "key", [PARAM_MECHANISM] = "mechanism"};
static const char *const param_settings[PARAMS] = {
    [PARAM_CA] = "ssl.ca.location",
    [PARAM_CERT] = "ssl.certificate.location",
    [PARAM_KEY] = "ssl.key.location",
    [PARAM_MECHANISM] = "sasl.mechanism",
};

bool kafka_params_fit(const struct queue_url *u)
{
    bool own = u->params[PARAM_CERT] || u->params[PARAM_KEY];
    return (!own || u->params[PARAM_CA]) && (!u->params[PARAM_MECHANISM] || u->password);
}

/* Those that the system trusts are librdkafka's own choice. */
static bool set_param(rd_kafka_conf_t *conf, const struct queue_url *u, enum param p,
                      struct error *err)
{
    const char *value = u->params[p];
    bool own = p == PARAM_CA && value && strcmp(value, "system") == 0;
    return !value || own || set(conf, param_settings[p], value, err);
}

static bool set_security(rd_kafka_conf_t *conf, const struct queue_url *u, struct error *err)
{
    static const char *const protocols[2][2] = {{"plaintext", "ssl"},
                                                {"sasl_plaintext", "sasl_ssl"}};
    bool sasl = u->password != NULL, tls = u->params[PARAM_CA] != NULL;
    bool ok = set(conf, "security.protocol", protocols[sasl][tls], err) &&
              (!sasl || set(conf, "sasl.mechanism", "PLAIN", err));
    for (int p = 0; ok && p < PARAMS; p++)
        ok = set_param(conf, u, (enum param)p, err);
    return ok && (!sasl || (set(conf, "sasl.username", u->user, err) &&
                            set(conf, "sasl.password", u->password, err)));
}

static bool set_place(rd_kafka_conf_t *conf, const struct queue_url *u, struct error *err)
{
    char *address = mem_printf(strchr(u->host, ':') ? "[%s]:%d%s%s" : "%s:%d%s%s", u->host, u->port,
                               u->more ? "," : "", u->more ? u->more : "");
    bool ok = set(conf, "bootstrap.servers", address, err);
    free(address);
    return ok && set_security(conf, u, err);
}

static bool set_role(rd_kafka_conf_t *conf, const struct kafka_queue *q, enum kafka_role role,
                     struct error *err)
{
    if (role == KAFKA_PRODUCER)
        return set_all(conf, of_producer, err);
    return set_all(conf, of_consumer, err) && set_group(conf, q, err) &&
           set(conf, "enable.partition.eof", role == KAFKA_ASKER ? "true" : "false", err) &&
           set(conf, "fetch.wait.max.ms", role == KAFKA_ASKER ? "5" : "100", err);
}

struct kafka_client *kafka_client_open(struct kafka_queue *q, enum kafka_role role,
                                       struct error *err)
{
    char why[200];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (!set_all(conf, every_one, err) || !set_place(conf, &q->url, err) ||
        !set_role(conf, q, role, err)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_log_cb(conf, NULL);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR |
                                       RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT);
    rd_kafka_t *rk = rd_kafka_new(role == KAFKA_PRODUCER ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER,
                                  conf, why, sizeof why); /* it has conf now */
    if (!rk) {
        rd_kafka_conf_destroy(conf);
        error_set(err, ERROR_RUN, "no client of Kafka can be made: %s", why);
        return NULL;
    }
    struct kafka_client *c = MEM_NEW(struct kafka_client);
    c->rk = rk;
    atomic_init(&c->users, 1);
    return c;
}

struct kafka_client *kafka_client_use(struct kafka_client *c)
{
    atomic_fetch_add(&c->users, 1);
    return c;
}

void kafka_client_drop(void *client)
{
    struct kafka_client *c = client;
    if (atomic_fetch_sub(&c->users, 1) > 1)
        return;
    rd_kafka_destroy_flags(c->rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    free(c);
}

static void nothing(void *arg)
{
    (void)arg;
}

void kafka_client_let_go(struct kafka_queue *q, struct kafka_client **client)
{
    static const struct aside_job job = {kafka_client_drop, nothing, nothing};
    if (*client)
        aside_forget(aside_start(&q->queue.server->loop.uv, &job, *client));
    *client = NULL;
}

void kafka_listen(struct kafka_queue *q, rd_kafka_queue_t *queue)
{
    rd_kafka_queue_cb_event_enable(queue, kafka_call_wake, q);
    kafka_call_wake(NULL, q); /* what has come already tells nothing */
}

void kafka_unlisten(rd_kafka_queue_t **queue)
{
    if (!*queue)
        return;
    rd_kafka_queue_cb_event_enable(*queue, NULL, NULL);
    rd_kafka_queue_destroy(*queue);
    *queue = NULL;
}

/* --- what it says --- */

/* "127.0.0.1:9092/bootstrap: Connect to ipv4#… failed: Connection refused (after 0ms in state …)":
 * the part between the last colon and the blank before "(after". */
static void core_of(const char *text, char *core, size_t size)
{
    const char *end = strstr(text, " (after "), *from = text;
    end = end ? end : text + strlen(text);
    for (const char *p = text; p + 1 < end; p++)
        if (p[0] == ':' && p[1] == ' ')
            from = p + 2;
    snprintf(core, size, "%.*s", (int)(end - from), from);
}

static void explain(char *why, size_t size, rd_kafka_resp_err_t code, const char *text)
{
    char core[160];
    core_of(text, core, sizeof core);
    switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        snprintf(why, size, "the password is refused (%s)", core);
        break;
    case RD_KAFKA_RESP_ERR__RESOLVE:
        snprintf(why, size, "its host has no address");
        break;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
        if (strstr(text, "imed out"))
            snprintf(why, size, "no answer in time");
        else
            snprintf(why, size, "%s (%s)",
                     strstr(text, "onnect to ") ? "cannot connect" : "connection lost", core);
        break;
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
        snprintf(why, size, "Kafka is too old, 0.11 is the oldest that will do (%s)", core);
        break;
    default:
        snprintf(why, size, "%s", core);
    }
}

void kafka_down(struct kafka_queue *q)
{
    const char *why = *q->why ? q->why : "no answer in time";
    q->ask.connected = false;
    if (strcmp(q->said, why) != 0)
        server_log(q->queue.server, "queue %s: %s; it is tried again", q->url.shown, why);
    snprintf(q->said, sizeof q->said, "%s", why);
}

static bool is_connection(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__TRANSPORT ||
           code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__RESOLVE;
}

void kafka_error(struct kafka_queue *q, const struct kafka_client *from, rd_kafka_resp_err_t code,
                 const char *text)
{
    bool known = is_connection(code);
    if (known && from != q->ask.client) /* all of them lose it, and one says so */
        return;
    if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        explain(q->why, sizeof q->why, code, text);
    if (code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
        q->ask.too_old = true;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || !q->ask.connected || q->ask.too_old ||
        code == RD_KAFKA_RESP_ERR__AUTHENTICATION)
        kafka_down(q);
    else if (!known)
        server_log(q->queue.server, "queue %s: %s", q->url.shown, q->why);
}
