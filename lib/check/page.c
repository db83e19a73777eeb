/* What the card says of the page: what was tried, what was not, and why a page could not be judged.
 */
#include "check/page.h"

#include <stdlib.h>

#include "base/mem.h"
#include "skew/told.h"

enum page_state page_of(const struct view *l, struct skew *s)
{
    *s = (struct skew){0};
    if (!l->page)
        return NOT_A_PAGE;
    skew_of_history(s, l->run->history);
    skew_judge(s);
    if (!s->page.before.url)
        return PAGE_UNREAD;
    int status = s->page.after.status;
    return status >= 200 && status <= 299 ? PAGE_READ_TWICE : PAGE_READ_ONCE;
}

/* The deploy command as a person gave it: the last word of "/bin/sh -c COMMAND". NULL: none. */
static const char *deploy_of(const struct view *l)
{
    const struct plan *plan = &l->run->plan;
    for (size_t i = 0; i < plan->n_signals; i++) {
        if (plan->signals[i].act != ACT_RESTART || plan->signals[i].command < 0)
            continue;
        char *const *argv = plan_process(plan, (size_t)plan->signals[i].command)->argv;
        while (argv && argv[0] && argv[1])
            argv++;
        return argv && argv[0] ? argv[0] : "";
    }
    return NULL;
}

static const char *path_of(const struct view *l)
{
    const char *path = plan_page(&l->run->plan);
    return path ? path : "";
}

/* Why nothing is known of it; the caller frees. */
static char *problem(const struct view *l, const struct skew *s)
{
    const struct run_verdict *run = l->run;
    if (run->value == VERDICT_INCONCLUSIVE && run->because.why)
        return mem_strdup(run->because.why);
    if (s->page.after.status)
        return mem_printf("'%s' was answered with status %d after the restart", path_of(l),
                          s->page.after.status);
    if (s->page.after.url)
        return mem_printf("'%s' was not answered after the restart: %s", path_of(l),
                          s->page.after.problem);
    if (!s->page.before.url)
        return mem_printf("'%s' was not read before the run ended", path_of(l));
    return mem_strdup(l->facts->exit.own ? "the server was not back before the run ended"
                                         : "the server did not exit, so nothing was restarted");
}

/* --- the lists of the card --- */

struct list {
    char ***items;
    size_t *n, cap;
};

/* `sentence` is taken. */
static void add(struct list *list, char *sentence)
{
    if (list->cap <= *list->n) {
        list->cap = *list->n + 8;
        *list->items = mem_resize(*list->items, list->cap, sizeof **list->items);
    }
    (*list->items)[(*list->n)++] = sentence;
}

static void add_remark(void *list, const char *sentence)
{
    add(list, mem_strdup(sentence));
}

/* "'/': 9 scripts and style sheets, 3 of them asked for later than the page; the server was
 * restarted" */
static void tell_tried(struct list *list, const struct view *l, const struct skew *s)
{
    const char *deploy = deploy_of(l);
    size_t later = 0;
    for (size_t i = 0; i < s->n_files; i++)
        later += s->files[i].later;
    add(list, mem_printf("'%s': %zu script%s and style sheets, %zu of them asked for later than "
                         "the page; the server was ended and started again%s%s%s",
                         path_of(l), s->n_files, s->n_files == 1 ? "" : "s", later,
                         deploy ? ", with '" : "", deploy ? deploy : "",
                         deploy ? "' between" : ", with the files that it has"));
    skew_name_remarks(s, add_remark, list);
}

static void tell_untested(struct list *list, const struct view *l, const struct skew *s)
{
    if (s->n_files == 0)
        add(list, mem_printf("old files of '%s': it names no script and no style sheet of its own "
                             "host",
                             path_of(l)));
    else if (s->counts[SKEW_UNKNOWN])
        add(list, mem_printf("old files of '%s': %zu of %zu were not answered after the restart",
                             path_of(l), s->counts[SKEW_UNKNOWN], s->n_files));
    if (!deploy_of(l))
        add(list, mem_printf("'%s' after a deploy: no new build was deployed; give what deploys "
                             "with --deploy",
                             path_of(l)));
    else if (!skew_is_new(s))
        add(list, mem_printf("'%s' after a deploy: the page is the same as before, so nothing new "
                             "was deployed",
                             path_of(l)));
}

void find_page(struct audit *a, const struct view *views, size_t n)
{
    struct list said = {&a->page.at, &a->page.n, 0};
    struct list untested = {&a->untested.at, &a->untested.n, a->untested.n};
    for (size_t i = 0; i < n; i++) {
        struct skew s;
        enum page_state state = page_of(&views[i], &s);
        if (state == PAGE_READ_TWICE) {
            tell_tried(&said, &views[i], &s);
            tell_untested(&untested, &views[i], &s);
        } else if (state != NOT_A_PAGE) {
            char *why = problem(&views[i], &s);
            add(&untested, mem_printf("old files of '%s': %s", path_of(&views[i]), why));
            free(why);
        }
        skew_free(&s);
    }
}

bool page_was_asked_again(const struct view *l)
{
    struct skew s;
    bool again = page_of(l, &s) == PAGE_READ_TWICE;
    skew_free(&s);
    return again;
}
