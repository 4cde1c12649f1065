"""Runs the cloud emulator, and adds what this stack needs and moto lacks: saved queries of CloudWatch Logs,
the ingestion time without which moto fills no input template, rules with a schedule that events do not start, and one
answer for all attempts of a call.

Usage: emulator.py PATH_OF_CLOUD_PY [its arguments]
"""
import collections, json, runpy, sys, time, uuid

import edge  # noqa: F401
import werkzeug.serving
from moto.events.models import EventPattern, EventTemplateParser
from moto.logs.responses import LogsResponse

saved = {}


def put_query_definition(self):
    given = {name: value for name in ('name', 'queryString', 'logGroupNames') if (value := self._get_param(name))}
    identity = self._get_param('queryDefinitionId') or str(uuid.uuid4())
    saved[identity] = {**given, 'queryDefinitionId': identity, 'lastModified': int(time.time() * 1000)}
    return json.dumps({'queryDefinitionId': identity})


def describe_query_definitions(self):
    prefix = self._get_param('queryDefinitionNamePrefix') or ''
    return json.dumps({'queryDefinitions': [one for one in saved.values() if one['name'].startswith(prefix)]})


def delete_query_definition(self):
    return json.dumps({'success': saved.pop(self._get_param('queryDefinitionId'), None) is not None})


for operation in (put_query_definition, describe_query_definitions, delete_query_definition):
    setattr(LogsResponse, operation.__name__, operation)

parse_template = EventTemplateParser.parse


def parse_with_ingestion_time(input_template, input_paths_map, event):
    return parse_template(input_template, input_paths_map, {'ingestion-time': event['time'], **event})


EventTemplateParser.parse = staticmethod(parse_with_ingestion_time)

# moto gives every event to a rule that has a schedule and no pattern: each object that a photo's execution writes would
# start all functions that run on a schedule.
matches_event = EventPattern.matches_event
EventPattern.matches_event = lambda self, event: bool(self.get_pattern()) and matches_event(self, event)

# The server on loopback now and then loses an answer. The SDK then asks again, under the same id, and moto refuses what
# it has done already ("Role already exists"), which fails a deployment. That is a fault of the server, not of the stack.
answers = collections.OrderedDict()
REMEMBERED_ANSWERS = 2000


def answer_once(app):
    def answer(environ, start_response):
        call = environ.get('HTTP_AMZ_SDK_INVOCATION_ID')
        if call is None or environ['REQUEST_METHOD'] in ('GET', 'HEAD'):
            return app(environ, start_response)
        if call in answers:
            print('emulator: answered again', environ['REQUEST_METHOD'], environ['PATH_INFO'], file=sys.stderr, flush=True)
            status, headers, body = answers[call]
            start_response(status, headers)
            return [body]
        given = []

        def remember_start(status, headers, exc_info=None):
            given[:] = [status, headers]
            return start_response(status, headers, exc_info)

        chunks = app(environ, remember_start)
        body = b''.join(chunks)
        if hasattr(chunks, 'close'):
            chunks.close()
        if given[0].startswith('2'):
            answers[call] = (*given, body)
            while len(answers) > REMEMBERED_ANSWERS:
                answers.popitem(last=False)
        return [body]

    return answer


make_server = werkzeug.serving.make_server
werkzeug.serving.make_server = lambda host, port, app, **given: make_server(host, port, answer_once(app), **given)

sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
