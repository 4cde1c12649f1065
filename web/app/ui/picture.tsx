import { type ImgHTMLAttributes, useEffect, useState } from 'react';
import { getBlob } from '../api/client.ts';

interface Props extends ImgHTMLAttributes<HTMLImageElement> {
  of: { image_id: string };
  /** Of the copy that src addresses. */
  size: '480' | '1080';
  src: string;
}

/** A scaled copy of a photo. In AWS it is in the bucket, unless nobody has seen it yet: then the API makes it. */
export function Picture({ of: { image_id }, size, src, srcSet, alt = '', ...props }: Props) {
  const [made, setMade] = useState<{ src: string; url: string }>();
  useEffect(() => (made ? () => URL.revokeObjectURL(made.url) : undefined), [made]);
  const isMade = made?.src === src;

  const make = () => {
    // Addresses of the API itself make it anyway.
    if (isMade || src.startsWith('/')) return;
    void getBlob(`/pictures/${encodeURIComponent(image_id)}?size=${size}`).then(
      (blob) => setMade({ src, url: URL.createObjectURL(blob) }),
      // The picture stays away, as one that cannot be read does.
      () => undefined,
    );
  };
  const sources = isMade ? { src: made.url } : { src, srcSet };
  return <img {...props} {...sources} alt={alt} onError={make} />;
}
