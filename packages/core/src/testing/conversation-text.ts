import { parse, stringify } from 'yaml';
import { CrmflowError } from '../errors.ts';
import { ConversationFile, type ExpectedConversation } from './replay.ts';

/** Reads a file of expected conversations, YAML or JSON. Says where it is not one. */
export function readConversations(text: string, fileName: string): ExpectedConversation[] {
  let content: unknown;
  try {
    content = parse(text, { maxAliasCount: 50 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new CrmflowError('invalid_input', `${fileName} cannot be read: ${reason}`, undefined, { cause });
  }
  const parsed = ConversationFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const where = first!.path.length ? `${first!.path.join('.')}: ` : '';
  throw new CrmflowError('invalid_input', `${fileName}: ${where}${first!.message}`, parsed.error.issues);
}

/** Writes expected conversations as YAML. */
export const writeConversations = (conversations: readonly unknown[]): string =>
  stringify(conversations, { lineWidth: 110 });
