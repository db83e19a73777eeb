#include "load/blocking.h"

#include "base/clock.h"

static size_t on_header(char *line, size_t size, size_t n, void *head)
{
    answer_line(head, line, size * n);
    return size * n;
}

static int on_progress(void *stop, curl_off_t dn, curl_off_t d, curl_off_t un, curl_off_t u)
{
    (void)dn, (void)d, (void)un, (void)u;
    return *(const volatile sig_atomic_t *)stop != 0;
}

void blocking_options(CURL *easy, int64_t timeout_ns, struct answer *head,
                      const volatile sig_atomic_t *stop, char *error)
{
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(timeout_ns / NS_PER_MS));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, head);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, (void *)stop);
}
