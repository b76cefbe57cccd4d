export { createApp, type App, type Ports } from './app.ts';
export type { Listener, ToldElsewhere } from './services/telling.ts';
export { BACKGROUND_PARTS } from './services/failures.ts';
export * from './contract/index.ts';
export type {
  Clock,
  Http,
  HttpRequest,
  HttpResponse,
  AiModel,
  AiPart,
  AiRequest,
  Ids,
  Passage,
} from './ports.ts';
export type { Store } from './store.ts';
export { problems, allProblems } from './workflow/problems.ts';
export { fromFile, WorkflowFile, type FileContent } from './workflow/file.ts';
export { readWorkflowFile, writeWorkflowFile } from './workflow/file-text.ts';
export { linesIn } from './workflow/file-lines.ts';
export { writeConversations } from './workflow/conversation-text.ts';
export { Graph, Workflow, Node, Edge, Problem, Settings } from './workflow/workflow.ts';
export { SessionEvent, Message, type Session } from './session/session.ts';
export { nodeKinds } from './nodes/index.ts';
export { readPhone } from './nodes/listen/read/phone.ts';
export { mermaid } from './workflow/mermaid.ts';
export { workflowJsonSchema } from './workflow/json-schema.ts';
export { atRest } from './workflow/travel.ts';
export { subflowsOf } from './workflow/version.ts';
export { closest, didYouMean, distance } from './language/closest.ts';
export { hintIn, saidOf } from './language/issue.ts';
export { advance } from './session/advance.ts';
export { begin } from './session/begin.ts';
export { play } from './session/play.ts';
export { compileFlow } from './workflow/flow.ts';
export { versionOf } from './workflow/version.ts';
