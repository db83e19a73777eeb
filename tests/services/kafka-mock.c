/* kafka-mock BROKERS FOLDER: a Kafka of the test's own, which is librdkafka's mock cluster: brokers
 * in this process on free ports of loopback. It writes their addresses to FOLDER/brokers, takes
 * commands from the pipe FOLDER/in, a line each with a word before it that the answer repeats in
 * FOLDER/out, and ends at SIGTERM, or after ten minutes.
 *
 *     WORD topic NAME PARTITIONS
 *     WORD warm GROUP            a member joins that takes nothing: the first one of a group waits
 *                                3 s for others, as at a broker, and those of the tests do not;
 *                                answered when it has joined
 *     WORD down | up BROKER      1 is the first
 *     WORD rtt BROKER MS
 *     WORD errors API CODE COUNT the next requests of this kind fail; numbers of the protocol
 *     WORD api API MIN MAX       versions of requests that it knows; -1 -1: none
 *
 * FOLDER/log has what became of the members of groups.
 *
 * What the mock cluster is not: a Kafka. It keeps nothing on disk, and does not see to it that a
 * message comes once. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

enum { GROUPS_MOST = 32, MEMBERS_MOST = 128, LIFE_S = 600 };
enum { POLL_MS = 20, LOOK_MS = 100, AGAIN_MS = 2400, LATER = 12345 };

static rd_kafka_mock_cluster_t *cluster;
/* The first one that joins a group is thrown out before the 3 s are over, as it says nothing
 * meanwhile and its session is short, and hears nothing of it; so another one comes after it. None
 * is destroyed: cooperative-sticky of librdkafka 2.0 fails an assertion then, if it has joined and
 * has not been given its partitions. */
struct group {
    char name[64];
    char word[32];    /* the answer that is owed; "" when it was given */
    int64_t look_ms;  /* when it is looked at again */
    int64_t again_ms; /* when another one joins, if none has */
};

static struct group groups[GROUPS_MOST];
static int n_groups;

static struct member {
    rd_kafka_t *rk;
    struct group *group;
} members[MEMBERS_MOST];
static int n_members;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "kafka-mock: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char why[200];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof why) != RD_KAFKA_CONF_OK)
        fail(key, why);
}

static FILE *members_log;

/* Called on the cluster's thread. */
static void on_log(const rd_kafka_t *rk, int level, const char *what, const char *text)
{
    (void)rk, (void)level;
    if (strcmp(what, "MOCK") == 0 && strstr(text, "group") && !strstr(text, "as active"))
        fprintf(members_log, "%s\n", text);
}

static rd_kafka_t *make(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char why[200];
    rd_kafka_conf_set_log_cb(conf, type == RD_KAFKA_PRODUCER ? on_log : NULL);
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    if (!rk)
        fail("rd_kafka_new", why);
    return rk;
}

/* --- commands --- */

static int topic(const char *word, char *const *args)
{
    (void)word;
    return rd_kafka_mock_topic_create(cluster, args[0], atoi(args[1]), 1);
}

static void join(struct group *g)
{
    if (n_members == MEMBERS_MOST)
        fail(g->name, "too many members");
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster));
    set(conf, "group.id", g->name);
    set(conf, "partition.assignment.strategy", "cooperative-sticky");
    set(conf, "session.timeout.ms", "1800");
    set(conf, "heartbeat.interval.ms", "50");
    set(conf, "statistics.interval.ms", "50"); /* it wakes up so often */
    rd_kafka_t *rk = make(RD_KAFKA_CONSUMER, conf);
    rd_kafka_poll_set_consumer(rk);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, "warm", RD_KAFKA_PARTITION_UA);
    if (rd_kafka_subscribe(rk, topics))
        fail("rd_kafka_subscribe", g->name);
    rd_kafka_topic_partition_list_destroy(topics);
    members[n_members++] = (struct member){rk, g};
    g->again_ms = now_ms() + AGAIN_MS;
}

static int warm(const char *word, char *const *args)
{
    if (n_groups == GROUPS_MOST)
        return -1;
    struct group *g = &groups[n_groups++];
    snprintf(g->word, sizeof g->word, "%s", word);
    snprintf(g->name, sizeof g->name, "%s", args[0]);
    join(g);
    return LATER;
}

static int down(const char *word, char *const *args)
{
    (void)word;
    return rd_kafka_mock_broker_set_down(cluster, atoi(args[0]));
}

static int up(const char *word, char *const *args)
{
    (void)word;
    return rd_kafka_mock_broker_set_up(cluster, atoi(args[0]));
}

static int rtt(const char *word, char *const *args)
{
    (void)word;
    return rd_kafka_mock_broker_set_rtt(cluster, atoi(args[0]), atoi(args[1]));
}

static int errors(const char *word, char *const *args)
{
    (void)word;
    rd_kafka_resp_err_t code = atoi(args[1]);
    for (int i = atoi(args[2]); i > 0; i--)
        rd_kafka_mock_push_request_errors_array(cluster, (int16_t)atoi(args[0]), 1, &code);
    return 0;
}

static int api(const char *word, char *const *args)
{
    (void)word;
    return rd_kafka_mock_set_apiversion(cluster, (int16_t)atoi(args[0]), (int16_t)atoi(args[1]),
                                        (int16_t)atoi(args[2]));
}

static int do_line(char *line, char **word)
{
    static const struct {
        const char *name;
        int (*run)(const char *word, char *const *args);
    } commands[] = {{"topic", topic}, {"warm", warm},     {"down", down}, {"up", up},
                    {"rtt", rtt},     {"errors", errors}, {"api", api}};
    static char empty[] = "";
    char *args[5] = {empty, empty, empty, empty, empty}, *rest = NULL;
    *word = strtok_r(line, " \n", &rest);
    for (int i = 0; i < 4; i++) {
        char *next = strtok_r(NULL, " \n", &rest);
        args[i] = next ? next : empty;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, args[0]) == 0)
            return commands[i].run(*word, args + 1);
    return -1;
}

/* --- the whole --- */

static FILE *open_in(const char *folder, const char *name, int flags, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if ((flags & O_RDWR) && mkfifo(path, 0600) < 0)
        fail(path, strerror(errno));
    int fd = open(path, flags | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, mode);
    if (!file)
        fail(path, strerror(errno));
    setvbuf(file, NULL, _IOLBF, 0);
    return file;
}

static int has_joined(const struct member *m, const struct group *g)
{
    rd_kafka_topic_partition_list_t *mine = NULL;
    int has = m->group == g && rd_kafka_assignment(m->rk, &mine) == 0 && mine->cnt > 0;
    if (mine)
        rd_kafka_topic_partition_list_destroy(mine);
    return has;
}

static void look_at(struct group *g, FILE *out)
{
    int joined = 0;
    if (now_ms() < g->look_ms)
        return;
    g->look_ms = now_ms() + LOOK_MS;
    for (int i = 0; i < n_members && !joined; i++)
        joined = has_joined(&members[i], g);
    if (!joined && now_ms() >= g->again_ms)
        join(g);
    if (!joined)
        return;
    g->again_ms = now_ms() + AGAIN_MS;
    if (*g->word)
        fprintf(out, "%s ok\n", g->word);
    g->word[0] = '\0';
}

/* Members answer rebalances of their groups; messages there are none. */
static void look_at_all(FILE *out)
{
    for (int i = 0; i < n_members; i++) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(members[i].rk, 0);
        if (message)
            rd_kafka_message_destroy(message);
    }
    for (int i = 0; i < n_groups; i++)
        look_at(&groups[i], out);
}

static void serve(FILE *in, FILE *out)
{
    char line[512];
    size_t used = 0;
    for (;;) {
        ssize_t n = read(fileno(in), line + used, 1);
        if (n == 1 && line[used] != '\n' && used + 2 < sizeof line) {
            used++;
            continue;
        }
        if (n == 1) {
            char *word = NULL;
            line[used] = '\0';
            used = 0;
            int rc = do_line(line, &word);
            if (rc != LATER)
                fprintf(out, "%s %s\n", word ? word : "-", rc == 0 ? "ok" : "failed");
        } else {
            look_at_all(out);
            usleep(POLL_MS * 1000);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        fail("usage", "kafka-mock BROKERS FOLDER");
    alarm(LIFE_S);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    members_log = open_in(argv[2], "log", O_WRONLY | O_CREAT | O_TRUNC, "w");
    set(conf, "debug", "mock");
    rd_kafka_t *rk = make(RD_KAFKA_PRODUCER, conf);
    cluster = rd_kafka_mock_cluster_new(rk, atoi(argv[1]));
    if (!cluster)
        fail("rd_kafka_mock_cluster_new", "no cluster");
    rd_kafka_mock_topic_create(cluster, "warm", 1, 1);
    FILE *in = open_in(argv[2], "in", O_RDWR | O_NONBLOCK, "r");
    FILE *out = open_in(argv[2], "out", O_WRONLY | O_CREAT | O_TRUNC, "w");
    FILE *brokers = open_in(argv[2], "brokers.new", O_WRONLY | O_CREAT | O_TRUNC, "w");
    fprintf(brokers, "%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
    fclose(brokers);
    char from[4096], to[4096];
    snprintf(from, sizeof from, "%s/brokers.new", argv[2]);
    snprintf(to, sizeof to, "%s/brokers", argv[2]);
    if (rename(from, to) < 0) /* there, and whole */
        fail(to, strerror(errno));
    serve(in, out);
}
