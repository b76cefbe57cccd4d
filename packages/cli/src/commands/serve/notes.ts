import type { Logger } from '@crmflow/server';
import type { Output } from '../../output.ts';

/** Where a server says what happens to it. */
export interface Notes {
  /** The fields go to a log alone. */
  info(sentence: string, fields?: object): void;
  warn(sentence: string): void;
  /** What went wrong, beside a sentence that ends without a full stop. */
  failed(cause: unknown, sentence: string, fields?: object): void;
}

/** To its log, where it keeps one, so that all of standard error is JSON; else to whoever started it. */
export const notesTo = ({ talk }: Pick<Output, 'talk'>, logger: Logger | undefined): Notes =>
  logger
    ? {
        info: (sentence, fields = {}) => logger.info(fields, sentence),
        warn: (sentence) => logger.warn({}, sentence),
        failed: (cause, sentence, fields) => logger.error({ ...fields, err: cause }, `${sentence}.`),
      }
    : {
        info: (sentence) => talk(sentence),
        warn: talk,
        failed: (cause, sentence) => talk(`${sentence}: ${String(cause)}`),
      };
