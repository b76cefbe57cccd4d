// Loaded before the server: where api.twilio.com is asked for, a stand-in on loopback answers. It shows a certificate of its
// own, which NODE_EXTRA_CA_CERTS makes good; everything else is as it ships.
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';

const NAME = 'api.twilio.com';
const { lookup } = dns;
const { connect } = tls;
dns.lookup = (host, ...rest) =>
  host === NAME ? Promise.resolve([{ address: '127.0.0.1', family: 4 }]) : lookup(host, ...rest);
tls.connect = (options, ...rest) =>
  options.servername === NAME
    ? connect({ ...options, port: Number(process.env.CHAOS_TWILIO_PORT) }, ...rest)
    : connect(options, ...rest);
syncBuiltinESMExports();
