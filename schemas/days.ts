/** The day of an ISO time, in UTC: YYYY-MM-DD. */
export const dayOf = (timestamp: string): string => timestamp.slice(0, 'YYYY-MM-DD'.length);
