"""Runs the cloud emulator, and adds what this stack needs and moto lacks: saved queries of CloudWatch Logs,
and the ingestion time without which moto fills no input template.

Usage: emulator.py PATH_OF_CLOUD_PY [its arguments]
"""
import json, runpy, sys, time, uuid

import edge  # noqa: F401
from moto.events.models import EventTemplateParser
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

sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
