import type { Content, FunctionDeclarationsTool, GenerateContentRequest, Part } from '@google/generative-ai';
import type { ModelMessage, ModelRequest, Tool, ToolCall } from '../../ports.ts';
import { geminiSchema } from './gemini-schema.ts';

/** What Gemini 3 takes in the place of the signature of a call that another model made. */
const UNSIGNED = 'skip_thought_signature_validator';

/** A request as the package takes it. */
export const requestOf = ({
  system,
  messages,
  schema,
  tools = [],
  maxTokens,
}: ModelRequest): GenerateContentRequest => ({
  contents: messages.map(contentOf),
  ...(system !== undefined && { systemInstruction: system }),
  ...(tools.length > 0 && { tools: [declared(tools)] }),
  generationConfig: {
    maxOutputTokens: maxTokens,
    // Gemini 2.5 refuses the two together.
    ...(schema &&
      tools.length === 0 && {
        responseMimeType: 'application/json',
        responseSchema: typed(geminiSchema(schema)),
      }),
  },
});

function contentOf(message: ModelMessage): Content {
  switch (message.role) {
    case 'user':
    case 'model':
      return { role: message.role, parts: [{ text: message.text }] };
    case 'calls':
      return { role: 'model', parts: calledIn(message.calls) };
    case 'results':
      return {
        role: 'user',
        parts: message.results.map(({ id, name, text }) =>
          typed<Part>({ functionResponse: { id, name, response: { result: text } } }),
        ),
      };
  }
}

/** Of calls that were made at once, the first alone is signed. */
function calledIn(calls: readonly ToolCall[]): Part[] {
  const isSigned = calls.some(({ signature }) => signature !== undefined);
  return calls.map(
    ({ id, name, arguments: args, signature: thoughtSignature = isSigned ? undefined : UNSIGNED }) =>
      typed<Part>({
        functionCall: { id, name, args: typeof args === 'object' ? args : {} },
        thoughtSignature,
      }),
  );
}

/** Gemini wants no schema at all for a tool without arguments. */
const declared = (tools: readonly Tool[]): FunctionDeclarationsTool => ({
  functionDeclarations: tools.map(({ name, description, parameters }) => {
    const { properties = {} } = parameters as { properties?: object };
    const hasArguments = Object.keys(properties).length > 0;
    return { name, description, ...(hasArguments && { parameters: typed(geminiSchema(parameters)) }) };
  }),
});

/** The package passes on what it is given; its types are older than what Google takes. */
const typed = <T>(value: object): T => value as T;
