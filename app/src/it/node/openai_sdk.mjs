// OpenAI's own Node SDK against the gateway; prints what it saw as JSON.
import { createRequire } from 'node:module';

const [baseURL, recordedId, modules] = process.argv.slice(2);
const { default: OpenAI } = createRequire(`${modules}/`)('openai');
const client = new OpenAI({ baseURL, apiKey: 'unused' });
const call = {
  model: 'penstock/auto',
  messages: [{ role: 'user', content: 'recorded' }],
  metadata: { 'penstock.recorded-id': recordedId },
};
const report = { models: [] };
for await (const model of client.models.list()) report.models.push(model.id);

const answer = await client.chat.completions.create(call);
report.content = answer.choices[0].message.content;
report.model = answer.model;
report.total_tokens = answer.usage.total_tokens;
report.request_id = answer._request_id;

report.streamed = '';
report.streamed_tokens = 0;
for await (const chunk of await client.chat.completions.create({
  ...call, stream: true, stream_options: { include_usage: true },
})) {
  report.streamed += chunk.choices[0]?.delta?.content ?? '';
  report.streamed_tokens = chunk.usage?.total_tokens ?? report.streamed_tokens;
}
try {
  await client.chat.completions.create({ ...call, model: 'no-such-model' });
} catch (error) {
  report.unknown_model = error.code;
}
try {
  await client.chat.completions.create({ ...call, metadata: {}, messages: [{ role: 'user', content: 'unheard of' }] });
} catch (error) {
  report.failed = [error.status, error.code];
}
console.log(JSON.stringify(report));
