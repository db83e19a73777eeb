#include "demo/demo.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "demo/private.h"
#include "server/routes/web_files.h"
#include "server/work/db.h"

static const int64_t closing_limit_ns = 5 * NS_PER_S;

static int check_parts(struct error *err)
{
    if (!db_driver_of("orders.db")) {
        error_set(err, ERROR_USAGE, "this drainctl was built without a database");
        return error_hint(err, "the demo keeps its orders in one: build it without WITHOUT=sqlite");
    }
    if (!web_pages[0].name) {
        error_set(err, ERROR_USAGE, "this drainctl was built without the page");
        return error_hint(err, "'make web' builds it into server/web/dist; then build again");
    }
    return 0;
}

static int make_folder(struct demo *d, struct error *err)
{
    const char *tmp = getenv("TMPDIR");
    int len = snprintf(d->folder, sizeof d->folder, "%s/drainctl-demo-XXXXXX",
                       tmp && *tmp ? tmp : "/tmp");
    /* the socket in it must fit into sun_path (unix(7)) */
    if (len >= (int)sizeof d->folder - 16) {
        d->folder[0] = '\0';
        error_set(err, ERROR_RUN, "the folder for temporary files has too long a name: '%s'", tmp);
        return error_hint(err, "TMPDIR=/tmp drainctl demo");
    }
    if (mkdtemp(d->folder))
        return 0;
    error_set_errno(err, ERROR_RUN, errno, "cannot make a temporary folder '%s'", d->folder);
    d->folder[0] = '\0';
    return -1;
}

static void remove_folder(const struct demo *d)
{
    DIR *dir = d->folder[0] ? opendir(d->folder) : NULL;
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlinkat(dirfd(dir), e->d_name, 0);
    closedir(dir);
    rmdir(d->folder);
}

static int make_token(struct demo *d, struct error *err)
{
    unsigned char bytes[DEMO_TOKEN / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return error_set_errno(err, ERROR_RUN, errno, "no random bytes can be had");
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(d->token + 2 * i, 3, "%02x", bytes[i]);
    return 0;
}

/* The panel's server listens: start the one that is shown. */
static int begin(void *demo, struct server *s, struct error *err)
{
    struct demo *d = demo;
    d->server = s;
    return demo_start_child(d, err);
}

static void set_server(struct demo *d)
{
    const struct demo_options *o = d->options;
    d->step = (struct step_row){.name = "server-stopped",
                                .place = PLACE_RELEASE,
                                .limit_ns = closing_limit_ns,
                                .begin = demo_begin_closing,
                                .give_up = demo_give_up,
                                .arg = d};
    d->server_options = server_defaults;
    d->server_options.at.port = o->port;
    d->server_options.closing.steps = &d->step;
    d->server_options.closing.n_steps = 1;
    d->server_options.guest = (struct server_guest){demo_routes, begin, stream_end_all, d};
}

int demo_run(const struct demo_options *options, struct error *err)
{
    struct demo d = {.options = options, .port = options->page_port, .begun_ns = clock_ns()};
    if (check_parts(err) < 0 || make_token(&d, err) < 0 || make_folder(&d, err) < 0)
        return -1;
    stream_init(&d.stream);
    set_server(&d);
    int status = server_run(&d.server_options, err);
    for (struct child *c = d.child.all, *next; c; c = next) {
        next = c->next;
        child_free(c);
    }
    stream_free(&d.stream);
    remove_folder(&d);
    if (status < 0 || !d.failed)
        return status;
    *err = d.why;
    return -1;
}
