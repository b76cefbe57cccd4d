import type { ReadReason } from './reading.ts';

/** What a question of each kind would like to hear. */
export type HintKey =
  `hint_${'text' | 'email' | 'phone' | 'number' | 'date' | 'time' | 'url' | 'confirm' | 'choice' | 'rating' | 'file'}`;

/** What the conversation itself says. */
export type TalkKey =
  | 'heard'
  | 'yes'
  | 'no'
  | 'no_answer'
  | 'still_missing'
  | 'nothing_before'
  | 'help_back_restart'
  | 'help_restart'
  | 'callback_question'
  | 'callback_go'
  | 'callback_done'
  | 'press'
  | 'call_silence'
  | 'call_later'
  | 'call_person'
  | 'call_failed';

export type TextKey = ReadReason | HintKey | TalkKey;

/** The built-in texts of one language. */
export type Texts = { readonly [key in TextKey]: string };

export const english: Texts = {
  empty: 'I did not get an answer: please type one.',
  too_short: 'Could you say a little more? I need at least {min} characters.',
  too_long: 'That is a little too long for me: please use at most {max} characters.',
  bad_format: 'That does not look quite right: please check it and try again.',
  not_email: 'That does not look like an e-mail address: please type one such as ada@example.com.',
  email_unclear: 'I see two addresses, {first} and {second}: which one should I use?',
  email_slip: 'Did you mean {meant}? Please type the address once more, so that I have the right one.',
  not_phone:
    'That does not look like a phone number: please type it with its country code, such as +44 20 7946 0123.',
  phone_too_short: 'That number is too short: please check that no digit is missing and type all of it.',
  phone_unclear: 'I see two numbers, {first} and {second}: which one should I use?',
  phone_country:
    'Which country is that number in? Please type it with its country code, such as +44 20 7946 0123.',
  phone_extension: 'I cannot keep an extension: please give me a number that reaches you directly.',
  not_number: 'Please answer with one number, such as 12.',
  not_whole: 'Please answer with a whole number.',
  too_small: 'That is too small: please give me a number of at least {min}.',
  too_large: 'That is too large: please give me a number of at most {max}.',
  not_step: 'That falls between two steps: would {lower} or {upper} do?',
  not_date: 'I could not read that as a date: please type one such as 3 March 2027 or next Friday.',
  date_incomplete: 'Which day exactly? Please type one such as 3 March 2027.',
  date_ambiguous: 'Do you mean {first} or {second}? Please type the month as a word.',
  wrong_weekday: 'The weekday and the date do not agree, I make it {date}: which day do you mean?',
  too_early: 'That is too early: please choose {min} or later.',
  too_late: 'That is too late: please choose {max} or earlier.',
  not_time: 'I could not read that as a time: please type one such as 15:30 or 3:30 pm.',
  not_url: 'That does not look like a web address: please type one such as https://example.com.',
  not_yes_or_no: 'Please answer with yes or no.',
  no_such_choice: 'I do not have that one: please choose from {choices}.',
  choice_unclear: 'Do you mean {first} or {second}?',
  too_few: 'Please choose at least {min}.',
  too_many: 'Please choose no more than {max}.',
  not_rating: 'Please give me a whole number from {min} to {max}.',
  not_file: 'I could not take that as a file: please attach one or type its https address.',
  file_too_large: 'That file is too large: please send one of at most {max}.',
  wrong_file_type: 'I cannot take that kind of file: please send one of these types: {types}.',
  hint_text: 'Just type your answer.',
  hint_email: 'Please type an e-mail address, such as ada@example.com.',
  hint_phone: 'Please type a phone number, best with its country code, such as +44 20 7946 0123.',
  hint_number: 'Please type a number, such as 12.',
  hint_date: 'Please type a date, such as 3 March 2027, tomorrow or next Friday.',
  hint_time: 'Please type a time, such as 15:30 or 3:30 pm.',
  hint_url: 'Please type a web address, such as https://example.com.',
  hint_confirm: 'Please answer with yes or no.',
  hint_choice: 'Please choose from {choices}: by name or by number.',
  hint_rating: 'Please type a whole number from {min} to {max}.',
  hint_file: 'Please attach a file or type its https address.',
  heard: 'Understood: {value}.',
  yes: 'Yes',
  no: 'No',
  no_answer: 'I am sorry, I have no answer to that.',
  still_missing: 'I still need to know: {fields}.',
  nothing_before: 'There is nothing to go back to yet.',
  help_back_restart: 'You can also say "back" to change your last answer or "restart" to begin again.',
  help_restart: 'You can also say "restart" to begin again.',
  callback_question: 'Go on with the conversation?',
  callback_go: 'Go on',
  callback_done: 'Thank you. You can close this page.',
  press: 'For {choice}, press {key}.',
  call_silence: 'I cannot hear you. Please call again. Goodbye.',
  call_later: 'This takes a while, so I hang up now. Goodbye.',
  call_person: 'One of my colleagues takes care of it and will call you back. Goodbye.',
  call_failed: 'I am sorry, something went wrong. Please call again later. Goodbye.',
};
