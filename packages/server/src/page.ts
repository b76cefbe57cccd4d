/** The page at `/`: what this is, and what to try. */
export const page = (version: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>CRMFlow ${version}</title>
    <style>
      :root { color-scheme: light dark; }
      body { font: 1rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1.5rem; }
      h1 { line-height: 1.2; }
      dt { margin-top: 1rem; }
      dd { margin-left: 0; }
      code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
    </style>
  </head>
  <body>
    <main>
      <h1>CRMFlow is running</h1>
      <p>Version ${version}. CRMFlow runs conversations: they ask, understand the answers, decide, and keep what they learned.</p>
      <h2>Try it in a terminal</h2>
      <p>A data folder has one owner at a time: stop this server first, give a folder of your own with
      <code>--data-dir</code>, or keep the data in PostgreSQL.</p>
      <dl>
        <dt><code>crmflow run lead-qualification</code></dt><dd>Have a conversation.</dd>
        <dt><code>crmflow templates list</code></dt><dd>See the workflows to begin with.</dd>
        <dt><code>crmflow workflows create --from lead-qualification</code></dt><dd>Make one your own.</dd>
        <dt><code>crmflow --help</code></dt><dd>See everything else.</dd>
      </dl>
      <h2>Here</h2>
      <dl>
        <dt><a href="/api/health"><code>GET /api/health</code></a></dt><dd>Whether this process lives and its database answers.</dd>
        <dt><a href="/api/health/ready"><code>GET /api/health/ready</code></a></dt><dd>503 until it can take work.</dd>
      </dl>
    </main>
  </body>
</html>
`;
