import { ingest } from './knowledge/ingest.ts';

await ingest();
