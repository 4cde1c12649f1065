import { CognitoUserGroup } from '@cdktf/provider-aws/lib/cognito-user-group/index.js';
import { CognitoUserPoolClient } from '@cdktf/provider-aws/lib/cognito-user-pool-client/index.js';
import { CognitoUserPoolDomain } from '@cdktf/provider-aws/lib/cognito-user-pool-domain/index.js';
import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool/index.js';
import { Construct } from 'constructs';
import type { Config } from '../../schemas/config.ts';
import { ROLES } from '../../schemas/dashboard.ts';
import type { NameOf } from '../names.ts';

export interface SignInProps {
  readonly nameOf: NameOf;
  readonly config: Config;
  readonly accountId: string;
}

/** The users of the dashboard, in a group for each role, and the page where they sign in. Only an administrator adds them. */
export class SignIn extends Construct {
  readonly userPool: CognitoUserPool;
  /** Who issues the tokens, as they name it. */
  readonly issuer: string;
  /** `https://…`, where people sign in. */
  readonly domain: string;
  readonly #nameOf: NameOf;

  constructor(scope: Construct, { nameOf, config, accountId }: SignInProps) {
    super(scope, 'sign-in');
    this.#nameOf = nameOf;
    this.userPool = new CognitoUserPool(this, 'users', {
      name: nameOf('rollcall'),
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      usernameConfiguration: { caseSensitive: false },
      autoVerifiedAttributes: ['email'],
      accountRecoverySetting: { recoveryMechanism: [{ name: 'verified_email', priority: 1 }] },
      mfaConfiguration: 'OPTIONAL',
      softwareTokenMfaConfiguration: { enabled: true },
      passwordPolicy: {
        minimumLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
        temporaryPasswordValidityDays: 7,
      },
      deletionProtection: config.disposable ? 'INACTIVE' : 'ACTIVE',
      lifecycle: { preventDestroy: !config.disposable },
    });
    const userPoolId = this.userPool.id;
    // The number is that of the account, because others have such a domain too.
    const { domain } = new CognitoUserPoolDomain(this, 'domain', {
      userPoolId,
      domain: nameOf(`rollcall-${accountId}`),
    });
    this.domain = `https://${domain}.auth.${config.region}.amazoncognito.com`;
    this.issuer = `https://${this.userPool.endpoint}`;
    for (const [precedence, name] of ROLES.toReversed().entries()) {
      new CognitoUserGroup(this, name, { userPoolId, name, precedence });
    }
  }

  /** The page at this address as a client: by authorization code only, and without a secret, which a page cannot keep. */
  addClient(url: string): CognitoUserPoolClient {
    return new CognitoUserPoolClient(this, 'page', {
      name: this.#nameOf('rollcall-page'),
      userPoolId: this.userPool.id,
      generateSecret: false,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ['code'],
      allowedOauthScopes: ['openid'],
      callbackUrls: [`${url}/`],
      logoutUrls: [`${url}/`],
      supportedIdentityProviders: ['COGNITO'],
      // Passwords are sent to the page of Cognito alone.
      explicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      preventUserExistenceErrors: 'ENABLED',
      enableTokenRevocation: true,
      // After a working day people sign in again.
      tokenValidityUnits: [{ accessToken: 'minutes', idToken: 'minutes', refreshToken: 'hours' }],
      accessTokenValidity: 30,
      idTokenValidity: 30,
      refreshTokenValidity: 12,
    });
  }
}
