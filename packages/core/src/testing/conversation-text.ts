import { readAs } from '../language/issue.ts';
import { ConversationFile, type ExpectedConversation } from '../workflow/conversation.ts';
import { parseText } from '../workflow/file-text.ts';

/** The conversations that a shipped template must produce; null for what is no template. */
export async function conversationsOf(templateId: string): Promise<ExpectedConversation[] | null> {
  const { conversations } = await import('../generated/conversations.ts');
  return Object.hasOwn(conversations, templateId) ? ConversationFile.parse(conversations[templateId]) : null;
}

/** Reads a file of expected conversations, YAML or JSON. Says where it is not one. */
export const readConversations = (text: string, fileName: string): ExpectedConversation[] =>
  readAs(ConversationFile, parseText(text, fileName), fileName);
