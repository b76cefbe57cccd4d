import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Bring the database up to date. Every other command does so too when it opens it.', [
    'crmflow migrate',
    'crmflow migrate --database-url postgresql://user:secret@db.example.com/crmflow',
  ]).action(() =>
    act(async ({ openHere, out }) => {
      const { where } = await openHere();
      if (out.isJson) out.json({ where, isUpToDate: true });
      else out.line(`${where} is up to date.`);
    }),
  );
};
