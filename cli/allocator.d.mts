export const ALLOCATOR: { readonly MALLOC_ARENA_MAX: string };
