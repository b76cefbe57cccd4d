import { ACCENT, isRecord, type Given } from '../chat/given.ts';

/** What the `data-` attributes of the script say. */
export interface WidgetSettings {
  /** Where the server is, as the script's own address tells. */
  server: string;
  workflowId: string;
  title: string;
  label: string;
  accent: string;
  side: 'left' | 'right';
  /** Whether it opens by itself, once in a tab. */
  isOpen: boolean;
  /** The selector of the element to stand in, rather than in a panel. */
  into: string | undefined;
  language: string;
  variables: Record<string, unknown>;
  memory: Given['memory'];
}

/** @throws Error that says what to write, for whoever reads the console */
export function settingsOf(script: HTMLScriptElement): WidgetSettings {
  const { workflow, title, label, accent, side, open, into, language, variables, query, memory } =
    script.dataset;
  if (!workflow) throw new Error('say which workflow it holds: data-workflow="…"');
  if (accent !== undefined && !ACCENT.test(accent))
    throw new Error(`data-accent="${accent}" is no colour such as #1d4ed8`);
  return {
    server: new URL('.', script.src).href,
    workflowId: workflow,
    title: title ?? 'Chat',
    label: label ?? title ?? 'Chat',
    accent: accent ?? '#1d4ed8',
    side: oneOf('side', side, ['right', 'left']),
    isOpen: open !== undefined && open !== 'false',
    into,
    language: language ?? document.documentElement.lang,
    variables: {
      ...inQuery(query ?? ''),
      ...(variables !== undefined && variablesIn(variables)),
    },
    memory: oneOf('memory', memory, ['device', 'tab']),
  };
}

/** The first is the usual one. */
function oneOf<T extends string>(name: string, given: string | undefined, known: [T, ...T[]]): T {
  const found = known.find((each) => each === (given ?? known[0]));
  if (!found) throw new Error(`data-${name}="${given}" is none of ${known.join(', ')}`);
  return found;
}

/** What the address of the page says of these: `utm_source utm_campaign`. */
function inQuery(names: string): Record<string, string> {
  const asked = new URLSearchParams(location.search);
  return Object.fromEntries(
    names.split(/[\s,]+/).flatMap((name) => {
      const value = asked.get(name);
      return name && value !== null ? [[name, value]] : [];
    }),
  );
}

function variablesIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Said below.
  }
  throw new Error(`data-variables is no JSON object such as {"plan": "pro"}: ${text}`);
}
