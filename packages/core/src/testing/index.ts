export { testWorld, type TestWorld } from './world.ts';
export { converse, type Conversation, type Sketch } from './converse.ts';
export { ConversationFile, ExpectedConversation } from '../workflow/conversation.ts';
export { differences, replay, type Replayed } from './replay.ts';
export { recorded, type Recorded } from './recorded.ts';
export { conversationsOf, readConversations } from './conversation-text.ts';
