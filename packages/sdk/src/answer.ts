import type { ErrorBody, ErrorCode, Upload } from '@crmflow/core/contract';
import { CrmflowError, ERRORS } from './errors.ts';

/** Reads the answer of an operation. */
export async function answerOf(response: Response): Promise<unknown> {
  if (response.status === 204) return {};
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CrmflowError('unavailable', notCrmflow(response), undefined, { cause });
  }
}

/** Reads a file with the name and type it was given under. */
export async function fileOf(response: Response): Promise<Upload> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const mimeType = response.headers.get('content-type') ?? 'application/octet-stream';
  return { name: nameIn(response.headers.get('content-disposition') ?? ''), mimeType, bytes };
}

/** RFC 6266: the extended name, which can be any text, before the plain one. */
function nameIn(disposition: string): string {
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  return /filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1]?.replace(/\\(.)/g, '$1') ?? 'file';
}

/** What a response that is no success says; something between us and CRMFlow may have answered instead of it. */
export async function refusalOf(response: Response): Promise<CrmflowError> {
  const body = bodyIn(await response.text());
  if (body) return CrmflowError.fromJSON(body);
  const requestId = response.headers.get('x-request-id') ?? undefined;
  return new CrmflowError(codeOf(response.status), notCrmflow(response), undefined, { requestId });
}

const notCrmflow = ({ url, status }: Response) =>
  `${url} answered ${status}, but not as CRMFlow does. Check the address, and what stands in between.`;

function bodyIn(text: string): ErrorBody | null {
  try {
    const { error } = JSON.parse(text) as { error?: Partial<ErrorBody> };
    return typeof error?.code === 'string' && typeof error.message === 'string' ? (error as ErrorBody) : null;
  } catch {
    return null;
  }
}

function codeOf(status: number): ErrorCode {
  // A gateway's own refusals: what it leads to is away.
  if (status === 502 || status === 504) return 'unavailable';
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return codes.find((code) => ERRORS[code].status === status) ?? 'unavailable';
}

/** How long a response asks to wait: in seconds, or as a date that the response's own clock can be held against. */
export function retryAfterMs({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (!text) return undefined;
  const ms = Number(text) * 1000;
  if (!Number.isNaN(ms)) return ms;
  const until = Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(until) ? undefined : Math.max(0, until);
}
