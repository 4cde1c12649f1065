"""Prints as JSON what an account says of the deployed dashboard. Reads AWS_ENDPOINT_URL.

Usage: describe-dashboard.py ID_OF_API ID_OF_USER_POOL HOST_OF_DISTRIBUTION BUCKET_OF_PAGE BUCKET_OF_PHOTOS
"""
import json
import sys

import boto3

api_id, pool_id, host, page, photos = sys.argv[1:]
gateway, cognito, cloudfront = (boto3.client(name) for name in ('apigatewayv2', 'cognito-idp', 'cloudfront'))
s3 = boto3.client('s3')


def pick(given, *names):
    return {name: given.get(name) for name in names}


pool = cognito.describe_user_pool(UserPoolId=pool_id)['UserPool']
client_id = cognito.list_user_pool_clients(UserPoolId=pool_id)['UserPoolClients'][0]['ClientId']
client = cognito.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)['UserPoolClient']
distribution = next(one for one in cloudfront.list_distributions()['DistributionList']['Items'] if one['DomainName'] == host)
config = cloudfront.get_distribution_config(Id=distribution['Id'])['DistributionConfig']
behaviours = [config['DefaultCacheBehavior'], *config['CacheBehaviors']['Items']]
headers = [
    cloudfront.get_response_headers_policy(Id=one['ResponseHeadersPolicyId'])['ResponseHeadersPolicy']
    ['ResponseHeadersPolicyConfig']['SecurityHeadersConfig']
    for one in behaviours
]

print(json.dumps({
    'routes': [
        pick(one, 'RouteKey', 'AuthorizationType', 'AuthorizerId', 'AuthorizationScopes')
        for one in gateway.get_routes(ApiId=api_id)['Items']
    ],
    'authorizers': [
        pick(one, 'AuthorizerId', 'AuthorizerType', 'IdentitySource', 'JwtConfiguration')
        for one in [gateway.get_authorizer(ApiId=api_id, AuthorizerId=route['AuthorizerId'])
                    for route in gateway.get_routes(ApiId=api_id)['Items']]
    ],
    'users': {
        'self_sign_up': not pool['AdminCreateUserConfig']['AllowAdminCreateUserOnly'],
        'mfa': cognito.get_user_pool_mfa_config(UserPoolId=pool_id)['MfaConfiguration'],
        'password': pool['Policies']['PasswordPolicy'],
        'groups': sorted(one['GroupName'] for one in cognito.list_groups(UserPoolId=pool_id)['Groups']),
        'domain': pool.get('Domain'),
    },
    'client': {
        'id': client_id,
        'has_secret': 'ClientSecret' in client,
        **pick(client, 'AllowedOAuthFlows', 'AllowedOAuthFlowsUserPoolClient', 'AllowedOAuthScopes', 'CallbackURLs',
               'ExplicitAuthFlows'),
    },
    'content_security_policies': [one['ContentSecurityPolicy']['ContentSecurityPolicy'] for one in headers],
    'strict_transport_security': [one['StrictTransportSecurity']['AccessControlMaxAgeSec'] for one in headers],
    'behaviours': [pick(one, 'PathPattern', 'TargetOriginId', 'ViewerProtocolPolicy') for one in behaviours],
    'origins': {one['Id']: one['DomainName'] for one in config['Origins']['Items']},
    'page_policy': json.loads(s3.get_bucket_policy(Bucket=page)['Policy'])['Statement'],
    'page_access': s3.get_public_access_block(Bucket=page)['PublicAccessBlockConfiguration'],
    'page_files': [
        one['Key'] for one in s3.list_objects_v2(Bucket=page)['Contents'] if not one['Key'].startswith('assets/')
    ],
    'page_config': json.loads(s3.get_object(Bucket=page, Key='config.json')['Body'].read()),
    'uploads_from': [one['AllowedOrigins'] for one in s3.get_bucket_cors(Bucket=photos)['CORSRules']],
    'distribution_arn': distribution['ARN'],
}))
