/** What the page around says of the chat, behind the `#` of its address: no server hears or logs it. */
export interface Given {
  title?: string;
  /** As `#1d4ed8`. */
  accent?: string;
  /** What the workflow is started with. */
  variables?: Record<string, unknown>;
  /** Where the conversation is remembered. */
  memory: 'tab' | 'device';
  /** Whether it can be closed: it stands in a panel that opens by a button. */
  isPanel: boolean;
}

/** A colour as it is given. */
export const ACCENT = /^#[0-9a-f]{6}$/i;

/** Reads what `hashOf` wrote; what is not as it should be counts as not said. */
export function givenIn(hash: string): Given {
  const { title, accent, variables, memory, isPanel } = recordIn(hash);
  return {
    ...(typeof title === 'string' && { title }),
    ...(typeof accent === 'string' && ACCENT.test(accent) && { accent }),
    ...(isRecord(variables) && { variables }),
    memory: memory === 'tab' ? 'tab' : 'device',
    isPanel: isPanel === true,
  };
}

export const hashOf = (given: Given): string => `#${encodeURIComponent(JSON.stringify(given))}`;

function recordIn(hash: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decodeURIComponent(hash.slice(1)));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
