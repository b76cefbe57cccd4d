/** The contract a client speaks: every operation with its method, path, input and output, the events, and the errors. */
export {
  contract,
  entries,
  CrmflowError,
  ERRORS,
  type Api,
  type Crmflow,
  type Entry,
  type ErrorBody,
  type ErrorCode,
  type Operation,
  type SessionEvent,
} from '@crmflow/core/contract';
