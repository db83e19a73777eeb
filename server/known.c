#include "server/known.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "server/http/request.h"

void known_keep(struct known *k, const struct buf *text)
{
    known_free(k);
    if (text->overflow || !text->data || text->len > KNOWN_MOST)
        return;
    *k = (struct known){.text = mem_zero(1, text->len + 1), .len = text->len, .at_ns = clock_ns()};
    memcpy(k->text, text->data, text->len);
}

bool known_answer(const struct known *k, struct request *r)
{
    char fields[120];
    if (!k->text)
        return false;
    snprintf(fields, sizeof fields,
             "Age: %" PRId64 "\r\nWarning: 111 drainctl \"Revalidation Failed\"\r\n",
             (clock_ns() - k->at_ns) / NS_PER_S);
    respond_fields(r, 200, "application/json", fields, k->text, k->len);
    return true;
}

void known_free(struct known *k)
{
    free(k->text);
    *k = (struct known){.text = NULL};
}
