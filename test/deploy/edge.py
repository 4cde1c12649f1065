"""What moto lacks of CloudFront: functions, policies for the headers of answers, and what a distribution says of both."""
import time

from moto.cloudfront import models, urls
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

functions, header_policies = {}, {}


def etag():
    return mock_random.get_random_hex(13).upper()


class Function:
    def __init__(self, name, arn):
        self.name, self.arn, self.is_live = name, arn, False

    def put(self, config, code):
        self.config, self.code, self.etag = config, code, etag()

    def summary(self, stage):
        at = time.time()
        return {
            'Name': self.name,
            'Status': 'DEPLOYED',
            'FunctionConfig': self.config,
            'FunctionMetadata': {
                'FunctionARN': self.arn, 'Stage': stage or 'DEVELOPMENT', 'CreatedTime': at, 'LastModifiedTime': at,
            },
        }


def missing(kind):
    """The answer of CloudFront to whoever asks for what is not there."""
    return type('Missing', (ServiceException,), {'code': kind})('It does not exist.')


def found(self):
    one = functions.get(self._get_param('Name'))
    if one is None or (self._get_param('Stage') == 'LIVE' and not one.is_live):
        raise missing('NoSuchFunctionExists')
    return one


def create_function(self):
    name = self._get_param('Name')
    one = functions[name] = Function(name, f'arn:aws:cloudfront::{self.current_account}:function/{name}')
    one.put(self._get_param('FunctionConfig'), self._get_param('FunctionCode'))
    return ActionResult({'FunctionSummary': one.summary('DEVELOPMENT'), 'ETag': one.etag, 'Location': one.arn})


def update_function(self):
    one = found(self)
    one.put(self._get_param('FunctionConfig'), self._get_param('FunctionCode'))
    return ActionResult({'FunctionSummary': one.summary('DEVELOPMENT'), 'ETag': one.etag})


def publish_function(self):
    one = found(self)
    one.is_live = True
    return ActionResult({'FunctionSummary': one.summary('LIVE')})


def describe_function(self):
    one = found(self)
    return ActionResult({'FunctionSummary': one.summary(self._get_param('Stage')), 'ETag': one.etag})


def get_function(self):
    one = found(self)
    return ActionResult({'FunctionCode': one.code, 'ETag': one.etag, 'ContentType': 'application/octet-stream'})


def delete_function(self):
    del functions[found(self).name]
    return EmptyResult()


def policy_answer(identity):
    if identity not in header_policies:
        raise missing('NoSuchResponseHeadersPolicy')
    config, tag = header_policies[identity]
    policy = {'Id': identity, 'LastModifiedTime': time.time(), 'ResponseHeadersPolicyConfig': config}
    return ActionResult({'ResponseHeadersPolicy': policy, 'ETag': tag})


def create_response_headers_policy(self):
    identity = str(mock_random.uuid4())
    header_policies[identity] = (self._get_param('ResponseHeadersPolicyConfig'), etag())
    return policy_answer(identity)


def get_response_headers_policy(self):
    return policy_answer(self._get_param('Id'))


def delete_response_headers_policy(self):
    header_policies.pop(self._get_param('Id'), None)
    return EmptyResult()


for operation in (
    create_function, update_function, publish_function, describe_function, get_function, delete_function,
    create_response_headers_policy, get_response_headers_policy, delete_response_headers_policy,
):
    setattr(CloudFrontResponse, operation.__name__, operation)
for path in (
    'function', 'function/(?P<name>[^/]+)', 'function/(?P<name>[^/]+)/describe', 'function/(?P<name>[^/]+)/publish',
    'response-headers-policy', 'response-headers-policy/(?P<id>[^/]+)',
):
    urls.url_paths['{0}/2020-05-31/' + path + '$'] = CloudFrontResponse.dispatch

behaviour_init = models.DefaultCacheBehaviour.__init__


def init_behaviour(self, config):
    behaviour_init(self, config)
    self.function_associations = config.get('FunctionAssociations') or {'Quantity': 0}
    # A behaviour has either a policy or these.
    if config.get('CachePolicyId') and not config.get('ForwardedValues', {}).get('Headers'):
        self.forwarded_values = None


models.DefaultCacheBehaviour.__init__ = init_behaviour
origin_init = models.Origin.__init__


def init_origin(self, origin):
    origin_init(self, origin)
    self.origin_access_control_id = origin.get('OriginAccessControlId') or ''


models.Origin.__init__ = init_origin
certificate_init = models.ViewerCertificate.__init__


def init_certificate(self, config):
    certificate_init(self, config)
    # CloudFront leaves out what it has none of.
    self.iam_certificate_id, self.acm_certificate_arn = config.get('IAMCertificateId'), config.get('ACMCertificateArn')


models.ViewerCertificate.__init__ = init_certificate
