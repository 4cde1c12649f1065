/** The groups of the user pool, and the roles that they give. From the least to the most. */
export const ROLES = ['viewer', 'editor', 'admin'] as const;

/** Carries the path of a request as it was asked for, from CloudFront to the API. */
export const PATH_HEADER = 'x-rollcall-path';

/** Where the page may load from, by the directives of a Content-Security-Policy. */
export interface PageSources {
  /** What scripts may connect to, besides where the page is from. */
  readonly connect: readonly string[];
  readonly images: readonly string[];
}

/** The page loads nothing from elsewhere, runs nothing that is written into it, and no other page may show it. */
export const pagePolicy = ({ connect, images }: PageSources) => ({
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'blob:', ...images],
  fontSrc: ["'self'"],
  manifestSrc: ["'self'"],
  connectSrc: ["'self'", ...connect],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
});

/** The same as the value of the header. */
export const policyHeader = (sources: PageSources): string =>
  Object.entries(pagePolicy(sources))
    .map(([name, from]) => `${name.replaceAll(/[A-Z]/g, '-$&').toLowerCase()} ${from.join(' ')}`)
    .join('; ');

/** The types of the page's files, by their extensions. */
export const PAGE_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

/** What the page reads from `/config.json`. Where nobody has to sign in, there is no `sign_in`. */
export interface PageConfig {
  readonly sign_in?: {
    /** `https://cognito-idp.<region>.amazonaws.com/<user pool>`. */
    readonly issuer: string;
    readonly client_id: string;
    /** `https://<domain>.auth.<region>.amazoncognito.com`, where people sign in. */
    readonly domain: string;
  };
}
