#include "journal/event.h"

#include <string.h>

#include "frontend/cors.h"
#include "frontend/frontend.h"
#include "words/acts.h"

#define INT(key, member)                                                                           \
    {                                                                                              \
        key, FIELD_INT, offsetof(struct event, member), NULL                                       \
    }
#define STR(key, member)                                                                           \
    {                                                                                              \
        key, FIELD_STRING, offsetof(struct event, member), NULL                                    \
    }
#define RAW(key, member)                                                                           \
    {                                                                                              \
        key, FIELD_RAW, offsetof(struct event, member), NULL                                       \
    }
#define WORD(key, member, words)                                                                   \
    {                                                                                              \
        key, FIELD_WORD, offsetof(struct event, member), words                                     \
    }
/* Whose event it is, in a run with more than one process. */
#define WHOSE                                                                                      \
    {"process", FIELD_MAYBE_STRING, offsetof(struct event, process), NULL},                        \
    {                                                                                              \
        "life", FIELD_MAYBE_INT, offsetof(struct event, life), NULL                                \
    }
#define FIELDS(ID, ...) static const struct event_field fields_##ID[] = {__VA_ARGS__{0}};

/* clang-format off */
FIELDS(PLAN, INT("format", format), STR("drainctl", version), STR("wall", wall), STR("file", file),
       INT("seed", seed), STR("run", run), INT("unix", unix_ns), RAW("plan", plan),)
FIELDS(TARGET_START, INT("pid", pid), INT("port", port), RAW("argv", text), WHOSE,)
FIELDS(TARGET_LISTEN, INT("port", port), INT("owner", owner), STR("command", text),
       INT("limit", limit), WHOSE,)
FIELDS(TARGET_READY, STR("how", text), WHOSE,)
FIELDS(TARGET_OUTPUT, INT("stream", stream), STR("line", text),
       {"masked", FIELD_MAYBE_INT, offsetof(struct event, masked), NULL}, WHOSE,)
FIELDS(TARGET_KILL, INT("pid", pid), WHOSE,)
FIELDS(TARGET_EXIT, INT("pid", pid), INT("code", exit_code), INT("signal", exit_signal), WHOSE,)
FIELDS(LISTENER, INT("sockets", sockets), INT("depth", depth), INT("limit", limit), WHOSE,)
FIELDS(HEALTH, STR("path", text), INT("status", status), INT("asked", at), WHOSE,)
FIELDS(LOADS_START, {0},)
FIELDS(LOAD_START, INT("l", load),)
FIELDS(LOAD_END, INT("l", load), STR("why", why),)
FIELDS(ATTEMPT_START, INT("a", attempt), INT("l", load), INT("r", request), INT("c", client),
       INT("due", intended),)
FIELDS(ATTEMPT_CONNECTED, INT("a", attempt), INT("port", port), INT("reused", reused),
       {"server", FIELD_MAYBE_INT, offsetof(struct event, peer), NULL},)
FIELDS(ATTEMPT_SENT, INT("a", attempt),)
FIELDS(ATTEMPT_FIRST_BYTE, INT("a", attempt),)
FIELDS(ATTEMPT_END, INT("a", attempt), INT("code", code), INT("errno", os_errno),
       INT("status", status), INT("tries", tries), INT("sent", sent_bytes),
       INT("head", header_bytes), INT("head_done", header_done), INT("body", body_bytes),
       INT("length", length), WORD("framing", framing, framing_words),
       INT("close", close), WORD("why", ended, ended_words),)
FIELDS(CONN_CLOSED, INT("l", load), INT("c", client), INT("port", port), STR("how", how),)
FIELDS(WANT, INT("l", load), INT("r", request), INT("c", client),
       WORD("what", word, fe_what_words),)
FIELDS(JOIN, INT("a", attempt), INT("r", request), WORD("for", word, fe_call_words),
       INT("key", index), {"preflight", FIELD_MAYBE_INT, offsetof(struct event, preflight), NULL},)
FIELDS(CORS, INT("a", attempt), WORD("is", word, fe_cors_words), STR("origin", how),
       STR("lacks", text),)
FIELDS(SHOWN, INT("l", load), INT("r", request), INT("c", client), WORD("word", word, fe_words),)
FIELDS(SETTLED, INT("l", load), INT("r", request), INT("c", client), WORD("word", word, fe_words),)
FIELDS(REPLY, INT("a", attempt), INT("l", load), INT("r", request), STR("digest", text),)
FIELDS(WITNESS, INT("l", load), INT("status", status), INT("n", depth),)
FIELDS(ORDER, INT("l", load), INT("r", request), INT("n", index),)
FIELDS(MOMENT, INT("i", index),)
FIELDS(ACTION, INT("i", index), WORD("do", act, act_words), WHOSE,)
FIELDS(HANDOVER, INT("i", index), INT("pid", pid), WHOSE,)
FIELDS(REGISTRY, STR("id", text), STR("url", how), WORD("is", entry, entry_words),)
FIELDS(FREEZE, INT("l", load), INT("queued", queued), INT("buffered", buffered), WHOSE,)
FIELDS(SIGNAL, INT("i", index), INT("signal", signo), INT("to", to), INT("pid", pid),
       INT("errno", os_errno), WHOSE,)
FIELDS(THAW, WHOSE,)
FIELDS(LEDGER, INT("a", attempt), INT("at", at), WORD("what", record, record_words),
       INT("status", status), WHOSE,)
FIELDS(PROXIED, INT("a", attempt), INT("status", status), STR("server", how), STR("state", text),
       WHOSE,)
FIELDS(ORPHAN, INT("pid", pid), STR("command", text), WHOSE,)
FIELDS(PROCESS, INT("pid", pid), INT("ppid", ppid), STR("command", text),
       {"built", FIELD_MAYBE_STRING, offsetof(struct event, how), NULL}, WHOSE,)
FIELDS(PROCESS_GONE, INT("pid", pid), WHOSE,)
FIELDS(DISPOSITION, INT("pid", pid), INT("signal", signo),
       WORD("is", disposition, disposition_words), WORD("role", role, role_words), WHOSE,)
FIELDS(SURVIVOR, INT("pid", pid), INT("port", port), STR("command", text),
       INT("status", status), WHOSE,)
FIELDS(LEFTOVER, STR("path", text), WORD("kind", leftover, leftover_words), WHOSE,)
FIELDS(HELD, WORD("what", held, held_words), INT("n", depth), STR("text", text), WHOSE,)
FIELDS(DEPENDENCY, STR("name", text), STR("to", how), INT("port", port), INT("pid", pid),
       WORD("is", link, link_words), INT("unread", depth), INT("seen", at), WHOSE,)
FIELDS(NOTIFIED, INT("pid", pid), STR("said", text), WHOSE,)
FIELDS(PAGE, WORD("what", page, page_words), STR("url", text), INT("again", again),
       INT("status", status), STR("type", how), INT("bytes", body_bytes), STR("hash", hash),
       STR("cache", cache), INT("later", later), STR("in", inside), STR("why", why),)
FIELDS(STALL, INT("due", at),)
FIELDS(NOTE, STR("what", why), INT("pid", pid), STR("command", how), INT("signal", signo),
       INT("port", port), INT("owner", owner), INT("n", depth), INT("after", at),
       STR("text", text), WHOSE,)
FIELDS(ERROR, STR("text", text), STR("hint", why),)
FIELDS(RUN_END, WORD("why", run_end, run_end_words),)
/* clang-format on */

#define SPEC(id, word, sentence) {word, sentence, fields_##id},
const struct event_spec event_specs[EVENT_COUNT] = {EVENT_MAP(SPEC)};

int event_kind_find(const char *word, size_t len)
{
    for (int i = 0; i < EVENT_COUNT; i++)
        if (strlen(event_specs[i].word) == len && memcmp(event_specs[i].word, word, len) == 0)
            return i;
    return -1;
}

bool event_is_of_process(enum event_kind kind)
{
    for (const struct event_field *f = event_specs[kind].fields; f->key; f++)
        if (f->type == FIELD_MAYBE_STRING)
            return true;
    return false;
}
