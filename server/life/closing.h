/* The server's closing steps: the table, and how they run on its loop. */
#ifndef SERVER_CLOSING_H
#define SERVER_CLOSING_H

#include "base/error.h"

struct server;

/* 0, or -1 with err filled (ERROR_USAGE): a command that is none, or a name that is taken. */
int closing_init(struct server *s, struct error *err);
void closing_on_loop(struct server *s);
/* The requests are over: run what is left, and stop the loop when it is done. */
void closing_begin(struct server *s);
/* The loop has stopped: let go of what still runs. */
void closing_stop(struct server *s);
void closing_free(struct server *s);

/* command.c: steps that are commands. */
int commands_add(struct server *s, struct error *err);
void commands_free(struct server *s);

#endif
