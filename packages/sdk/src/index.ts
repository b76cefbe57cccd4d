export { CRMFlow } from './client.ts';
export type { LiveSession } from './session.ts';
export type {
  CallOptions,
  ClientOptions,
  ExecuteOptions,
  SayOptions,
  FileInput,
  HandoverOptions,
  MessageOptions,
  Operations,
  SessionOptions,
} from './types.ts';
export { CrmflowError, ERRORS } from './errors.ts';
export type {
  Api,
  Crmflow,
  ErrorBody,
  ErrorCode,
  GeneratePart,
  HandoverEvent,
  SessionEvent,
  SessionView,
  TemplateView,
  TurnView,
  WorkflowView,
} from '@crmflow/core/contract';
