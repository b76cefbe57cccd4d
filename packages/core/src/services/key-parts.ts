import { CrmflowError } from '../errors.ts';
import { pipedriveAt } from '../nodes/integration/crm/pipedrive.ts';
import { salesforceAt } from '../nodes/integration/crm/salesforce.ts';
import { accountIn } from '../nodes/integration/mail-account.ts';
import type { Secret } from '../ports.ts';

type Parts = Secret['parts'];

/** What reads the parts of a key, for services whose keys have some. Each throws where it cannot use them. */
const READERS = new Map<string, (parts: Parts) => unknown>([
  ['smtp', accountIn],
  ['pipedrive', pipedriveAt],
  ['salesforce', salesforceAt],
  ['twilio', twilioAccount],
]);

/** @throws CrmflowError `invalid_input` for a key that its service could not use, so that it does not replace one it can */
export function mustBeUsable(service: string, parts: Parts): void {
  try {
    READERS.get(service)?.(parts);
  } catch (cause) {
    throw new CrmflowError('invalid_input', CrmflowError.from(cause).message, undefined, { cause });
  }
}

/** As the Console shows them (www.twilio.com/docs/iam/api/account). */
function twilioAccount({ accountSid = '', authToken = '' }: Parts): void {
  const wrong = !/^AC\w+$/.test(accountSid)
    ? 'accountSid begins with AC'
    : authToken === '' && 'authToken is missing';
  if (wrong)
    throw new CrmflowError(
      'invalid_input',
      `The key twilio cannot be used: ${wrong}. Its parts are accountSid and authToken: crmflow keys set twilio`,
    );
}
