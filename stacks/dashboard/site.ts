import { CloudfrontDistribution } from '@cdktf/provider-aws/lib/cloudfront-distribution/index.js';
import { CloudfrontFunction } from '@cdktf/provider-aws/lib/cloudfront-function/index.js';
import { CloudfrontOriginAccessControl } from '@cdktf/provider-aws/lib/cloudfront-origin-access-control/index.js';
import { CloudfrontResponseHeadersPolicy } from '@cdktf/provider-aws/lib/cloudfront-response-headers-policy/index.js';
import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { Construct } from 'constructs';
import { policyHeader, type PageSources } from '../../schemas/dashboard.ts';
import { VIEWER_REQUEST } from './viewer-request.ts';

export interface SiteProps {
  readonly name: string;
  readonly page: S3Bucket;
  /** The host of the HTTP API. */
  readonly apiHost: string;
  readonly sources: PageSources;
}

/** Policies that AWS manages, which have the same ids in every account (CloudFront Developer Guide, "Managed policies"). */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_BUT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const YEAR = 31_536_000;

/** The page and the API at one address, so that the page needs no other. */
export class Site extends Construct {
  readonly distribution: CloudfrontDistribution;

  constructor(scope: Construct, { name, page, apiHost, sources }: SiteProps) {
    super(scope, 'site');
    const access = new CloudfrontOriginAccessControl(this, 'access', {
      name,
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    });
    const viewerRequest = new CloudfrontFunction(this, 'viewer-request', {
      name,
      runtime: 'cloudfront-js-2.0',
      code: VIEWER_REQUEST,
      publish: true,
    });
    const every = {
      compress: true,
      responseHeadersPolicyId: this.#headers(name, sources).id,
      functionAssociation: [{ eventType: 'viewer-request', functionArn: viewerRequest.arn }],
    };
    const READING = ['GET', 'HEAD'];
    this.distribution = new CloudfrontDistribution(this, 'distribution', {
      comment: name,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: 'http2and3',
      defaultRootObject: 'index.html',
      origin: [
        { originId: 'page', domainName: page.bucketRegionalDomainName, originAccessControlId: access.id },
        {
          originId: 'api',
          domainName: apiHost,
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: 'https-only',
            originSslProtocols: ['TLSv1.2'],
            originReadTimeout: 30,
          },
        },
      ],
      defaultCacheBehavior: {
        ...every,
        targetOriginId: 'page',
        viewerProtocolPolicy: 'redirect-to-https',
        allowedMethods: READING,
        cachedMethods: READING,
        cachePolicyId: CACHING_OPTIMIZED,
      },
      orderedCacheBehavior: [
        {
          ...every,
          pathPattern: '/api/*',
          targetOriginId: 'api',
          // A token must not be sent in the clear, not even to be told so.
          viewerProtocolPolicy: 'https-only',
          allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
          cachedMethods: READING,
          cachePolicyId: CACHING_DISABLED,
          originRequestPolicyId: ALL_BUT_HOST,
        },
      ],
      restrictions: { geoRestriction: { restrictionType: 'none' } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
  }

  #headers(name: string, sources: PageSources): CloudfrontResponseHeadersPolicy {
    const override = true;
    return new CloudfrontResponseHeadersPolicy(this, 'headers', {
      name,
      securityHeadersConfig: {
        contentSecurityPolicy: { override, contentSecurityPolicy: policyHeader(sources) },
        contentTypeOptions: { override },
        frameOptions: { override, frameOption: 'DENY' },
        referrerPolicy: { override, referrerPolicy: 'no-referrer' },
        strictTransportSecurity: { override, accessControlMaxAgeSec: YEAR, includeSubdomains: true },
      },
      customHeadersConfig: {
        items: [
          { override, header: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
          { override, header: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
        ],
      },
    });
  }
}
