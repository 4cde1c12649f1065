import { type ImgHTMLAttributes, useEffect, useState } from 'react';
import { getBlob } from '../api/client.ts';

interface Props extends ImgHTMLAttributes<HTMLImageElement> {
  /** The path of the API that makes the copy, as pictureOf and portraitOf give it. */
  made: string;
  src: string;
}

/** A scaled copy. In AWS it is in the bucket, unless nobody has seen it yet: then the API makes it. */
export function Picture({ made: path, src, srcSet, alt = '', ...props }: Props) {
  const [copy, setCopy] = useState<{ src: string; url: string }>();
  useEffect(() => (copy ? () => URL.revokeObjectURL(copy.url) : undefined), [copy]);
  const isMade = copy?.src === src;

  const make = () => {
    // Addresses of the API itself make it anyway.
    if (isMade || src.startsWith('/')) return;
    void getBlob(path).then(
      (blob) => setCopy({ src, url: URL.createObjectURL(blob) }),
      // The picture stays away, as one that cannot be read does.
      () => undefined,
    );
  };
  const sources = isMade ? { src: copy.url } : { src, srcSet };
  return <img {...props} {...sources} alt={alt} ref={untilGone} onError={make} />;
}

/** Pictures that somebody has scrolled past must not keep the others waiting. */
function untilGone(image: HTMLImageElement | null) {
  if (!image) return undefined;
  return () =>
    queueMicrotask(() => {
      if (image.isConnected || image.complete) return;
      image.removeAttribute('srcset');
      image.removeAttribute('src');
    });
}

export const pictureOf = (imageId: string, size: '480' | '1080') =>
  `/pictures/${encodeURIComponent(imageId)}?size=${size}`;

export const portraitOf = (personId: string, faceId: string) => `/portraits/${personId}/${faceId}`;
