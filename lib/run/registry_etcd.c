/* Whether the target stands in a registry in etcd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "run/looks.h"

static const int64_t wait_ns = 2 * NS_PER_S;

int etcd_look_begin(struct etcd_look *l, const char *where, char *state, size_t size)
{
    struct error err = {0};
    *l = (struct etcd_look){0};
    int rc = etcd_address_read(&l->address, where, &err);
    if (rc < 0)
        snprintf(state, size, "%s", err.text);
    return rc;
}

int64_t etcd_look_entries(struct etcd_look *l, int port, pid_t pid, char *state, size_t size)
{
    struct error err = {0};
    const cJSON *kv;
    char one[32];
    int64_t n = 0;
    cJSON *answer = etcd_list_now(&l->address, &l->token, wait_ns, &err);
    snprintf(state, size, "%s", answer ? "" : err.text);
    if (!answer)
        return -1;
    cJSON_ArrayForEach(kv, cJSON_GetObjectItemCaseSensitive(answer, "kvs"))
    {
        char *value = etcd_bytes(kv, "value");
        cJSON *entry = value ? cJSON_Parse(value) : NULL;
        if (entry && registry_entry_is(entry, port, pid, one, sizeof one)) {
            n++;
            if (strcmp(state, "up") != 0)
                snprintf(state, size, "%s", one);
        }
        cJSON_Delete(entry);
        free(value);
    }
    cJSON_Delete(answer);
    return n;
}

void etcd_look_end(struct etcd_look *l)
{
    etcd_address_free(&l->address);
    free(l->token);
}
