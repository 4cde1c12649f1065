import { secureHeaders } from 'hono/secure-headers';
import { pagePolicy } from '../../schemas/dashboard.ts';

export const securityHeaders = secureHeaders({
  contentSecurityPolicy: pagePolicy({ connect: [], images: [] }),
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  // Loopback is not served over TLS.
  strictTransportSecurity: false,
});
