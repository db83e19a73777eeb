/* Compiler attributes under short names. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_USE          __attribute__((warn_unused_result))
#define NORETURN          __attribute__((noreturn))
#define ARRAY_LEN(a)      (sizeof(a) / sizeof((a)[0]))

/* The struct of type `type` whose member `member` stands at `ptr`. */
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
