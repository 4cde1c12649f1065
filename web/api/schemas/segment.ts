/** In a path, `.` and `..` are another place, however they are encoded. */
const IS_MARKED = /^(?:\.{1,2}$|\/)/;

/** The id of a photo as a segment of a path: encoded, and after a slash where it could not stand there otherwise. */
export const toSegment = (id: string): string => encodeURIComponent(marked(id));

export const marked = (id: string): string => (IS_MARKED.test(id) ? `/${id}` : id);

export const unmarked = (segment: string): string => segment.replace(/^\//, '');
