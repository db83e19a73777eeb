/* What the files of planted faults do at each point of server/hooks.h, where the meaning of each
 * stands. Private to server/faults. */
#ifndef SERVER_FAULTS_POINTS_H
#define SERVER_FAULTS_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;
struct request;
struct server;

bool fault_at_signal(struct server *s, int signo);
void fault_at_drain(struct server *s, int signo);
int64_t fault_drain_delay(const struct server *s);
bool fault_at_queue(struct server *s);
bool fault_at_end(struct server *s);
bool fault_at_deadline(const struct server *s);

bool fault_drops_idle(const struct http *h);
bool fault_keeps_idle(const struct http *h);
int64_t fault_idle_slack(const struct server *s);
bool fault_keeps_open(const struct request *r);
bool fault_answers(struct request *r);
void fault_changes(const struct request *r, int *status, size_t *body_len);
void fault_cuts(struct request *r, size_t body_len);
bool fault_closes_on_input(struct http *h);
void fault_counted(struct request *r);
bool fault_stalls(const struct request *r);
bool fault_fails_liveness(const struct server *s);
bool fault_seems_ready(const struct server *s);

bool fault_keeps_asking(const struct server *s);
bool fault_takes_on(const struct server *s);
bool fault_acks_first(const struct server *s);
bool fault_drops_background(const struct server *s);
/* faults_work.c: the drain has begun, and the pool is closed first. */
void fault_close_pool(struct server *s);

/* faults_process.c: the first request that takes a while has been read. */
void fault_start_program(struct server *s);

int fault_web_build(const struct server *s);
void fault_at_start(const struct server *s);
void fault_at_listening(struct server *s);
void fault_at_stop(struct server *s);

#endif
