import { existsSync } from 'node:fs';

/** Real PDFs, pages and questions, which their owners do not let us carry along. */
export const DATA = process.env.CRMFLOW_TEST_DATA ?? '../shared/data';

if (!existsSync(DATA))
  throw new Error(`There is nothing at ${DATA}: CRMFLOW_TEST_DATA says where the data is.`);
