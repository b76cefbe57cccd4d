import { forgetProfile, readProfiles } from '../profiles.ts';
import { wrongUse } from '../wrong-use.ts';
import { describe, type Setup } from './index.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Forget the login on a server; commands work on the data of this machine again.', [
    'crmflow logout',
    'crmflow logout --profile test',
  ]).action(() =>
    act(({ io, env, options, out }) => {
      const place = { ...io, env };
      const name = options.profile ?? readProfiles(place).current;
      if (name === null) throw wrongUse('You are not logged in. See: crmflow profiles list');
      const { url } = forgetProfile(place, name);
      if (out.isJson) out.json({ profile: name, url });
      out.talk(`The login on ${url} is forgotten here.`);
    }),
  );
};
