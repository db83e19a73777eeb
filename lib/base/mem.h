/* Allocation that never returns NULL. Out of memory is not something drainctl can report in an
 * orderly way (the report itself needs memory), so it says so on standard error and aborts; what it
 * started is then taken along by the keeper (target/keeper.h). */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Zeroed memory for `count` things of `size` bytes; freed with free(). */
void *mem_zero(size_t count, size_t size);
/* As realloc(old, count * size), overflow checked; new bytes are not zeroed. */
void *mem_resize(void *old, size_t count, size_t size);
char *mem_strdup(const char *s); /* NULL gives NULL */
char *mem_strndup(const char *s, size_t len);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define MEM_NEW(type) ((type *)mem_zero(1, sizeof(type)))

/* Make room for one more element in a growing array: items is a pointer, count and cap size_t. */
#define MEM_GROW(items, count, cap)                                                                \
    do {                                                                                           \
        if ((count) == (cap)) {                                                                    \
            (cap) = (cap) ? (cap)*2 : 8;                                                           \
            (items) = mem_resize((items), (cap), sizeof *(items));                                 \
        }                                                                                          \
    } while (0)

#endif
