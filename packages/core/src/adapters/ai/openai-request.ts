import type { ModelMessage, ModelRequest } from '../../ports.ts';
import type { Complaint } from './complaint.ts';

/** The body of `/chat/completions`. OpenAI's newer models refuse `max_tokens`; other servers may know nothing else. */
export const bodyOf = (
  { model, system, messages, schema, tools = [], maxTokens }: ModelRequest,
  isOpenai: boolean,
): Record<string, unknown> => ({
  model,
  messages: [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    ...messages.flatMap(wire),
  ],
  stream: true,
  stream_options: { include_usage: true },
  [isOpenai ? 'max_completion_tokens' : 'max_tokens']: maxTokens,
  ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
  ...(tools.length > 0 && {
    tools: tools.map((tool) => ({ type: 'function', function: { ...tool } })),
  }),
});

function wire(message: ModelMessage): Record<string, unknown>[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: message.text }];
    case 'model':
      return [{ role: 'assistant', content: message.text }];
    case 'calls':
      return [
        {
          role: 'assistant',
          content: null,
          tool_calls: message.calls.map(({ id, name, arguments: given }) => ({
            id,
            type: 'function',
            function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
          })),
        },
      ];
    case 'results':
      return message.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
  }
}

/** How often `plainer` finds something. */
export const OPTIONAL_WORDS = 3;

/** The body without what a server has just refused; null when there is nothing to leave out. */
export function plainer(
  body: Record<string, unknown>,
  { message, param }: Complaint,
): Record<string, unknown> | null {
  const said = `${param} ${message}`;
  const { max_tokens: old, max_completion_tokens: current, ...rest } = body;
  if (current !== undefined && /max_completion_tokens/.test(said)) return { ...rest, max_tokens: current };
  if (old !== undefined && /max_tokens/.test(said)) return { ...rest, max_completion_tokens: old };
  const optional = ['stream_options', 'response_format'].filter((name) => name in body);
  const named = optional.filter((name) => said.includes(name));
  const left = new Set(named.length > 0 ? named : optional);
  if (left.size === 0) return null;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !left.has(name)));
}
