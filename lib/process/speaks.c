/* A target that gives no HTTP answer is asked what it speaks. */
#include "process/private.h"

static void on_told(void *arg, enum dialect what, const char *said, size_t len)
{
    struct target *t = arg;
    struct error err = {0};
    if (t->closing || t->failed)
        return;
    if (dialect_error(what, t->name, said, len, &err) < 0)
        target_fail(t, &err);
    else if (!t->ready && t->late.kind)
        target_fail(t, &t->late);
}

static void on_gone(void *arg)
{
    struct target *t = arg;
    t->talk = NULL;
    handles_gone(&t->handles);
}

bool target_ask_dialect(struct target *t, const struct error *otherwise)
{
    if (t->asked || t->closing || t->failed || !t->url)
        return false;
    t->asked = true;
    if (otherwise)
        t->late = *otherwise;
    t->handles.open++;
    t->talk = dialect_ask(t->loop, &t->base, on_told, on_gone, t);
    return true;
}

void target_speaks_close(struct target *t)
{
    if (t->talk)
        dialect_cancel(t->talk);
}
