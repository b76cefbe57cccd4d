interface Shown {
  title: string;
  /** The script and the style sheet are called so. */
  name: string;
  header: string;
  noscript: string;
}

/** A page before its script has run. Its addresses are relative: it may stand behind a path of a larger site. */
const pageOf = ({ title, name, header, noscript }: Shown) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="page/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="page/${name}.css">
    <script type="module" src="page/${name}.js"></script>
  </head>
  <body class="${name}">
    <header>${header}</header>
    <main><noscript>This page needs JavaScript. ${noscript}</noscript></main>
  </body>
</html>
`;

const withHome = (heading: string, home: string) => `
      <a class="home" href="./" aria-label="CRMFlow, ${home}">CRMFlow</a>
      <h1>${heading}</h1>
    `;

export const templates = pageOf({
  title: 'CRMFlow',
  name: 'page',
  header: withHome('Conversations to try', 'all templates'),
  noscript: 'The same conversations run in a terminal: crmflow run.',
});

export const inbox = pageOf({
  title: 'Inbox – CRMFlow',
  name: 'inbox',
  header: withHome('Inbox', 'conversations to try'),
  noscript: 'A terminal tells who waits, too: crmflow sessions watch.',
});

/** A conversation alone. */
export const chat = pageOf({
  title: 'CRMFlow',
  name: 'chat',
  header: '',
  noscript: 'Turn it on, and load the page again.',
});

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 5h24v17H15l-7 6v-6H4z" fill="#2563eb"/></svg>`;
