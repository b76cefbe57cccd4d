import { describe, expect, it } from 'vitest';
import { worldReaching } from './kit.ts';

/** The hours of a shop, what it delivers and what it takes back. */
const SHOPS: Record<string, { hours: string; others: string[]; question: string }> = {
  English: {
    hours: 'Opening hours: Monday to Friday from 9 to 17.',
    others: ['We deliver to the whole country.', 'Returns are free for thirty days.'],
    question: 'What are your opening hours?',
  },
  German: {
    hours: 'Öffnungszeiten: Montag bis Freitag von 9 bis 17 Uhr.',
    others: ['Wir liefern ins ganze Land.', 'Rückgaben sind dreißig Tage lang kostenlos.'],
    question: 'Wie sind die Öffnungszeiten?',
  },
  French: {
    hours: "Horaires d'ouverture : du lundi au vendredi de 9 h à 17 h.",
    others: ['Nous livrons dans tout le pays.', 'Les retours sont gratuits pendant trente jours.'],
    question: "Quels sont vos horaires d'ouverture ?",
  },
  Spanish: {
    hours: 'Horario de apertura: de lunes a viernes de 9 a 17.',
    others: ['Entregamos en todo el país.', 'Las devoluciones son gratuitas durante treinta días.'],
    question: '¿Cuál es el horario de apertura?',
  },
  Italian: {
    hours: "Orari d'apertura: dal lunedì al venerdì dalle 9 alle 17.",
    others: ['Consegniamo in tutto il paese.', 'I resi sono gratuiti per trenta giorni.'],
    question: "Quali sono gli orari dell'apertura?",
  },
  Portuguese: {
    hours: 'Horário de abertura: de segunda a sexta, das 9 às 17.',
    others: ['Entregamos em todo o país.', 'As devoluções são gratuitas durante trinta dias.'],
    question: 'Qual é o horário de abertura?',
  },
  Dutch: {
    hours: 'Openingstijden: maandag tot vrijdag van 9 tot 17 uur.',
    others: ['Wij leveren in het hele land.', 'Retourneren is dertig dagen gratis.'],
    question: 'Wat zijn jullie openingstijden?',
  },
  Japanese: {
    hours: '営業時間は月曜日から金曜日の9時から17時までです。',
    others: ['全国に配達します。', '返品は三十日間無料です。'],
    question: '営業時間は？',
  },
};

describe('a question in', () => {
  it.each(Object.entries(SHOPS))(
    '%s finds what answers it, and is sure of it',
    async (_language, { hours, others, question }) => {
      const { api } = worldReaching([]);
      for (const [at, answer] of [hours, ...others].entries())
        await api.knowledge.manual({ question: `${at + 1}`, answer });
      const [best] = (await api.knowledge.search({ q: question })).items;
      expect(best!.text).toBe(hours);
      expect(best!.score).toBeGreaterThan(0.8);
    },
  );

  it.each([
    ['Do you repair e-bikes?', 'do you repair ebikes'],
    ['Is there an email address?', 'E‑Mail address'],
  ])('the other spelling finds it: %s', async (question, asked) => {
    const { api } = worldReaching([]);
    await api.knowledge.manual({ question: 'Where do you deliver?', answer: 'To the whole country.' });
    await api.knowledge.manual({ question, answer: 'Yes.' });
    const [best] = (await api.knowledge.search({ q: asked })).items;
    expect(best).toMatchObject({ source: question, score: expect.closeTo(1, 0) as number });
  });
});
