/** One call to Rekognition, in US dollars, up to a million calls a month (price list of us-east-1, 2026-11). */
const DOLLARS_PER_CALL = 0.001;

/** What so many paid calls cost in AWS, in US dollars, rounded to tenths of a cent. On a laptop they cost nothing. */
export const dollarsOf = (calls: number): number => Number((calls * DOLLARS_PER_CALL).toFixed(3));

/** The same as text, in cents. */
export const priceOf = (calls: number): string => `$${(calls * DOLLARS_PER_CALL).toFixed(2)}`;
