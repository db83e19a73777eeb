/* Closing steps that are commands (--on-shutdown NAME=COMMAND): run by the shell in a process group
 * of their own, which is killed when the time is over. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ending.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/life/closing.h"

enum { NAME_MAX_LEN = 64 };

struct closing_command {
    struct server *server;
    char *name;
    const char *command;
    struct step *step; /* while it runs */
    uv_process_t process;
};

static void on_exit_of(uv_process_t *process, int64_t status, int signo)
{
    struct closing_command *c = process->data;
    char why[ENDING_SIZE];
    ending_say(why, sizeof why, status, signo);
    uv_close((uv_handle_t *)process, NULL);
    if (c->step)
        step_over(c->step, status || signo ? why : NULL);
}

static void begin(struct step *step, void *arg)
{
    struct closing_command *c = arg;
    char shell[] = "/bin/sh", option[] = "-c";
    char *command = mem_strdup(c->command);
    char *argv[] = {shell, option, command, NULL};
    uv_stdio_container_t stdio[] = {{.flags = UV_IGNORE},
                                    {.flags = UV_INHERIT_FD, .data.fd = 2},
                                    {.flags = UV_INHERIT_FD, .data.fd = 2}};
    uv_process_options_t options = {.file = shell,
                                    .args = argv,
                                    .exit_cb = on_exit_of,
                                    .flags = UV_PROCESS_DETACHED,
                                    .stdio = stdio,
                                    .stdio_count = 3};
    c->step = step;
    c->process.data = c;
    int rc = uv_spawn(&c->server->loop.uv, &c->process, &options);
    free(command);
    if (rc < 0)
        step_over(step, uv_strerror(rc));
}

static void give_up(void *arg)
{
    struct closing_command *c = arg;
    c->step = NULL;
    if (c->process.pid > 0)
        kill(-c->process.pid, SIGKILL); /* its group: UV_PROCESS_DETACHED made one */
}

static bool is_taken(const struct server *s, const char *name)
{
    for (size_t i = 0; i < s->closing.steps.count; i++)
        if (strcmp(s->closing.steps.items[i].row.name, name) == 0)
            return true;
    return false;
}

static int add(struct server *s, struct closing_command *c, const char *spec, struct error *err)
{
    size_t len = strcspn(spec, "=");
    if (len == 0 || len > NAME_MAX_LEN || spec[len] != '=' || !spec[len + 1]) {
        error_set(err, ERROR_USAGE, "bad closing step '%s'", spec);
        return error_hint(err, "write NAME=COMMAND, as in `--on-shutdown 'told=curl -s URL'`");
    }
    *c = (struct closing_command){
        .server = s, .name = mem_strndup(spec, len), .command = spec + len + 1};
    if (is_taken(s, c->name)) {
        error_set(err, ERROR_USAGE, "there are two closing steps named '%s'", c->name);
        return error_hint(err, "give it another name");
    }
    steps_add(&s->closing.steps,
              &(struct step_row){.name = c->name,
                                 .place = PLACE_RELEASE,
                                 .limit_ns = s->options->closing.command_limit_ns,
                                 .begin = begin,
                                 .give_up = give_up,
                                 .arg = c});
    return 0;
}

int commands_add(struct server *s, struct error *err)
{
    const struct server_options *o = s->options;
    if (o->closing.n_commands > 0)
        s->closing.commands = mem_zero((size_t)o->closing.n_commands, sizeof *s->closing.commands);
    for (int i = 0; i < o->closing.n_commands; i++)
        if (add(s, &s->closing.commands[i], o->closing.commands[i], err) < 0)
            return -1;
    return 0;
}

void commands_free(struct server *s)
{
    for (int i = 0; s->closing.commands && i < s->options->closing.n_commands; i++)
        free(s->closing.commands[i].name);
    free(s->closing.commands);
}
