/* Connections that the target has made to Unix sockets. The kernel shows for each end the inode of
 * the other one, and of the server's end the name of its listener (unix_diag, sock_diag(7)): also
 * to a user who is not root. */
#include "process/dependencies_int.h"

#include <errno.h>
#include <string.h>

#include "base/attr.h"

const char *dependency_name_at(const char *path)
{
    static const struct {
        const char *part, *name;
    } rows[] = {
        {"/.s.PGSQL.6432", "pgbouncer"},
        {"/.s.PGSQL.", "postgresql"},
        {"mysqld.sock", "mysql"},
        {"mysql.sock", "mysql"},
        {"mariadb", "mysql"},
        {"redis", "redis"},
        {"valkey", "redis"},
        {"memcached", "memcached"},
        {"/mongodb-", "mongodb"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strstr(path, rows[i].part))
            return rows[i].name;
    return "";
}

/* What nearly every process is connected to, and no request depends on. */
static bool is_of_the_system(const char *path)
{
    static const char *const folders[] = {"/run/systemd/", "/run/dbus/",     "/var/run/dbus/",
                                          "/run/nscd/",    "/var/run/nscd/", "/run/user/"};
    for (size_t i = 0; i < ARRAY_LEN(folders); i++)
        if (strncmp(path, folders[i], strlen(folders[i])) == 0)
            return true;
    return path[0] != '/'; /* abstract: the session's */
}

static void take(const struct unix_socket *s, void *arg)
{
    struct unix_ends *ends = arg;
    if (*s->path && ends->count < FOUND_MOST)
        ends->found[ends->count++] = *s;
}

bool unix_ends_find(struct target *t, struct unix_ends *ends)
{
    ends->count = 0;
    return unixdiag_each(t->listener.diag, take, ends) == 0 && ends->count > 0;
}

/* An end with a name was accepted, or its client has bound it: then it is no server's. */
static bool has_name(const struct unix_ends *ends, uint32_t inode)
{
    for (int i = 0; i < ends->count; i++)
        if (ends->found[i].inode == inode)
            return true;
    return false;
}

pid_t unix_ends_next(const struct unix_ends *ends, int *at, const struct held_sockets *held,
                     struct unix_socket *out)
{
    while (*at < ends->count) {
        const struct unix_socket *other = &ends->found[(*at)++];
        pid_t pid = other->peer ? held_by(held, other->peer) : 0;
        if (!pid || held_by(held, other->inode) || is_of_the_system(other->path) ||
            has_name(ends, other->peer))
            continue;
        *out = *other;
        out->inode = other->peer;
        out->peer = other->inode;
        out->rqueue = 0;
        return pid;
    }
    return 0;
}

enum link_is unix_end_is(struct target *t, struct unix_socket *s)
{
    struct unix_socket now;
    int rc = unixdiag_look(t->listener.diag, s->inode, &now);
    if (rc == -ENOENT)
        return s->rqueue ? LINK_RESET : LINK_CLOSED;
    if (rc < 0)
        return LINK_OPEN;
    if (s->peer && !now.peer)
        return LINK_PEER;
    s->peer = now.peer;
    s->rqueue = now.rqueue;
    return LINK_OPEN;
}
