import { ingest } from './knowledge/ingest.ts';
import { search } from './knowledge/search.ts';

await ingest();
await search();
