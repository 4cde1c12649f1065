import type { BoundingBox } from '../../schemas/faces.ts';

/** `party.jpg.xmp` is the sidecar of `party.jpg`. */
export const SUFFIX = '.xmp';
/** A sidecar with faces has a few kilobytes; one with a long editing history, a few hundred. */
export const MAX_SIDECAR_BYTES = 4 * 1024 * 1024;

/** The names of a sidecar, as the Metadata Working Group and Adobe's XMP specification define them. */
export const NAMESPACES = {
  x: 'adobe:ns:meta/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  'mwg-rs': 'http://www.metadataworkinggroup.com/schemas/regions/',
  stArea: 'http://ns.adobe.com/xmp/sType/Area#',
  stDim: 'http://ns.adobe.com/xap/1.0/sType/Dimensions#',
} as const;
export type Prefix = keyof typeof NAMESPACES;

/** A face in a sidecar. */
export interface Region {
  /** Absent where nobody is named. */
  readonly name?: string;
  readonly box: BoundingBox;
}

export interface Sidecar {
  /** In pixels, of the picture that the regions were drawn on. */
  readonly dimensions?: { readonly width: number; readonly height: number };
  readonly regions: readonly Region[];
}
