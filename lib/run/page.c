/* The page that a moment waits for: it is read with all that it names (skew/walk.h), its moment
 * comes, and once all else is done the same is asked for again, as by a page that was open all the
 * while. libcurl waits, so both are on a thread of libuv's pool; the journal gets what was seen
 * when the thread is done. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "run/internal.h"
#include "skew/told.h"
#include "skew/walk.h"

static const int64_t answer_ns = 10 * NS_PER_S;

/* A server that is ready by its port may need a moment more for its page. */
enum { AGAIN_MS = 50 };
static const int64_t patience_ns = 5 * NS_PER_S;

struct page_look {
    struct run *run;
    char *url;
    uv_work_t work;
    struct skew skew; /* the thread's while it is at work */
    struct error err; /* why the first walk came to nothing */
    volatile sig_atomic_t stop;
    bool busy, read, over; /* over: asked again, or never to be */
};

/* --- on a thread --- */

/* A connection for all of it, which is closed at the end: an idle one of ours would be one more for
 * the target to close. */
static void read_all(uv_work_t *work)
{
    struct page_look *p = work->data;
    struct fetch *f = fetch_new(answer_ns, &p->stop, &p->err);
    if (f && skew_walk(&p->skew, f, p->url, &p->stop, NULL, &p->err) == 0)
        p->read = true;
    fetch_free(f);
}

static void ask_again(uv_work_t *work)
{
    struct page_look *p = work->data;
    struct fetch *f = fetch_new(answer_ns, &p->stop, &p->err);
    int64_t until_ns = clock_ns() + patience_ns;
    if (f) {
        while (!skew_page_again(&p->skew, f) && !p->stop && clock_ns() < until_ns)
            uv_sleep(AGAIN_MS);
        skew_files_again(&p->skew, f, &p->stop, NULL);
    }
    fetch_free(f);
}

/* --- on the loop --- */

static void on_read(uv_work_t *work, int status)
{
    struct page_look *p = work->data;
    struct run *r = p->run;
    (void)status;
    p->busy = false;
    if (r->stage >= STAGE_ENDING)
        return;
    if (!p->read) {
        r->events->broken(r, &p->err);
        return;
    }
    skew_tell(&p->skew, false, r->journal);
    moments_process(r, 0, WHEN_PAGE);
    r->end.check = true;
}

static void on_asked(uv_work_t *work, int status)
{
    struct page_look *p = work->data;
    struct run *r = p->run;
    (void)status;
    p->busy = false;
    p->over = true;
    if (r->stage < STAGE_ENDING)
        skew_tell(&p->skew, true, r->journal);
    r->end.check = true;
}

static void begin(struct page_look *p, uv_work_cb work, uv_after_work_cb done)
{
    p->work.data = p;
    p->busy = uv_queue_work(&p->run->loop, &p->work, work, done) == 0;
}

void page_begin(struct run *r)
{
    const char *path = plan_page(r->plan), *base = r->place.urls[0];
    struct error err = {0};
    if (!path || r->beside.page || r->stage >= STAGE_ENDING)
        return;
    r->beside.page = MEM_NEW(struct page_look);
    *r->beside.page = (struct page_look){.run = r};
    r->beside.page->url = base && !unix_address_is(base) ? fetch_resolve(base, path) : NULL;
    if (r->beside.page->url) {
        begin(r->beside.page, read_all, on_read);
        return;
    }
    error_set(&err, ERROR_RUN, "a page is read at an http address, and the target has none");
    r->events->broken(r, &err);
}

bool page_is_over(struct run *r)
{
    struct page_look *p = r->beside.page;
    if (!p)
        return true;
    if (!p->read || p->busy)
        return p->over;
    struct member *m = &r->members[0];
    if (!p->over && member_running(m) && m->now->ready)
        begin(p, ask_again, on_asked);
    p->over |= !p->busy;
    return p->over;
}

void page_stop(struct run *r)
{
    if (r->beside.page)
        r->beside.page->stop = 1;
}

void page_free(struct run *r)
{
    if (!r->beside.page)
        return;
    skew_free(&r->beside.page->skew);
    free(r->beside.page->url);
    free(r->beside.page);
}
