"""OpenAI's own Python SDK against the gateway; prints what it saw as JSON."""

import argparse
import json

import openai

parser = argparse.ArgumentParser()
parser.add_argument("--base-url", required=True)
parser.add_argument("--recorded-id", required=True)
arguments = parser.parse_args()

client = openai.OpenAI(base_url=arguments.base_url, api_key="unused")
call = {
    "model": "penstock/auto",
    "messages": [{"role": "user", "content": "recorded"}],
    "metadata": {"penstock.recorded-id": arguments.recorded_id},
}
report = {"models": [model.id for model in client.models.list()]}

raw = client.chat.completions.with_raw_response.create(**call)
answer = raw.parse()
report["content"] = answer.choices[0].message.content
report["model"] = answer.model
report["total_tokens"] = answer.usage.total_tokens
report["request_id"] = raw.headers["x-request-id"]

streamed, usage = "", 0
for chunk in client.chat.completions.create(**call, stream=True, stream_options={"include_usage": True}):
    for choice in chunk.choices:
        streamed += choice.delta.content or ""
    if chunk.usage:
        usage = chunk.usage.total_tokens
report["streamed"] = streamed
report["streamed_tokens"] = usage

try:
    client.chat.completions.create(**{**call, "model": "no-such-model"})
except openai.NotFoundError as error:
    report["unknown_model"] = error.code
try:
    client.chat.completions.create(**{**call, "metadata": {}, "messages": [{"role": "user", "content": "unheard of"}]})
except openai.APIStatusError as error:
    report["failed"] = [error.status_code, error.code]
print(json.dumps(report))
