import type { Texts } from './texts-en.ts';

/** What is said in place of the written texts to somebody who hears them, and answers by speaking or by the keys of a telephone. */
type Spoken = Partial<Texts>;

export const spokenEnglish: Spoken = {
  empty: 'I did not hear an answer: please say it once more.',
  too_short: 'Could you say a little more?',
  too_long: 'That is a little too long for me: please say it in fewer words.',
  bad_format: 'That does not sound quite right: please say it once more.',
  not_email: 'I did not understand that as an e-mail address: please say it as in ada at example dot com.',
  email_unclear: 'I heard two addresses, {first} and {second}: which one should I use?',
  email_slip: 'Did you mean {meant}? Please say the address once more, so that I have the right one.',
  not_phone:
    'I did not understand that as a phone number: please say it digit by digit, or press its keys and then the hash key.',
  phone_too_short:
    'That number is too short: please say all of its digits, or press their keys and then the hash key.',
  phone_unclear: 'I heard two numbers, {first} and {second}: which one should I use?',
  phone_country:
    'Which country is that number in? Please say it with its country code, such as plus four four for Britain.',
  not_date: 'I did not understand that as a date: please say one such as the third of March or next Friday.',
  date_incomplete: 'Which day exactly? Please say one such as the third of March.',
  date_ambiguous: 'Do you mean {first} or {second}? Please say the month by its name.',
  not_time: 'I did not understand that as a time: please say one such as half past three.',
  not_url: 'I did not understand that as a web address: please say it as in example dot com.',
  not_file: 'I cannot take a file by telephone.',
  hint_text: 'Just say your answer.',
  hint_email: 'Please say an e-mail address, as in ada at example dot com.',
  hint_phone: 'Please say a phone number digit by digit, or press its keys and then the hash key.',
  hint_number: 'Please say a number, or press its keys and then the hash key.',
  hint_date: 'Please say a date, such as the third of March, tomorrow or next Friday.',
  hint_time: 'Please say a time, such as half past three.',
  hint_url: 'Please say a web address, as in example dot com.',
  hint_choice: 'Please choose from {choices}: say its name or press its number.',
  hint_rating: 'Please say a whole number from {min} to {max}, or press its keys.',
  hint_file: 'I cannot take a file by telephone.',
};

export const spokenGerman: Spoken = {
  empty: 'Ich habe keine Antwort gehört: Bitte sagen Sie sie noch einmal.',
  too_short: 'Können Sie etwas mehr dazu sagen?',
  too_long: 'Das ist etwas zu lang für mich: Bitte sagen Sie es in weniger Worten.',
  bad_format: 'Das klingt noch nicht ganz richtig: Bitte sagen Sie es noch einmal.',
  not_email:
    'Das habe ich nicht als E-Mail-Adresse verstanden: Bitte sagen Sie sie wie ada ät example Punkt com.',
  email_unclear: 'Ich habe zwei Adressen gehört, {first} und {second}: Welche soll ich nehmen?',
  email_slip: 'Meinten Sie {meant}? Bitte sagen Sie die Adresse noch einmal, damit ich die richtige habe.',
  not_phone:
    'Das habe ich nicht als Telefonnummer verstanden: Bitte sagen Sie sie Ziffer für Ziffer, oder drücken Sie die Tasten und dann die Raute.',
  phone_too_short:
    'Diese Nummer ist zu kurz: Bitte sagen Sie alle Ziffern, oder drücken Sie die Tasten und dann die Raute.',
  phone_unclear: 'Ich habe zwei Nummern gehört, {first} und {second}: Welche soll ich nehmen?',
  phone_country:
    'In welchem Land ist diese Nummer? Bitte sagen Sie sie mit Landesvorwahl, etwa plus vier neun für Deutschland.',
  not_date:
    'Das habe ich nicht als Datum verstanden: Bitte sagen Sie eines wie dritter März oder nächsten Freitag.',
  date_incomplete: 'An welchem Tag genau? Bitte sagen Sie ihn wie dritter März.',
  date_ambiguous: 'Meinen Sie {first} oder {second}? Bitte sagen Sie den Monat mit seinem Namen.',
  not_time: 'Das habe ich nicht als Uhrzeit verstanden: Bitte sagen Sie eine wie halb vier.',
  not_url: 'Das habe ich nicht als Internetadresse verstanden: Bitte sagen Sie sie wie example Punkt com.',
  not_file: 'Am Telefon kann ich keine Datei annehmen.',
  hint_text: 'Sagen Sie einfach Ihre Antwort.',
  hint_email: 'Bitte sagen Sie eine E-Mail-Adresse, etwa ada ät example Punkt com.',
  hint_phone:
    'Bitte sagen Sie eine Telefonnummer Ziffer für Ziffer, oder drücken Sie die Tasten und dann die Raute.',
  hint_number: 'Bitte sagen Sie eine Zahl, oder drücken Sie die Tasten und dann die Raute.',
  hint_date: 'Bitte sagen Sie ein Datum, etwa dritter März, morgen oder nächsten Freitag.',
  hint_time: 'Bitte sagen Sie eine Uhrzeit, etwa halb vier.',
  hint_url: 'Bitte sagen Sie eine Internetadresse, etwa example Punkt com.',
  hint_choice: 'Bitte wählen Sie aus {choices}: Sagen Sie den Namen oder drücken Sie die Nummer.',
  hint_rating: 'Bitte sagen Sie eine ganze Zahl von {min} bis {max}, oder drücken Sie die Tasten.',
  hint_file: 'Am Telefon kann ich keine Datei annehmen.',
};
