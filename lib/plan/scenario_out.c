#include "plan/scenario_out.h"

#include "base/duration.h"
#include "base/signame.h"

enum { MAX_SCENARIO = 1024 * 1024 };

void scenario_begin(struct scenario_out *s, const char *name)
{
    buf_init(&s->text, MAX_SCENARIO);
    json_out_init(&s->j, &s->text, 0);
    json_out_object(&s->j, NULL);
    json_out_string(&s->j, "name", name);
}

int scenario_end(struct scenario_out *s, const char *file, struct plan *plan, struct error *err)
{
    json_out_end_object(&s->j);
    int rc = s->text.overflow
                 ? error_set(err, ERROR_USAGE, "the command is too long for a scenario")
                 : plan_parse_text(file, s->text.data, s->text.len, plan, err);
    buf_free(&s->text);
    return rc;
}

void scenario_duration(struct json_out *j, const char *key, int64_t ns)
{
    char text[32];
    json_out_string(j, key, duration_format(ns, text, sizeof text));
}

void scenario_command(struct json_out *j, char *const *argv)
{
    json_out_array(j, "command");
    for (; *argv; argv++)
        json_out_string(j, NULL, *argv);
    json_out_end_array(j);
}

void scenario_request(struct json_out *j, const char *path)
{
    json_out_object(j, "request");
    json_out_string(j, "path", path);
    json_out_end_object(j);
}

void scenario_ready(struct json_out *j, const struct scenario_ready *ready)
{
    json_out_object(j, "ready");
    if (ready->notify)
        json_out_bool(j, "notify", true);
    else if (ready->log)
        json_out_string(j, "log", ready->log);
    else if (ready->path)
        json_out_string(j, "path", ready->path);
    else
        json_out_bool(j, "port", true);
    scenario_duration(j, "within", ready->within_ns);
    json_out_end_object(j);
}

void scenario_after(struct json_out *j, const char *key, const char *after, int signo)
{
    json_out_object(j, key);
    json_out_string(j, "after", after);
    json_out_string(j, "of", signame_name(signo));
    json_out_end_object(j);
}

void scenario_kill(struct json_out *j, int64_t after_ns, int signo)
{
    char after[32];
    json_out_object(j, NULL);
    json_out_string(j, "send", "SIGKILL");
    json_out_string(j, "to", "tree");
    scenario_after(j, "when", duration_format(after_ns, after, sizeof after), signo);
    json_out_end_object(j);
}
