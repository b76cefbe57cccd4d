import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach } from 'vitest';

const PROGRAM = process.env.CRMFLOW_TEST_CHROMIUM ?? '/usr/bin/chromium';

let browser: Promise<Browser> | undefined;
const pages: Page[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(async () => (await browser)?.close());

export interface Tab {
  page: Page;
  /** What the page complained of. */
  complaints: string[];
  /** Every address it asked. */
  asked: string[];
}

/** A page in a browser of its own, closed after the test. */
export async function openTab(url: string, options: BrowserContextOptions = {}): Promise<Tab> {
  browser ??= chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] });
  const context = await (await browser).newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  pages.push(page);
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
  await page.goto(url);
  return { page, complaints, asked };
}
