export { testWorld, type TestWorld } from './world.ts';
export { converse, type Conversation, type Sketch } from './converse.ts';
export { ConversationFile, ExpectedConversation, differences, replay, type Replayed } from './replay.ts';
export { conversationsOf, readConversations } from './conversation-text.ts';
