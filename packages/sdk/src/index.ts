export { CRMFlow } from './client.ts';
export type {
  CallOptions,
  ClientOptions,
  ExecuteOptions,
  FileInput,
  HandoverOptions,
  MessageOptions,
  SayOptions,
  Operations,
  SessionOptions,
} from './types.ts';
export { CrmflowError, ERRORS } from './errors.ts';
export type {
  Citation,
  Expects,
  GeneratePart,
  HandoverEvent,
  LiveSession,
  Media,
  Message,
  SessionEvent,
  SessionView,
  TemplateView,
  TurnView,
  VisitorFile,
  WorkflowView,
} from './shapes.ts';
export type { Api, Crmflow, ErrorBody, ErrorCode } from '@crmflow/core/contract';
