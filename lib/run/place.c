/* What a process is started with: the plan's words with ports, names and the run's folder in their
 * place, and what the run itself asks of a reference server. */
#include "run/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/mem.h"

char *place_text(const struct run *r, const char *text)
{
    return text && r->plan->names
               ? plan_expand_names(r->plan, text, r->place.folder, r->place.ports)
           : text ? mem_strdup(text)
                  : NULL;
}

static char **add_arg(char **argv, size_t *n, char *arg)
{
    argv = mem_resize(argv, *n + 2, sizeof *argv);
    argv[(*n)++] = arg;
    argv[*n] = NULL;
    return argv;
}

static bool has_option(char *const *argv, const char *option)
{
    for (; argv && *argv; argv++)
        if (strcmp(*argv, option) == 0)
            return true;
    return false;
}

size_t place_count_entered(const struct plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan_process_count(plan); i++) {
        const struct plan_target *t = plan_process(plan, i);
        if (i && plan->others.at[i - 1].later)
            continue; /* an action starts it, and actions come after the loads' start */
        n += t->kind == TARGET_REFERENCE || has_option(t->argv, "--registry");
    }
    return n ? n : 1;
}

/* The registry of the scenario, a place to hand over at, a control port for notices. */
static char **reference_args(const struct member *m, char **argv, size_t *n)
{
    const struct run *r = m->run;
    if (r->plan->registry && !has_option(argv, "--registry")) {
        argv = add_arg(argv, n, mem_strdup("--registry"));
        argv = add_arg(argv, n, place_text(r, r->plan->registry));
    }
    if (plan_is_replaced(r->plan, m->index) &&
        !plan_process(r->plan, m->index)->socket_activation) {
        argv = add_arg(argv, n, mem_strdup("--handover"));
        argv = add_arg(argv, n, mem_printf("%s/%s.handover", r->place.folder, m->name));
    }
    if (m->control) {
        argv = add_arg(argv, n, mem_strdup("--control"));
        argv = add_arg(argv, n, mem_printf("%d", m->control));
    }
    return argv;
}

/* `drainctl notice`, for the action that this member is the command of. */
static char **notice_args(const struct member *m, char **argv, size_t *n)
{
    const struct run *r = m->run;
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        const struct plan_signal *s = &r->plan->signals[i];
        if (s->act != ACT_NOTICE || s->command != (int)m->index)
            continue;
        char in[32];
        const char *words[] = {r->options->program,
                               "notice",
                               "--quiet",
                               "--in",
                               duration_format(s->notice_ns, in, sizeof in),
                               "--control"};
        for (size_t k = 0; k < ARRAY_LEN(words); k++)
            argv = add_arg(argv, n, mem_strdup(words[k]));
        argv = add_arg(argv, n, mem_printf("%d", r->members[s->process].control));
    }
    return argv;
}

static char **place_args(const struct member *m, const struct plan_target *t)
{
    size_t n = 0;
    char **argv = mem_zero(1, sizeof *argv);
    for (char **arg = t->argv; arg && *arg; arg++) {
        char *text = place_text(m->run, *arg);
        /* a command of an action has no port of its own: it means the first target's */
        argv = add_arg(argv, &n, m->action ? plan_expand(text, m->run->place.ports[0]) : text);
        if (m->action)
            free(text);
    }
    if (m->proxy) {
        char *found = program_find(argv[0]);
        if (found) {
            free(argv[0]);
            argv[0] = found;
        }
    }
    if (t->kind == TARGET_REFERENCE)
        argv = reference_args(m, argv, &n);
    return m->action ? notice_args(m, argv, &n) : argv;
}

void place_target(const struct member *m, bool beside, struct plan_target *out)
{
    const struct plan_target *t = plan_process(m->run->plan, m->index);
    *out = *t;
    out->argv = place_args(m, t);
    out->url = place_text(m->run, t->url);
    out->env = mem_zero(t->n_env + 1, sizeof *out->env);
    for (size_t i = 0; i < t->n_env; i++)
        out->env[i] =
            (struct plan_pair){mem_strdup(t->env[i].name), place_text(m->run, t->env[i].value)};
    out->cwd = place_text(m->run, t->cwd);
    static char listening[] = "^listening on ";
    if (beside && t->kind == TARGET_REFERENCE) /* at its port the old one answers until then */
        out->ready = (struct plan_ready){.log = listening, .within_ns = t->ready.within_ns};
}

void place_free(struct plan_target *t)
{
    for (char **arg = t->argv; arg && *arg; arg++)
        free(*arg);
    free(t->argv);
    free(t->url);
    for (size_t i = 0; i < t->n_env; i++) {
        free(t->env[i].name);
        free(t->env[i].value);
    }
    free(t->env);
    free(t->cwd);
}
