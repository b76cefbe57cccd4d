import { controlFor } from '../controls.ts';

interface Asked {
  /** Says it to the visitor; the same key for the same words, so that they are heard once. */
  send(text: string, key: string): Promise<void>;
  /** Says what is wrong with an answer before it is sent; nothing, where all is well. */
  refuse(reason: string): void;
  /** It could not be sent. */
  refused(cause: unknown): void;
}

/** The box for an answer. What could not be sent stays in it. */
export function createAnswer({ send, refuse, refused }: Asked) {
  const give = (given: { text: string } | { file: File }) => {
    if ('text' in given && !field.readOnly) void sending(given.text);
  };
  const view = controlFor(
    { expects: { kind: 'text', maxLength: 20_000 }, label: 'Your answer' },
    { give, refuse },
  );
  const field = view.querySelector('textarea')!;
  const press = view.querySelector('button')!;
  let tried: { text: string; key: string } | null = null;
  let isSending = false;
  let isCut = false;

  function bar() {
    field.readOnly = press.disabled = isSending || isCut;
    press.textContent = isSending ? 'Sending …' : 'Send';
  }
  async function sending(text: string) {
    refuse('');
    // A button that is disabled loses it.
    field.focus();
    // Said once, also where the answer to the first try was lost.
    if (tried?.text !== text) tried = { text, key: newKey() };
    isSending = true;
    bar();
    try {
      await send(text, tried.key);
      tried = null;
      field.value = '';
    } catch (cause) {
      refused(cause);
    }
    isSending = false;
    bar();
  }

  return {
    view,
    field,
    /** Nothing can be sent while the line is cut; what is typed stays. */
    cut(is: boolean): void {
      isCut = is;
      bar();
    },
  };
}

const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
