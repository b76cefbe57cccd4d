import { CrmflowError } from '../errors.ts';
import { saidIn } from '../language/issue.ts';
import { ConversationFile, type ExpectedConversation } from '../workflow/conversation.ts';
import { parseText } from '../workflow/file-text.ts';

/** The conversations that a shipped template must produce; null for what is no template. */
export async function conversationsOf(templateId: string): Promise<ExpectedConversation[] | null> {
  const { conversations } = await import('../generated/conversations.ts');
  return Object.hasOwn(conversations, templateId) ? ConversationFile.parse(conversations[templateId]) : null;
}

/** Reads a file of expected conversations, YAML or JSON. Says where it is not one. */
export function readConversations(text: string, fileName: string): ExpectedConversation[] {
  const content = parseText(text, fileName);
  const parsed = ConversationFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new CrmflowError('invalid_input', `${fileName}: ${saidIn(content, first!)}`, parsed.error.issues);
}
