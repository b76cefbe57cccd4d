import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { served } from '../sdk/kit.ts';

const ancestors = (response: Response) =>
  /frame-ancestors ([^;]*)/.exec(response.headers.get('content-security-policy') ?? '')?.[1];

describe('who may show a page in a frame', () => {
  it.each([
    ['/', undefined, "'self'"],
    ['/', ['https://shop.example'], "'self'"],
    ['/chat', undefined, "'self'"],
    [
      '/chat',
      ['https://shop.example', 'https://blog.example'],
      "'self' https://shop.example https://blog.example",
    ],
    ['/chat', ['*'], "'self' *"],
    ['/api/openapi.json', ['*'], "'none'"],
  ])('is said of %s where the origins are %j', async (path, corsOrigins, expected) => {
    const { url } = await served(undefined, { corsOrigins });
    expect(ancestors(await fetch(url + path))).toBe(expected);
  });
});

it.each(['https://a.com;sandbox', 'https://*.a.com', "https://a.com 'unsafe-inline'", 'https://a.com/x'])(
  'starts with no origin that is none: %s',
  async (origin) => {
    await expect(served(undefined, { corsOrigins: [origin] })).rejects.toMatchObject({
      code: 'invalid_input',
      message: `${origin} is no origin of pages. Write each like https://app.example.com.`,
    });
  },
);

it('lets the chat run and ask nothing but its own, and show pictures of https alone', async () => {
  const { url } = await served();
  const response = await fetch(`${url}/chat?workflow=x`);
  const policy = response.headers.get('content-security-policy')!;
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self' https:",
  ])
    expect(policy.split('; ')).toContain(directive);
  expect(policy).not.toMatch(/unsafe|\*|http:/);
  expect(response.headers.get('x-frame-options')).toBeNull();
  expect(await response.text()).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|https?:\/\//);
});

it('gives the script for the pages of others as a classic one, which they may keep for minutes', async () => {
  const { url } = await served();
  const response = await fetch(`${url}/widget.js`);
  expect(response.headers.get('content-type')).toMatch(/javascript/);
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  const script = await response.text();
  // In a classic script these would be an error, and what it declares would be the page's own.
  expect(() => new Script(script)).not.toThrow();
  expect(script).toMatch(/^["'(]/);
});
