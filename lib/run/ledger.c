/* The second witness. The reference server writes its ledger to a descriptor that it inherits, a
 * file in memory, so nothing is left on a disk and nothing is lost when the server is killed. When
 * it is gone, its lines become events of the journal, on the same clock. */
#include "run/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/clock.h"

int ledger_create(void)
{
    return memfd_create("drainctl-ledger", MFD_CLOEXEC);
}

static int64_t number(const cJSON *object, const char *key)
{
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(n) ? (int64_t)n->valuedouble : 0;
}

static int64_t record_of(const char *word)
{
    for (int64_t i = 0; record_words[i]; i++)
        if (strcmp(word, record_words[i]) == 0)
            return i;
    return EVENT_WORD_OTHER;
}

static void copy_line(struct journal *journal, const char *line)
{
    cJSON *object = cJSON_Parse(line);
    const cJSON *what = cJSON_GetObjectItemCaseSensitive(object, "what");
    if (cJSON_IsString(what))
        journal_add(journal, &(struct event){.kind = EVENT_LEDGER,
                                             .attempt = number(object, "a"),
                                             .at = number(object, "at"),
                                             .status = number(object, "status"),
                                             .record = record_of(what->valuestring)});
    cJSON_Delete(object);
}

void ledger_copy(struct journal *journal, int *fd)
{
    if (*fd < 0)
        return;
    lseek(*fd, 0, SEEK_SET);
    FILE *f = fdopen(*fd, "r");
    *fd = -1;
    if (!f)
        return;
    /* even an empty ledger says something: no request reached the server */
    journal_add(journal,
                &(struct event){.kind = EVENT_LEDGER, .at = clock_ns(), .record = RECORD_KEPT});
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, f) > 0)
        copy_line(journal, line);
    free(line);
    fclose(f);
}
