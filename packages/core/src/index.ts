export { createApp, type App, type Listener, type Ports } from './app.ts';
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
export {
  readWorkflowFile,
  writeWorkflowFile,
  fromFile,
  WorkflowFile,
  type FileContent,
} from './workflow/file.ts';
export { Graph, Workflow, Node, Edge, Problem, Settings } from './workflow/workflow.ts';
export { SessionEvent, Message, type Session } from './session/session.ts';
export { nodeKinds } from './nodes/index.ts';
export { mermaid } from './workflow/mermaid.ts';
export { workflowJsonSchema } from './workflow/json-schema.ts';
export { subflowsOf } from './workflow/version.ts';
export { closest, didYouMean } from './language/closest.ts';
