/** By its file: the contract's index would bring every schema along. */
export { CrmflowError, ERRORS } from '../../core/src/errors.ts';
