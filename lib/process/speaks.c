/* A target that gives no HTTP answer is asked what it speaks. */
#include "process/private.h"

static void on_told(void *arg, enum dialect what, const char *said, size_t len)
{
    struct target *t = arg;
    struct error err = {0};
    if (t->is.closing || t->is.failed)
        return;
    if (dialect_error(what, t->called.name, said, len, &err) < 0)
        target_fail(t, &err);
    else if (!t->is.ready && t->start.late.kind)
        target_fail(t, &t->start.late);
}

static void on_gone(void *arg)
{
    struct target *t = arg;
    t->start.talk = NULL;
    handles_gone(&t->handles);
}

bool target_ask_dialect(struct target *t, const struct error *otherwise)
{
    if (t->start.asked || t->is.closing || t->is.failed || !t->at.url)
        return false;
    t->start.asked = true;
    if (otherwise)
        t->start.late = *otherwise;
    t->handles.open++;
    t->start.talk = dialect_ask(t->loop, &t->at.base, on_told, on_gone, t);
    return true;
}

void target_speaks_close(struct target *t)
{
    if (t->start.talk)
        dialect_cancel(t->start.talk);
}
