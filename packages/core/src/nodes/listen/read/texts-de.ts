import type { Texts } from './texts-en.ts';

export const german: Texts = {
  empty: 'Ich habe keine Antwort erhalten: Bitte tippen Sie eine ein.',
  too_short: 'Können Sie etwas mehr dazu sagen? Ich brauche mindestens {min} Zeichen.',
  too_long: 'Das ist etwas zu lang für mich: Bitte nehmen Sie höchstens {max} Zeichen.',
  bad_format: 'Das sieht noch nicht ganz richtig aus: Bitte prüfen Sie es und versuchen Sie es noch einmal.',
  not_email: 'Das sieht nicht wie eine E-Mail-Adresse aus: Bitte geben Sie eine ein wie ada@example.com.',
  email_unclear: 'Ich sehe zwei Adressen, {first} und {second}: Welche soll ich nehmen?',
  email_slip:
    'Meinten Sie {meant}? Bitte geben Sie die Adresse noch einmal ein, damit ich die richtige habe.',
  not_phone:
    'Das sieht nicht wie eine Telefonnummer aus: Bitte geben Sie sie mit Landesvorwahl ein, etwa +49 30 23125000.',
  phone_too_short:
    'Diese Nummer ist zu kurz: Bitte prüfen Sie, ob eine Ziffer fehlt, und geben Sie sie ganz ein.',
  phone_unclear: 'Ich sehe zwei Nummern, {first} und {second}: Welche soll ich nehmen?',
  phone_country:
    'In welchem Land ist diese Nummer? Bitte geben Sie sie mit Landesvorwahl ein, etwa +49 30 23125000.',
  phone_extension:
    'Eine Durchwahl kann ich nicht speichern: Bitte nennen Sie eine Nummer, unter der man Sie direkt erreicht.',
  not_number: 'Bitte antworten Sie mit einer Zahl, zum Beispiel 12.',
  not_whole: 'Bitte antworten Sie mit einer ganzen Zahl.',
  too_small: 'Das ist zu wenig: Bitte nennen Sie eine Zahl ab {min}.',
  too_large: 'Das ist zu viel: Bitte nennen Sie eine Zahl bis {max}.',
  not_step: 'Das liegt zwischen zwei Schritten: Würde {lower} oder {upper} passen?',
  not_date:
    'Das konnte ich nicht als Datum lesen: Bitte geben Sie eines ein wie 3. März 2027 oder nächsten Freitag.',
  date_incomplete: 'An welchem Tag genau? Bitte geben Sie ihn ein wie 3. März 2027.',
  date_ambiguous: 'Meinen Sie {first} oder {second}? Bitte schreiben Sie den Monat als Wort.',
  wrong_weekday: 'Wochentag und Datum passen nicht zusammen, es wäre {date}: Welchen Tag meinen Sie?',
  too_early: 'Das ist zu früh: Bitte wählen Sie {min} oder später.',
  too_late: 'Das ist zu spät: Bitte wählen Sie {max} oder früher.',
  not_time: 'Das konnte ich nicht als Uhrzeit lesen: Bitte geben Sie eine ein wie 15:30 oder halb vier.',
  not_url: 'Das sieht nicht wie eine Internetadresse aus: Bitte geben Sie eine ein wie https://example.com.',
  not_yes_or_no: 'Bitte antworten Sie mit Ja oder Nein.',
  no_such_choice: 'Das habe ich nicht zur Auswahl: Bitte wählen Sie aus {choices}.',
  choice_unclear: 'Meinen Sie {first} oder {second}?',
  too_few: 'Bitte wählen Sie mindestens {min}.',
  too_many: 'Bitte wählen Sie höchstens {max}.',
  not_rating: 'Bitte nennen Sie eine ganze Zahl von {min} bis {max}.',
  not_file:
    'Das konnte ich nicht als Datei annehmen: Bitte hängen Sie eine an oder geben Sie ihre https-Adresse ein.',
  file_too_large: 'Diese Datei ist zu groß: Bitte schicken Sie eine mit höchstens {max}.',
  wrong_file_type:
    'Diese Art von Datei kann ich nicht annehmen: Bitte schicken Sie eine von diesen: {types}.',
  hint_text: 'Tippen Sie einfach Ihre Antwort ein.',
  hint_email: 'Bitte geben Sie eine E-Mail-Adresse ein, zum Beispiel ada@example.com.',
  hint_phone: 'Bitte geben Sie eine Telefonnummer ein, am besten mit Landesvorwahl, etwa +49 30 23125000.',
  hint_number: 'Bitte geben Sie eine Zahl ein, zum Beispiel 12.',
  hint_date: 'Bitte geben Sie ein Datum ein, zum Beispiel 3. März 2027, morgen oder nächsten Freitag.',
  hint_time: 'Bitte geben Sie eine Uhrzeit ein, zum Beispiel 15:30 oder halb vier.',
  hint_url: 'Bitte geben Sie eine Internetadresse ein, zum Beispiel https://example.com.',
  hint_confirm: 'Bitte antworten Sie mit Ja oder Nein.',
  hint_choice: 'Bitte wählen Sie aus {choices}: mit Namen oder Nummer.',
  hint_rating: 'Bitte geben Sie eine ganze Zahl von {min} bis {max} ein.',
  hint_file: 'Bitte hängen Sie eine Datei an oder geben Sie ihre https-Adresse ein.',
  heard: 'Verstanden: {value}.',
  yes: 'Ja',
  no: 'Nein',
  no_answer: 'Darauf habe ich leider keine Antwort.',
  nothing_before: 'Es gibt noch nichts, wohin wir zurückgehen könnten.',
  help_back_restart: 'Mit „zurück“ ändern Sie Ihre letzte Antwort, mit „Neustart“ beginnen Sie von vorn.',
  help_restart: 'Mit „Neustart“ beginnen Sie von vorn.',
};
