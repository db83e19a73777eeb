#include "output/github.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/mem.h"
#include "cli/messages.h"
#include "report/markdown/markdown.h"

enum {
    SUMMARY_MOST = 1024 * 1024 - 4096, /* GitHub takes 1 MiB of a step's summary, or nothing */
    ANNOTATIONS_MOST = 1024 * 1024,
    SHOWN = 10, /* of each kind, by GitHub */
};

/* --- annotations --- */

/* As the runner reads them back: '%', '\r' and '\n' in a message, and ':' and ',' as well in a
 * property. Other control bytes, which its log would obey, are written out. */
static void escape(struct buf *out, const char *s, const char *special)
{
    for (; *s; s++) {
        if (strchr(special, *s))
            buf_addf(out, "%%%02X", (unsigned char)*s);
        else if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
            buf_addf(out, "\\x%02x", (unsigned char)*s);
        else
            buf_addc(out, *s);
    }
}

static void property(struct buf *out, const char *s)
{
    escape(out, s, "%\r\n:,");
}

/* The path as the repository has it, which is what GitHub can show: from the workspace's root. */
static char *in_workspace(const char *file)
{
    char path[PATH_MAX], root[PATH_MAX];
    const char *workspace = getenv("GITHUB_WORKSPACE");
    size_t len;
    if (!workspace || !realpath(file, path) || !realpath(workspace, root))
        return mem_strdup(file);
    len = strlen(root);
    return mem_strdup(strncmp(path, root, len) == 0 && path[len] == '/' ? path + len + 1 : path);
}

/* Line of expectation `index` in the document that its scenario was read from; 0 when that says
 * something else by now. */
static int line_in(const struct json_doc *doc, const struct run_verdict *v, size_t index)
{
    struct plan plan = {0};
    int line = 0, column;
    if (plan_parse(doc, &plan, NULL) == 0 && plan.n_expects == v->expectations.n &&
        strcmp(plan.expects[index].text, v->expectations.at[index].text) == 0) {
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(doc->root, "expect");
        json_where(doc, cJSON_GetArrayItem(list, plan.expects[index].element), &line, &column);
    }
    plan_free(&plan);
    return line;
}

static int line_of(const struct run_verdict *v, size_t index)
{
    struct json_doc doc = {0};
    struct stat st;
    int line = 0;
    if (stat(v->file, &st) < 0 || !S_ISREG(st.st_mode)) /* "-" and what is gone */
        return 0;
    if (json_doc_load(&doc, v->file, NULL) == 0)
        line = line_in(&doc, v, index);
    json_doc_free(&doc);
    return line;
}

struct annotations {
    struct buf *out;
    size_t errors, warnings; /* so far, those that are not shown too */
};

/* Returns false when GitHub would not show it. */
static bool begin(struct annotations *a, bool error, const char *title)
{
    size_t *n = error ? &a->errors : &a->warnings;
    if (++*n >= SHOWN)
        return false;
    buf_addf(a->out, "::%s title=", error ? "error" : "warning");
    property(a->out, title);
    return true;
}

static void message(struct annotations *a, const char *text)
{
    buf_adds(a->out, "::");
    escape(a->out, text, "%\r\n");
    buf_addc(a->out, '\n');
}

/* Nothing for a built-in scenario and for one that came from standard input. */
static void place(struct annotations *a, const struct run_verdict *v, int line)
{
    if (!v->file || strcmp(v->file, "-") == 0)
        return;
    char *path = in_workspace(v->file);
    buf_adds(a->out, ",file=");
    property(a->out, path);
    if (line > 0)
        buf_addf(a->out, ",line=%d", line);
    free(path);
}

static void expectation(struct annotations *a, const struct run_verdict *v, size_t index)
{
    const struct expectation_verdict *x = &v->expectations.at[index];
    if (!begin(a, true, v->scenario))
        return;
    place(a, v, v->file ? line_of(v, index) : 0);
    char *text = mem_printf("%s: %s", x->text, x->observed);
    message(a, text);
    free(text);
}

static void run(struct annotations *a, const struct run_verdict *v)
{
    bool said = false;
    for (size_t i = 0; i < v->expectations.n; i++) {
        if (v->expectations.at[i].value != VERDICT_FAILED)
            continue;
        expectation(a, v, i);
        said = true;
    }
    if (said || v->value == VERDICT_PASSED || !begin(a, true, v->scenario))
        return;
    place(a, v, 0);
    char *text = mem_printf("%s: %s", verdict_word(v->value), v->because.why ? v->because.why : "");
    message(a, text);
    free(text);
}

/* A defect that fails the check is an error; one that is known or mild, a warning. */
static void defect(struct annotations *a, const struct finding *f)
{
    char *title = mem_printf("%s: %s", f->defect->id, f->defect->title);
    if (begin(a, !f->tolerated, title)) {
        char *text = mem_printf("%s. fix: %s", f->evidence, f->fix->text);
        message(a, text);
        free(text);
    }
    free(title);
}

static void more(struct annotations *a, const char *kind, size_t n)
{
    if (n >= SHOWN)
        buf_addf(a->out, "::%s title=drainctl::and %zu more, which the report has\n", kind,
                 n - SHOWN + 1);
}

void github_annotations(const struct report_input *in, struct buf *out)
{
    struct annotations a = {.out = out};
    const struct audit *audit = in->kind == REPORT_CHECK ? in->check.audit : NULL;
    for (size_t i = 0; audit && i < audit->n_findings; i++)
        defect(&a, &audit->findings[i]);
    for (size_t i = 0; i < in->count; i++)
        run(&a, &in->runs[i]);
    more(&a, "error", a.errors);
    more(&a, "warning", a.warnings);
}

static void annotate(const struct report_input *in)
{
    struct buf out;
    buf_init(&out, ANNOTATIONS_MOST);
    github_annotations(in, &out);
    fflush(stderr);
    fds_write_all(STDERR_FILENO, out.data, out.len);
    buf_free(&out);
}

/* --- the summary --- */

static int append(int fd, const struct report_input *in)
{
    struct stat st;
    struct buf out;
    struct report_input whole = *in;
    size_t most = SUMMARY_MOST;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        most = st.st_size < SUMMARY_MOST ? SUMMARY_MOST - (size_t)st.st_size : 1;
    buf_init(&out, SUMMARY_MOST);
    whole.quiet = false; /* of the terminal, that is */
    markdown_write(&whole, &out, most);
    int rc = out.len <= most ? fds_write_all(fd, out.data, out.len) : -EFBIG;
    buf_free(&out);
    return rc;
}

static void summarize(const struct report_input *in, const char *file)
{
    int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    int rc = fd < 0 ? -errno : append(fd, in);
    if (fd >= 0)
        close(fd);
    if (rc < 0)
        message_warning("cannot write the summary '%s', which GITHUB_STEP_SUMMARY names: %s", file,
                        strerror(-rc));
}

void github_report(const struct report_input *in)
{
    const char *summary = getenv("GITHUB_STEP_SUMMARY"), *actions = getenv("GITHUB_ACTIONS");
    if (!markdown_has(in->kind))
        return;
    if (summary && *summary)
        summarize(in, summary);
    if (actions && strcmp(actions, "true") == 0)
        annotate(in);
}
