/** What the page says by itself: in German where its address asks for it (`?language=de`), else in English. */
const en = {
  you: 'You',
  answer: 'Answer',
  person: 'Our team',
  conversation: 'Conversation',
  talk: 'Talk',
  yourAnswer: 'Your answer',
  send: 'Send',
  sendFile: 'Send the file',
  typeInstead: 'Type the answer instead',
  again: 'Start again',
  close: 'Close the chat',
  over: 'The conversation is over.',
  failed: 'Something went wrong, and the conversation ended.',
  writing: 'An answer is being written …',
  cut: 'The connection is lost. Trying again …',
  writeFirst: 'Write an answer first.',
  chooseFirst: 'Choose at least one.',
  fileFirst: 'Choose a file first.',
  tooLarge: (name: string, kilobytes: number) => `${name} is larger than ${kilobytes} KB.`,
  file: 'File',
  page: 'page',
  sources: (count: number) => `${count} ${count === 1 ? 'source' : 'sources'}`,
  untilThen: (when: string) => `Nothing to do at the moment: it goes on by itself, ${when}.`,
  elsewhere: 'Waiting to hear from elsewhere: it goes on by itself.',
  amiss: 'Something went wrong. Reload the page to try again.',
  closed: 'This conversation is not open to you. Ask whoever sent you here.',
  away: 'Nobody answers at the moment. Try again in a little while.',
  absent: 'There is no conversation here. Check the address, or ask whoever sent you here.',
  broken: 'This conversation cannot be held at the moment.',
  tooMuch: 'That was a lot at once. Wait a moment, then try again.',
};
export type Words = typeof en;

const de: Words = {
  you: 'Sie',
  answer: 'Antwort',
  person: 'Unser Team',
  conversation: 'Gespräch',
  talk: 'Gespräch',
  yourAnswer: 'Ihre Antwort',
  send: 'Senden',
  sendFile: 'Datei senden',
  typeInstead: 'Antwort lieber eintippen',
  again: 'Neu beginnen',
  close: 'Chat schließen',
  over: 'Das Gespräch ist beendet.',
  failed: 'Etwas ist schiefgegangen, und das Gespräch wurde beendet.',
  writing: 'Eine Antwort wird geschrieben …',
  cut: 'Die Verbindung ist unterbrochen. Neuer Versuch …',
  writeFirst: 'Schreiben Sie zuerst eine Antwort.',
  chooseFirst: 'Wählen Sie mindestens eines aus.',
  fileFirst: 'Wählen Sie zuerst eine Datei aus.',
  tooLarge: (name, kilobytes) => `${name} ist größer als ${kilobytes} KB.`,
  file: 'Datei',
  page: 'Seite',
  sources: (count) => `${count} ${count === 1 ? 'Quelle' : 'Quellen'}`,
  untilThen: (when) => `Im Moment ist nichts zu tun: Es geht von selbst weiter, ${when}.`,
  elsewhere: 'Es wird auf eine Nachricht von anderer Stelle gewartet und geht von selbst weiter.',
  amiss: 'Etwas ist schiefgegangen. Laden Sie die Seite neu.',
  closed: 'Dieses Gespräch steht Ihnen nicht offen. Fragen Sie, wer Sie hierher geschickt hat.',
  away: 'Im Moment antwortet niemand. Versuchen Sie es bald noch einmal.',
  absent:
    'Hier gibt es kein Gespräch. Prüfen Sie die Adresse, oder fragen Sie, wer Sie hierher geschickt hat.',
  broken: 'Dieses Gespräch kann im Moment nicht geführt werden.',
  tooMuch: 'Das war viel auf einmal. Warten Sie einen Moment, und versuchen Sie es dann noch einmal.',
};

const asked = new URLSearchParams(location.search).get('language') ?? '';
const isGerman = /^de\b/i.test(asked);

/** The language of what the page says by itself. */
export const language = isGerman ? 'de' : 'en';
export const words = isGerman ? de : en;
