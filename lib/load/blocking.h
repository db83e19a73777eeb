/* What is asked one thing at a time, by a caller that waits (poll.c, fetch.c), sets these on its
 * handle. Internal to lib/load. */
#ifndef LOAD_BLOCKING_H
#define LOAD_BLOCKING_H

#include <curl/curl.h>
#include <signal.h>
#include <stdint.h>

#include "load/headers.h"

/* At most `timeout_ns` for an answer, whose head goes into `head`; given up as soon as `stop` is
 * not 0. `error` has room for CURL_ERROR_SIZE. All of them outlive the handle. */
void blocking_options(CURL *easy, int64_t timeout_ns, struct answer *head,
                      const volatile sig_atomic_t *stop, char *error);

#endif
