/* Stands between a process under test and the C library (LD_PRELOAD), and lies to it as the test says: what time it is,
 * how long the disk takes, that the disk is full, that it cannot keep what it was given.
 *
 * The orders stand in a small file that the test writes and everybody maps: struct orders, all zero for the truth.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct orders {
    volatile int64_t clock_us; /* the clock of the day is so much ahead; the monotonic one is never touched */
    volatile int64_t sync_us;  /* every fsync takes so much longer */
    volatile int64_t write_us; /* every write to a file takes so much longer */
    volatile int64_t full;     /* no file may grow: ENOSPC */
    volatile int64_t broken;   /* fsync fails: EIO */
};

static const struct orders the_truth;
static const struct orders *orders = &the_truth;

__attribute__((constructor)) static void listen_to_orders(void)
{
    const char *path = getenv("CHAOS_ORDERS");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *mapped = mmap(NULL, sizeof(struct orders), PROT_READ, MAP_SHARED, fd, 0);
    if (mapped != MAP_FAILED)
        orders = mapped;
    close(fd);
}

/* The C library's own function of that name. */
#define REAL(name)                                          \
    static __typeof__(&name) real;                          \
    if (!real)                                              \
        real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void take(int64_t us)
{
    if (us > 0) {
        struct timespec pause = {us / 1000000, (us % 1000000) * 1000};
        nanosleep(&pause, NULL);
    }
}

/* --- the clock --- */

int clock_gettime(clockid_t which, struct timespec *at)
{
    REAL(clock_gettime);
    int result = real(which, at);
    int64_t us = orders->clock_us;
    if (result == 0 && us && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        int64_t ns = at->tv_nsec + (us % 1000000) * 1000;
        at->tv_sec += us / 1000000 + (ns >= 1000000000) - (ns < 0);
        at->tv_nsec = (ns + 1000000000) % 1000000000;
    }
    return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}

/* --- the disk --- */

static int is_a_file(int fd, struct stat *status)
{
    return fd > 2 && fstat(fd, status) == 0 && S_ISREG(status->st_mode); /* up to 2: the process' own log */
}

/* Whether a write may go on, which takes a while; `end` is where it will end, or -1: at the file's end plus `more`. */
static int may_write(int fd, off_t end, off_t more)
{
    struct stat status;
    if (!(orders->write_us || orders->full) || !is_a_file(fd, &status))
        return 1;
    take(orders->write_us);
    if (orders->full && (end < 0 ? status.st_size + more : end) > status.st_size) {
        errno = ENOSPC;
        return 0;
    }
    return 1;
}

static off_t length_of(const struct iovec *parts, int count)
{
    off_t length = 0;
    for (int n = 0; n < count; n++)
        length += (off_t)parts[n].iov_len;
    return length;
}

static off_t end_of_write(int fd, size_t length)
{
    off_t at = fcntl(fd, F_GETFL) & O_APPEND ? -1 : lseek(fd, 0, SEEK_CUR);
    return at < 0 ? -1 : at + (off_t)length;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    REAL(write);
    if ((orders->write_us || orders->full) && !may_write(fd, end_of_write(fd, length), (off_t)length))
        return -1;
    return real(fd, bytes, length);
}

#define A_PWRITE(name, offset_type)                                          \
    ssize_t name(int fd, const void *bytes, size_t length, offset_type at)   \
    {                                                                        \
        REAL(name);                                                          \
        return may_write(fd, at + (off_t)length, 0) ? real(fd, bytes, length, at) : -1; \
    }
A_PWRITE(pwrite, off_t)
A_PWRITE(pwrite64, off64_t)

#define A_PWRITEV(name, offset_type)                                         \
    ssize_t name(int fd, const struct iovec *parts, int count, offset_type at) \
    {                                                                        \
        REAL(name);                                                          \
        return may_write(fd, at + length_of(parts, count), 0) ? real(fd, parts, count, at) : -1; \
    }
A_PWRITEV(pwritev, off_t)
A_PWRITEV(pwritev64, off64_t)

#define A_FALLOCATE(name, offset_type)                                       \
    int name(int fd, offset_type at, offset_type length)                     \
    {                                                                        \
        REAL(name);                                                          \
        return may_write(fd, at + length, 0) ? real(fd, at, length) : ENOSPC; \
    }
A_FALLOCATE(posix_fallocate, off_t)
A_FALLOCATE(posix_fallocate64, off64_t)

#define A_SYNC(name)              \
    int name(int fd)              \
    {                             \
        REAL(name);               \
        take(orders->sync_us);    \
        if (orders->broken) {     \
            errno = EIO;          \
            return -1;            \
        }                         \
        return real(fd);          \
    }
A_SYNC(fsync)
A_SYNC(fdatasync)
