/* File descriptors of this process. */
#ifndef BASE_FDS_H
#define BASE_FDS_H

/* Set close-on-exec on every descriptor from `lowest` up. libuv's uv_disable_stdio_inheritance
 * stops at the first gap and leaks high ones, which makes bats hang; close_range(2) does not. */
void fds_cloexec_from(int lowest);

/* Close every descriptor from `lowest` up, for a child that goes on without a parent. */
void fds_close_from(int lowest);

/* Raise the soft limit on descriptors to the hard one. Returns the limit now in force. */
long fds_raise_limit(void);

struct rlimit;
/* The limit as it was before fds_raise_limit, for children: they should meet what the user's shell
 * would have given them. */
void fds_first_limit(struct rlimit *out);

/* Make descriptors 0, 1 and 2 exist (/dev/null), so that no socket is ever mistaken for one. */
void fds_fill_stdio(void);

/* Write all of it, past short writes and EINTR. Returns 0 or -errno. */
int fds_write_all(int fd, const void *data, unsigned long len);

#endif
