/**
 * Environment variables of glibc's malloc, read when a process starts. By default the threads have up to eight arenas a
 * core, each of which keeps what pictures leave behind: memory grew by 14 KB a photo, with two arenas by 8 KB
 * (docs/benchmarks.md). Other systems ignore it.
 */
export const ALLOCATOR = { MALLOC_ARENA_MAX: '2' };
