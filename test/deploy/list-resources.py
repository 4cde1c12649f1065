"""Prints the names of all resources in an account as JSON, of the kinds that the stack creates. Reads AWS_ENDPOINT_URL."""
import json

import boto3


# It must be told how many.
NUMBERED = {'list_user_pools': {'MaxResults': 60}}


def names(service, operation, listed, name=None):
    found = getattr(boto3.client(service), operation)(**NUMBERED.get(operation, {})).get(listed, [])
    if isinstance(found, dict):
        found = found.get('Items') or []
    return sorted(one if name is None else one[name] for one in found)


print(json.dumps({
    'functions': names('lambda', 'list_functions', 'Functions', 'FunctionName'),
    'tables': names('dynamodb', 'list_tables', 'TableNames'),
    'buckets': names('s3', 'list_buckets', 'Buckets', 'Name'),
    'collections': names('rekognition', 'list_collections', 'CollectionIds'),
    'queues': names('sqs', 'list_queues', 'QueueUrls'),
    'topics': names('sns', 'list_topics', 'Topics', 'TopicArn'),
    'machines': names('stepfunctions', 'list_state_machines', 'stateMachines', 'name'),
    'rules': names('events', 'list_rules', 'Rules', 'Name'),
    'alarms': names('cloudwatch', 'describe_alarms', 'MetricAlarms', 'AlarmName'),
    'dashboards': names('cloudwatch', 'list_dashboards', 'DashboardEntries', 'DashboardName'),
    'user pools': names('cognito-idp', 'list_user_pools', 'UserPools', 'Name'),
    'http apis': names('apigatewayv2', 'get_apis', 'Items', 'Name'),
    'distributions': names('cloudfront', 'list_distributions', 'DistributionList', 'Comment'),
    'queries': names('logs', 'describe_query_definitions', 'queryDefinitions', 'name'),
    'log groups': names('logs', 'describe_log_groups', 'logGroups', 'logGroupName'),
    'roles': names('iam', 'list_roles', 'Roles', 'RoleName'),
}))
